"""The model that says how probably a reading is exactly right: loaded only if it is the manifest's file."""

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

from cognitive_assessment.errors import UntrustedModel

MODEL_FILE = "model.pkl"
MANIFEST_FILE = "manifest.json"
_REMEDY = "Restore the folder from the release, or make the model anew with `cas model train`."
_KNOWN_CASE_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class AnswerModel:
    """A verified classifier, the features that it wants in order, and the probability below which a person looks."""

    classifier: Any
    features: tuple[str, ...]
    review_threshold: float
    version: str
    recogniser: str
    known_case: Mapping[str, Any]
    folder: Path
    sha256: str

    @classmethod
    def load(cls, folder: Path) -> AnswerModel:
        """Load the model of a folder.

        Parameters
        ----------
        folder : Path
            Holds `model.pkl` and `manifest.json`.

        Returns
        -------
        AnswerModel
            Whose file had the hash of the manifest before it was unpickled.

        Raises
        ------
        UntrustedModel
            If a file is missing, unreadable or not what the manifest says.
        """
        manifest = read_manifest(folder)
        content = _read(folder / MODEL_FILE)
        found = hashlib.sha256(content).hexdigest()
        if found != manifest["model_sha256"]:
            raise UntrustedModel(
                f"{MODEL_FILE} is not the file that {MANIFEST_FILE} names: its hash differs.", remedy=_REMEDY
            )
        try:
            classifier = joblib.load(io.BytesIO(content))
            return cls(
                classifier=classifier,
                features=tuple(manifest["features"]),
                review_threshold=float(manifest["review"]["threshold"]),
                version=str(manifest["version"]),
                recogniser=str(manifest["recogniser"]),
                known_case=manifest["known_case"],
                folder=folder,
                sha256=found,
            )
        except Exception as error:  # unpickling can raise anything
            raise UntrustedModel(f"{MODEL_FILE} cannot be loaded: {error}", remedy=_REMEDY) from error

    def probability_right(self, features: Mapping[str, float]) -> float:
        """Predict how probably a reading is exactly right.

        Parameters
        ----------
        features : mapping of str to float
            By `features_of`.

        Returns
        -------
        float
            0 to 1.
        """
        return self.batch_predict([features])[0]

    def batch_predict(self, features_list: Sequence[Mapping[str, float]]) -> list[float]:
        """Predict many readings at once, which costs little more than one.

        Parameters
        ----------
        features_list : sequence of mapping of str to float
            Each by `features_of`.

        Returns
        -------
        list of float
            The probability of each, 0 to 1, in the order given; empty for an empty list.
        """
        if not features_list:
            return []
        rows = np.array([[features[name] for name in self.features] for features in features_list], dtype=float)
        return [float(one) for one in self.classifier.predict_proba(rows)[:, 1]]

    def verify(self) -> None:
        """Check the files again, and predict the known case of the manifest; raises `UntrustedModel`."""
        manifest = read_manifest(self.folder)
        if hashlib.sha256(_read(self.folder / MODEL_FILE)).hexdigest() != manifest["model_sha256"]:
            raise UntrustedModel(f"{MODEL_FILE} was altered: its hash differs from {MANIFEST_FILE}.", remedy=_REMEDY)
        if manifest["model_sha256"] != self.sha256:
            raise UntrustedModel("Another model lies in the folder than the one that is loaded.", remedy="Restart.")
        predicted = self.probability_right(self.known_case["features"])
        if abs(predicted - float(self.known_case["probability_right"])) > _KNOWN_CASE_TOLERANCE:
            expected = self.known_case["probability_right"]
            raise UntrustedModel(
                f"The model predicts {predicted:.6f} for the known case, not {expected:.6f}.",
                remedy="Install the pinned Python packages again.",
            )


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a folder.

    Parameters
    ----------
    folder : Path
        Holds `manifest.json`.

    Returns
    -------
    dict
        With at least the keys that loading needs.

    Raises
    ------
    UntrustedModel
        If it is missing or no manifest.
    """
    try:
        manifest = json.loads(_read(folder / MANIFEST_FILE))
    except ValueError as error:
        raise UntrustedModel(f"{MANIFEST_FILE} is not readable: {error}", remedy=_REMEDY) from error
    needed = {"model_sha256", "features", "review", "version", "recogniser", "known_case"}
    if not isinstance(manifest, dict) or not needed <= manifest.keys():
        raise UntrustedModel(f"{MANIFEST_FILE} in {folder} is not a manifest of this model.", remedy=_REMEDY)
    return manifest


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UntrustedModel(f"The model file {path} is missing.", remedy=_REMEDY) from error
    except OSError as error:
        raise UntrustedModel(f"The model file {path} cannot be read: {error.strerror}.", remedy=_REMEDY) from error
