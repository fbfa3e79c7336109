"""Train the model of right readings: read every labelled recording, learn when the reading was right, write it down.

Speakers are kept apart between training and test: every prediction that the manifest counts is of a speaker that the
model had not heard. The threshold is chosen from such predictions of the clean sequences, so what it costs and misses
there is flattered; `clean_digit_sequences_of_unheard_speakers` chooses it without the speaker too. The same data and
packages give the same file.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cognitive_assessment.models import answer_model, recognisers
from cognitive_assessment.models.corpus import Example, examples_in, noises_in, sha256_of
from cognitive_assessment.models.decoding_cache import DecodingCache, RememberingWhisper
from cognitive_assessment.models.degradation import degraded
from cognitive_assessment.models.listening import Listener
from cognitive_assessment.speech.decode import SAMPLE_RATE_HZ, Signal, decode

FOLDS = 5
MOST_REVIEWED = 0.17  # of clean digit sequences; the rest up to a fifth is room for other voices
HIGHEST_THRESHOLD = 0.995
_INVERSE_REGULARISATION = 0.3
_BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0)
_PACKAGES = ("scikit-learn", "numpy", "faster-whisper", "ctranslate2")


@dataclass(frozen=True, slots=True)
class Reading:
    """One labelled recording as it was read."""

    example: Example
    features: dict[str, float]
    is_right: bool


def make_listener(cache: Path | None) -> tuple[Listener, DecodingCache]:
    """Build the listener of the default recognisers, which looks up what it heard before.

    Parameters
    ----------
    cache : Path, optional
        File of what was heard; without it nothing is kept.

    Returns
    -------
    Listener, DecodingCache
        The cache is written by its `save`.
    """
    known = DecodingCache(cache)
    main, second = (
        RememberingWhisper(name, is_multilingual, lambda name=name: recognisers.load(name), known)  # type: ignore[misc]
        for name, is_multilingual in (("tiny.en", False), ("base", True))
    )
    return Listener(main, second), known


def read_all(listener: Listener, data: Path, report: Callable[[int, int], object]) -> list[Reading]:
    """Read every recording of a corpus, clean and made worse.

    Parameters
    ----------
    listener : Listener
        Of the recognisers for which the model is.
    data : Path
        Folder of the corpus; see `corpus.examples_in`.
    report : callable
        Told how many of how many are done, after each.

    Returns
    -------
    list of Reading
        Without the recordings in which no voice was found, which teach nothing.
    """
    noises = noises_in(data)
    examples = examples_in(data)
    readings = []
    for number, example in enumerate(examples, start=1):
        rng = np.random.default_rng(example.seed)
        samples = degraded(decode(example.path).samples, SAMPLE_RATE_HZ, example.condition, noises, rng)
        listened = listener.listen(Signal(samples, SAMPLE_RATE_HZ), answer_kind=example.answer_kind)
        if listened.features:
            readings.append(Reading(example, listened.features, listened.answer == example.expected))
        report(number, len(examples))
    return readings


def train(readings: Sequence[Reading], *, recogniser: str, out: Path) -> dict[str, Any]:
    """Fit the model, measure it across speakers, and write `model.pkl` and `manifest.json`.

    Parameters
    ----------
    readings : sequence of Reading
        Of several speakers, some right and some wrong.
    recogniser : str
        Of which the readings are.
    out : Path
        Folder; made if absent.

    Returns
    -------
    dict
        The manifest.
    """
    names = tuple(readings[0].features)
    rows = np.array([[one.features[name] for name in names] for one in readings])
    right = np.array([one.is_right for one in readings])
    speakers = [one.example.speaker for one in readings]
    held_out = _held_out(rows, right, speakers)
    is_clean_sequence = np.array([_is_clean_sequence(one.example) for one in readings])
    model = _make().fit(rows, right)
    packed = io.BytesIO()
    joblib.dump(model, packed)
    sha256 = hashlib.sha256(packed.getvalue()).hexdigest()
    manifest = {
        "name": "Probability that a machine-read spoken answer is exactly right",
        "version": sha256[:12],
        "model_sha256": sha256,
        **_data(readings, names, recogniser=recogniser),
        "right_fraction": round(float(right.mean()), 4),
        "cross_validation": {
            "folds": FOLDS,
            "kept_apart": "speakers",
            "brier_score": round(float(np.mean((held_out - right) ** 2)), 4),
            "brier_score_of_constant": round(float(right.mean() * (1 - right.mean())), 4),
            "calibration": calibration_table(held_out, right),
        },
        "review": {
            **_review(held_out, right, is_clean_sequence),
            "clean_digit_sequences_of_unheard_speakers": review_of_unheard_speakers(
                rows, right, speakers, is_clean_sequence
            ),
        },
        "known_case": _known_case(model, names, readings[0].features),
    }
    _write(out, packed.getvalue(), manifest)
    return manifest


def _data(readings: Sequence[Reading], names: Sequence[str], *, recogniser: str) -> dict[str, Any]:
    """What the model was made from: recordings, recogniser and packages."""
    paths = sorted({one.example.path for one in readings})
    return {
        "data_sha256": sha256_of(paths),
        "recogniser": recogniser,
        "packages": {name: version(name) for name in _PACKAGES},
        "features": list(names),
        "readings": len(readings),
        "recordings": len(paths),
        "speakers": len({one.example.speaker for one in readings}),
        "conditions": sorted({one.example.condition for one in readings}),
    }


def _review(
    held_out: NDArray[np.float64], right: NDArray[np.bool_], is_clean_sequence: NDArray[np.bool_]
) -> dict[str, Any]:
    """From which probability nobody has to look, chosen on clean sequences, and what that leaves unseen."""
    threshold = choose_threshold(held_out[is_clean_sequence], right[is_clean_sequence])
    return {
        "threshold": threshold,
        "all": review_figures(held_out, right, threshold),
        "clean_digit_sequences": review_figures(held_out[is_clean_sequence], right[is_clean_sequence], threshold),
    }


def choose_threshold(probabilities: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Choose the probability below which a person looks.

    Parameters
    ----------
    probabilities : ndarray, shape (n,)
        Predicted for speakers that the model had not heard.
    right : ndarray of bool, shape (n,)
        Whether the reading was right.

    Returns
    -------
    float
        As high as `MOST_REVIEWED` allows, and never lower than what sends every wrong reading to review, unless one is
        predicted above `HIGHEST_THRESHOLD`. It lies midway between the likeliest wrong reading and the next right one:
        another voice moves both a little.
    """
    affordable = float(np.quantile(probabilities, MOST_REVIEWED))
    likeliest_wrong = float(probabilities[~right].max(initial=0.0))
    next_right = float(probabilities[probabilities > likeliest_wrong].min(initial=1.0))
    needed = (likeliest_wrong + next_right) / 2 if not right.all() else 0.0
    return round(min(max(affordable, needed, 0.5), HIGHEST_THRESHOLD), 4)


def review_of_unheard_speakers(
    rows: NDArray[np.float64], right: NDArray[np.bool_], speakers: Sequence[str], is_judged: NDArray[np.bool_]
) -> dict[str, float | int]:
    """Count reviews where neither the model nor its threshold has seen the speaker that is judged.

    Parameters
    ----------
    rows : ndarray, shape (n, n_features)
        Features of all readings.
    right : ndarray of bool, shape (n,)
        Whether the reading was right.
    speakers : sequence of str
        Of each reading.
    is_judged : ndarray of bool, shape (n,)
        The readings from which thresholds are chosen and which are counted.

    Returns
    -------
    dict
        As `review_figures`, over all speakers, each judged with a threshold chosen from the others.
    """
    of = np.array(speakers)
    margins = np.zeros(len(right))
    for speaker in sorted(set(of[is_judged])):
        others, own = of != speaker, (of == speaker) & is_judged
        known = is_judged[others]
        threshold = choose_threshold(
            _held_out(rows[others], right[others], list(of[others]))[known], right[others][known]
        )
        margins[own] = _make().fit(rows[others], right[others]).predict_proba(rows[own])[:, 1] - threshold
    return review_figures(margins[is_judged], right[is_judged], 0.0)


def review_figures(
    probabilities: NDArray[np.float64], right: NDArray[np.bool_], threshold: float
) -> dict[str, float | int]:
    """Count what a threshold costs and what it misses.

    Parameters
    ----------
    probabilities : ndarray, shape (n,)
        Predicted.
    right : ndarray of bool, shape (n,)
        Whether the reading was right.
    threshold : float
        Below it a person looks.

    Returns
    -------
    dict
        Counts, and the fraction that is reviewed.
    """
    reviewed = probabilities < threshold
    return {
        "readings": int(right.size),
        "wrong": int((~right).sum()),
        "reviewed_fraction": round(float(reviewed.mean()), 4),
        "wrong_not_reviewed": int((~right & ~reviewed).sum()),
        "right_reviewed": int((right & reviewed).sum()),
    }


def calibration_table(probabilities: NDArray[np.float64], right: NDArray[np.bool_]) -> list[dict[str, float | int]]:
    """Put predicted beside observed fractions of right readings, by bins of the prediction.

    Parameters
    ----------
    probabilities : ndarray, shape (n,)
        Predicted.
    right : ndarray of bool, shape (n,)
        Whether the reading was right.

    Returns
    -------
    list of dict
        One a bin that is not empty.
    """
    table: list[dict[str, float | int]] = []
    for low, high in pairwise(_BINS):
        inside = (probabilities >= low) & ((probabilities < high) | (high == _BINS[-1]))
        if inside.any():
            table.append(
                {
                    "from": low,
                    "to": high,
                    "readings": int(inside.sum()),
                    "mean_predicted": round(float(probabilities[inside].mean()), 4),
                    "observed_right": round(float(right[inside].mean()), 4),
                }
            )
    return table


def _make() -> Any:
    """Logistic regression on standardised features: few parameters, and probabilities that need no calibration."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=_INVERSE_REGULARISATION, max_iter=5000))


def _held_out(rows: NDArray[np.float64], right: NDArray[np.bool_], speakers: Sequence[str]) -> NDArray[np.float64]:
    predicted: NDArray[np.float64] = cross_val_predict(
        _make(), rows, right, groups=np.array(speakers), cv=GroupKFold(FOLDS), method="predict_proba"
    )[:, 1]
    return predicted


def _is_clean_sequence(example: Example) -> bool:
    return example.answer_kind == "digits" and len(example.expected) > 1 and example.condition == "clean"


def _known_case(model: Any, names: Sequence[str], features: dict[str, float]) -> dict[str, Any]:
    row = np.array([[features[name] for name in names]])
    return {"features": features, "probability_right": float(model.predict_proba(row)[0, 1])}


def _write(out: Path, model: bytes, manifest: dict[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    text = (json.dumps(manifest, indent=2) + "\n").encode()
    for name, content in ((answer_model.MODEL_FILE, model), (answer_model.MANIFEST_FILE, text)):
        temporary = out / f".{name}.new"
        temporary.write_bytes(content)
        temporary.replace(out / name)
