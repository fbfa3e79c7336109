"""The labelled recordings from which the reliability model learns, and the ways in which they are made worse.

A folder of recordings has a `truth.json`: a list of `{"file", "speaker", "digits" | "text"}`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.models.spoken_answers import AnswerKind
from cognitive_assessment.speech.decode import decode

FOLDERS: dict[str, AnswerKind] = {"digits": "digits", "words_many_speakers": "words", "digits_months_days": "words"}
WAYS = ("noise_15_db", "noise_5_db", "noise_0_db", "clipped", "low_pass", "drop_outs")
_LOW_PASS_TAPS = 101
_LOW_PASS_HZ = 1500


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled recording, as it is or made worse in one way."""

    path: Path
    speaker: str
    truth: str
    kind: AnswerKind
    way: str


def samples(data: Path) -> Iterator[Sample]:
    """Every recording clean, and each in one worse way (digit sequences in two), chosen by the file's name."""
    for folder, kind in FOLDERS.items():
        for entry in _entries(data / folder):
            truth = entry.get("digits") or (entry.get("text") or "").lower()
            if not truth:
                continue
            path = data / folder / entry["file"]
            first = hashlib.sha256(path.name.encode()).digest()[0] % len(WAYS)
            worse = [WAYS[first], WAYS[(first + 3) % len(WAYS)]][: 2 if kind == "digits" else 1]
            for way in ["clean", *worse]:
                yield Sample(path, entry["speaker"], truth, kind, way)


def _entries(folder: Path) -> list[dict[str, str]]:
    try:
        entries: list[dict[str, str]] = json.loads((folder / "truth.json").read_text())
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"{folder / 'truth.json'} cannot be read.", remedy="Give the folder of labelled speech with --data."
        ) from error
    return entries


def sha256(data: Path) -> str:
    """Of all labels and recordings, in the order of their names."""
    digest = hashlib.sha256()
    for folder in sorted([*FOLDERS, "noise"]):
        for path in sorted((data / folder).iterdir()):
            if path.suffix in {".flac", ".json"}:
                digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def load_noises(data: Path) -> list[NDArray[np.float32]]:
    """The recordings of background noise, longest stretches of everyday rooms."""
    return [decode(path).samples for path in sorted((data / "noise").glob("*.flac"))]


def make_worse(
    signal: NDArray[np.float32], way: str, noises: list[NDArray[np.float32]], *, seed: int
) -> NDArray[np.float32]:
    """The signal in one of `WAYS`, or as it is for `clean`; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    if way.startswith("noise_"):
        return _with_noise(signal, noises[seed % len(noises)], float(way.split("_")[1]), rng)
    if way == "clipped":
        limit = 0.15 * float(np.max(np.abs(signal)))
        return np.clip(signal / limit, -1, 1).astype(np.float32)
    if way == "low_pass":
        return np.convolve(signal, _low_pass(), mode="same").astype(np.float32)
    if way == "drop_outs":
        worse = signal.copy()
        for start in rng.integers(0, signal.size, size=max(1, signal.size // 16_000)):
            worse[start : start + 1600] = 0.0
        return worse
    return signal


def _with_noise(
    signal: NDArray[np.float32], noise: NDArray[np.float32], snr_db: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    start = int(rng.integers(0, noise.size))
    piece = np.resize(np.roll(noise, -start), signal.size).astype(np.float64)
    loud = signal[np.abs(signal) > 0.1 * np.max(np.abs(signal))].astype(np.float64)
    gain = np.sqrt(np.mean(loud**2) / max(float(np.mean(piece**2)), 1e-12) / 10 ** (snr_db / 10))
    return np.clip(signal + gain * piece, -1, 1).astype(np.float32)


def _low_pass() -> NDArray[np.float64]:
    n = np.arange(_LOW_PASS_TAPS) - (_LOW_PASS_TAPS - 1) / 2
    taps = np.sinc(2 * _LOW_PASS_HZ / 16_000 * n) * np.hamming(_LOW_PASS_TAPS)
    normalised: NDArray[np.float64] = taps / taps.sum()
    return normalised
