"""A third opinion on digits said one by one: a linear probe on what the first recogniser's encoder makes of them.

The decoder was made to write whole sentences, and guesses at a single short word; its encoder keeps more of the sound.
What it was trained and measured on: `models/MODEL_CARD.md`.

References
----------
Alain G, Bengio Y. Understanding intermediate layers using linear classifier probes. ICLR workshop (2017).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.errors import UntrustedModel
from cognitive_assessment.records.speech import Stretch
from cognitive_assessment.speech.decode import Signal
from cognitive_assessment.speech.digit_fusion import WINDOW_S, normalised
from cognitive_assessment.speech.whisper import Whisper
from cognitive_assessment.speech.windows import pieces_of

WEIGHTS = Path(__file__).parent / "digit_probe.npz"
SHA256 = "1dec4e452b0360e721850ab88c853b55096159a1758e2d358f82acd7a59cb6bb"
VERSION = SHA256[:12]
RECOGNISER = "tiny.en"  # of whose encoder the weights are
PARTS = 8
_REMEDY = "Install the release again."
MARGIN_S = 0.1  # heard with a stretch: where a voice begins or ends with an s, a part of it is often cut off


@dataclass(frozen=True, slots=True)
class DigitProbe:
    """The weights: of standardised embeddings, shape (n_features, 10), and what they are standardised by."""

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def log_probabilities(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """How probably each stretch is each digit.

        Parameters
        ----------
        embeddings : ndarray, shape (n_stretches, n_features)
            By `Whisper.embed_words` of `RECOGNISER`, in `PARTS` parts, each stretch with `MARGIN_S` around it.

        Returns
        -------
        ndarray, shape (n_stretches, 10)
            Log-probabilities of the digits 0 to 9.
        """
        of_digits = (embeddings - self.mean) / self.scale @ self.weights + self.bias
        return normalised(of_digits.astype(np.float64))


def load() -> DigitProbe:
    """The probe that comes with the system; raises `UntrustedModel` if its file is missing or another one."""
    try:
        content = WEIGHTS.read_bytes()
    except OSError as error:
        raise UntrustedModel(f"The probe of spoken digits cannot be read: {error.strerror}.", remedy=_REMEDY) from error
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise UntrustedModel("The probe of spoken digits was altered: its hash differs.", remedy=_REMEDY)
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        return DigitProbe(**{name: kept[name].astype(np.float32) for name in ("mean", "scale", "weights", "bias")})


@dataclass(frozen=True, slots=True)
class ProbedRecogniser:
    """The probe with the very recogniser of whose encoder its weights are."""

    recogniser: Whisper
    probe: DigitProbe

    def log_probabilities(self, signal: Signal, stretches: Sequence[Stretch]) -> NDArray[np.float64]:
        """How probably each stretch of a recording is each digit, shape (n_stretches, 10)."""
        pieces = pieces_of(signal, stretches, margin_s=MARGIN_S)
        return self.probe.log_probabilities(self.recogniser.embed_words(pieces, window_s=WINDOW_S, parts=PARTS))
