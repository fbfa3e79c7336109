"""Train the reliability model: read every labelled recording, learn when the reading was right, write model and manifest.

Speakers are kept apart between training and test; every figure in the manifest is of speakers that the model had not
heard. The same data and packages give the same file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cognitive_assessment.models import corpus, features, reliability
from cognitive_assessment.models.answer_reader import AnswerReader
from cognitive_assessment.models.spoken_answers import read
from cognitive_assessment.speech.decode import decode

FOLDS = 5
REVIEW_SHARE_LIMIT = 0.2
_BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """One labelled reading."""

    sample: corpus.Sample
    features: dict[str, float]
    is_right: bool


def collect(reader: AnswerReader, data: Path, report: Callable[[int], object]) -> list[Reading]:
    """Read every recording of the corpus; recordings in which no voice is found teach nothing and are left out."""
    noises = corpus.load_noises(data)
    readings = []
    for number, sample in enumerate(corpus.samples(data)):
        signal = corpus.make_worse(decode(sample.path).samples, sample.way, noises, seed=number)
        heard = reader.read_signal(signal, 16_000, answer_kind=sample.kind)
        if heard.transcript.features:
            is_right = _same(heard.read_answer, sample)
            readings.append(Reading(sample, heard.transcript.features, is_right))
        report(1)
    return readings


def _same(answer: str, sample: corpus.Sample) -> bool:
    if sample.kind == "digits":
        return answer == sample.truth
    if answer == read(sample.truth, "words"):
        return True
    numbers = read(sample.truth, "number"), read(answer, "number")
    return numbers[0] != "" and numbers[0] == numbers[1]


def make_model() -> Any:
    """Logistic regression on standardised features: few parameters, probabilities that need no further calibration."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=2000))


def train(readings: list[Reading], *, data_sha256: str, recogniser: str, out: Path) -> dict[str, Any]:
    """Fit, evaluate across speakers, write `model.pkl` and `manifest.json`, and return the manifest."""
    rows = np.array([features.vector(r.features) for r in readings])
    right = np.array([r.is_right for r in readings])
    speakers = np.array([r.sample.speaker for r in readings])
    held_out = cross_val_predict(
        make_model(), rows, right, groups=speakers, cv=GroupKFold(FOLDS), method="predict_proba"
    )[:, 1]
    is_clean_digits = np.array([r.sample.kind == "digits" and r.sample.way == "clean" for r in readings])
    threshold = choose_threshold(held_out[is_clean_digits], right[is_clean_digits])
    model = make_model().fit(rows, right)
    buffer = io.BytesIO()
    joblib.dump(model, buffer)
    manifest = {
        "name": "Probability that a machine-read spoken answer is exactly right",
        "model_sha256": hashlib.sha256(buffer.getvalue()).hexdigest(),
        "data_sha256": data_sha256,
        "trained_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "features": list(features.NAMES),
        "recogniser": recogniser,
        "packages": {name: version(name) for name in ("scikit-learn", "numpy", "faster-whisper", "ctranslate2")},
        "readings": len(readings),
        "speakers": len(set(speakers)),
        "share_right": round(float(right.mean()), 4),
        "cross_validation": f"{FOLDS} folds, no speaker in both training and test",
        "brier_score": round(float(np.mean((held_out - right) ** 2)), 4),
        "brier_score_of_constant": round(float(right.mean() * (1 - right.mean())), 4),
        "calibration": calibration_table(held_out, right),
        "review_threshold": threshold,
        "review": {
            "all": review_figures(held_out, right, threshold),
            "clean_digit_sequences": review_figures(held_out[is_clean_digits], right[is_clean_digits], threshold),
        },
        "known_case": _known_case(model, readings),
    }
    _write(out, buffer.getvalue(), manifest)
    return manifest


def choose_threshold(probabilities: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The lowest threshold that sends every wrong reading to review, limited to reviewing a fifth of them all."""
    wanted = float(probabilities[~right].max()) + 0.005 if (~right).any() else 0.5
    limit = float(np.quantile(probabilities, REVIEW_SHARE_LIMIT))
    return round(max(min(wanted, limit), 0.5), 4)


def review_figures(
    probabilities: NDArray[np.float64], right: NDArray[np.bool_], threshold: float
) -> dict[str, float | int]:
    """What a threshold costs and what it misses."""
    reviewed = probabilities < threshold
    return {
        "readings": int(right.size),
        "wrong": int((~right).sum()),
        "reviewed_fraction": round(float(reviewed.mean()), 4),
        "wrong_not_reviewed": int((~right & ~reviewed).sum()),
        "right_reviewed": int((right & reviewed).sum()),
    }


def calibration_table(probabilities: NDArray[np.float64], right: NDArray[np.bool_]) -> list[dict[str, float | int]]:
    """Predicted against observed share of right readings, by bins of the prediction."""
    table: list[dict[str, float | int]] = []
    for low, high in zip(_BINS, _BINS[1:], strict=False):
        inside = (probabilities >= low) & ((probabilities < high) | (high == 1.0))
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


def _known_case(model: Any, readings: list[Reading]) -> dict[str, Any]:
    of = readings[0].features
    probability = float(model.predict_proba(np.array([features.vector(of)]))[0, 1])
    return {"features": of, "probability_right": probability}


def _write(out: Path, model: bytes, manifest: dict[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, content in (
        (reliability.MODEL_FILE, model),
        (reliability.MANIFEST_FILE, (json.dumps(manifest, indent=2) + "\n").encode()),
    ):
        temporary = out / f".{name}.new"
        temporary.write_bytes(content)
        os.replace(temporary, out / name)
