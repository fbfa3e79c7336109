"""The model of `models/model.pkl`: how probably a machine-read spoken answer is exactly right.

The file is unpickled only after its sha256 was found in the manifest beside it, for unpickling runs code.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.errors import UntrustedModel
from cognitive_assessment.models import features

MODEL_FILE = "model.pkl"
MANIFEST_FILE = "manifest.json"
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class ReliabilityModel:
    """A verified model with its manifest."""

    pipeline: Any
    manifest: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Short name for the versions of a score."""
        return f"reliability-{self.manifest['model_sha256'][:12]}"

    @property
    def review_threshold(self) -> float:
        """Readings below this probability are looked at by a person."""
        return float(self.manifest["review_threshold"])

    def probability_right(self, of: Mapping[str, float]) -> float:
        """Calibrated probability from 0 to 1 for one reading's features."""
        return float(self.batch_predict([of])[0])

    def batch_predict(self, features_list: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """The same for many readings at once, shape (n_readings,)."""
        if not features_list:
            return np.zeros(0)
        rows = np.array([features.vector(of) for of in features_list], dtype=np.float64)
        predicted: NDArray[np.float64] = self.pipeline.predict_proba(rows)[:, 1]
        return predicted

    def require_known_case(self) -> None:
        """Predict the case of the manifest; raises `UntrustedModel` if the answer is another."""
        case = self.manifest["known_case"]
        found = self.probability_right(case["features"])
        if abs(found - case["probability_right"]) > _TOLERANCE:
            raise UntrustedModel("The model predicts something else than its manifest says.")


def load(folder: Path) -> ReliabilityModel:
    """Read manifest and model; raises `UntrustedModel` if either is missing or they do not belong together."""
    content, manifest = _read_checked(folder)
    model = ReliabilityModel(joblib.load(io.BytesIO(content)), manifest)
    model.require_known_case()
    return model


def verify(folder: Path) -> Mapping[str, Any]:
    """Check the file against its manifest without unpickling it."""
    return _read_checked(folder)[1]


def _read_checked(folder: Path) -> tuple[bytes, Mapping[str, Any]]:
    try:
        content = (folder / MODEL_FILE).read_bytes()
        manifest: Mapping[str, Any] = json.loads((folder / MANIFEST_FILE).read_text())
    except FileNotFoundError as error:
        raise UntrustedModel(f"{error.filename} is missing.", remedy="Restore it, or run `cas model train`.") from error
    except ValueError as error:
        raise UntrustedModel(f"{folder / MANIFEST_FILE} is not readable.") from error
    if hashlib.sha256(content).hexdigest() != manifest.get("model_sha256"):
        raise UntrustedModel(
            f"{folder / MODEL_FILE} is not the file that its manifest names.", remedy="Restore both from the release."
        )
    if tuple(manifest.get("features", ())) != features.NAMES:
        raise UntrustedModel("The model was trained on other features.", remedy="Run `cas model train`.")
    return content, manifest
