"""Train the probe of spoken digits, measure it on speakers that it has not heard, and keep its weights.

    .venv/bin/python scripts/train_digit_probe.py WORDS DATA

WORDS is the folder of make_digit_words.py; DATA holds `words_many_speakers`, `digits_months_days` and `digits`, each
with its truth.json. The first two are learnt from, beside the synthetic words; the last is only measured on. Writes
`speech/digit_probe.npz` (arrays only, no pickle).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from cognitive_assessment.models import recognisers
from cognitive_assessment.speech import voice_activity
from cognitive_assessment.speech.decode import SAMPLE_RATE_HZ, decode
from cognitive_assessment.speech.digit_fusion import DIGIT_WORDS, WINDOW_S
from cognitive_assessment.speech.digit_probe import MARGIN_S, PARTS, RECOGNISER, WEIGHTS, DigitProbe
from cognitive_assessment.speech.whisper import Whisper
from cognitive_assessment.speech.windows import pieces_of

LEARNT_FROM = ("words_many_speakers", "digits_months_days")
MEASURED_ON = "digits"
INVERSE_REGULARISATION = 0.001
VOICE_ABOVE = 0.02  # of the loudest sample
RATE_SPREAD = 0.06
SNR_DB = (20.0, 40.0)
LEVEL_DBFS = (-38.0, -20.0)
AROUND_S = (0.0, 0.06)
BATCH = 16
Samples = NDArray[np.float32]


def synthetic(folder: Path) -> Iterator[tuple[Samples, int]]:
    """Every word of make_digit_words.py at 16 kHz, without the silence around it."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path, allow_pickle=False) as words:
            for digit in range(len(DIGIT_WORDS)):
                samples = resample_poly(words[str(digit)], 2, 3).astype(np.float32)
                loud = np.flatnonzero(np.abs(samples) > VOICE_ABOVE * np.abs(samples).max())
                yield samples[loud[0] : loud[-1] + 1], digit


def spoken(folder: Path) -> Iterator[tuple[Samples, int]]:
    """Every recording of a single digit, cut to its voice."""
    for entry in json.loads((folder / "truth.json").read_text()):
        word = entry["text"].lower().strip(" .")
        if word in DIGIT_WORDS:
            signal = decode(folder / entry["file"])
            stretches = voice_activity.find_stretches(signal.samples, SAMPLE_RATE_HZ)
            if len(stretches) == 1:
                yield pieces_of(signal, stretches)[0], DIGIT_WORDS.index(word)


def varied(samples: Samples, rng: np.random.Generator, *, is_narrow: bool) -> Samples:
    """The word as another microphone might hear it: faster or slower, in noise, louder or softer, or by telephone."""
    if is_narrow:
        samples = resample_poly(resample_poly(samples, 1, 2), 2, 1).astype(np.float32)
    rate = float(np.exp(rng.normal(0, RATE_SPREAD)))
    samples = np.interp(np.arange(0, samples.size - 1, rate), np.arange(samples.size), samples).astype(np.float32)
    before, after = (int(rng.uniform(*AROUND_S) * SAMPLE_RATE_HZ) for _ in range(2))
    root = max(float(np.sqrt(np.mean(samples**2))), 1e-6)
    placed = np.pad(samples, (before, after))
    placed = placed + rng.normal(0, 1, placed.size) * root * 10 ** (-rng.uniform(*SNR_DB) / 20)
    louder = placed / root * 10 ** (rng.uniform(*LEVEL_DBFS) / 20)
    return np.clip(louder, -1, 1).astype(np.float32)


def embedded(recogniser: Whisper, pieces: list[Samples]) -> NDArray[np.float32]:
    """Embeddings of many pieces, a few at a time."""
    return np.concatenate(
        [
            recogniser.embed_words(pieces[first : first + BATCH], window_s=WINDOW_S, parts=PARTS)
            for first in range(0, len(pieces), BATCH)
        ]
    )


def sequences(folder: Path) -> Iterator[tuple[str, Samples, int]]:
    """Each digit of each sequence as it is cut in use, with its speaker."""
    for entry in json.loads((folder / "truth.json").read_text()):
        signal = decode(folder / entry["file"])
        stretches = voice_activity.find_stretches(signal.samples, SAMPLE_RATE_HZ)
        if len(stretches) == len(entry["digits"]):
            for piece, digit in zip(pieces_of(signal, stretches, margin_s=MARGIN_S), entry["digits"], strict=True):
                yield entry["speaker"], piece, int(digit)


def main() -> None:
    """Train, measure, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", type=Path, help="folder of make_digit_words.py")
    parser.add_argument("data", type=Path, help="folder of the real recordings")
    given = parser.parse_args()
    rng = np.random.default_rng(20261127)
    learnt = [*synthetic(given.words), *(one for name in LEARNT_FROM for one in spoken(given.data / name))]
    recogniser = recognisers.load(RECOGNISER)
    pieces = [varied(samples, rng, is_narrow=narrow) for samples, _ in learnt for narrow in (False, True)]
    rows = embedded(recogniser, pieces)
    digits = np.repeat([digit for _, digit in learnt], 2)
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=2000).fit(scaler.transform(rows), digits)
    kept = {
        "mean": scaler.mean_.astype(np.float16),
        "scale": scaler.scale_.astype(np.float16),
        "weights": model.coef_.T.astype(np.float16),
        "bias": model.intercept_.astype(np.float32),
    }
    np.savez_compressed(WEIGHTS, **kept)
    print(f"learnt from {len(learnt)} words, each in two ways; {WEIGHTS.stat().st_size / 1000:.0f} kB")
    print(f"SHA256 in digit_probe.py becomes {hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()}")
    probe = DigitProbe(**{name: array.astype(np.float32) for name, array in kept.items()})
    measure(probe, recogniser, given.data / MEASURED_ON)


def measure(probe: DigitProbe, recogniser: Whisper, folder: Path) -> None:
    """How many digits of the sequences the kept weights read wrongly, by speaker."""
    speakers, pieces, digits = zip(*sequences(folder), strict=True)
    read = probe.log_probabilities(embedded(recogniser, list(pieces))).argmax(axis=1)
    wrong = Counter(speaker for speaker, digit, one in zip(speakers, digits, read, strict=True) if digit != one)
    for speaker, count in sorted(Counter(speakers).items()):
        print(f"{speaker}: {wrong[speaker]} of {count} digits wrong")


if __name__ == "__main__":
    main()
