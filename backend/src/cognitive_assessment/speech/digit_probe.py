"""A third opinion on digits said one by one: a linear probe on what the first recogniser's encoder makes of them.

The decoder was made to write whole sentences, and guesses at a single short word; its encoder keeps more of the sound.
The probe was trained on other voices than those it is measured on, see `models/MODEL_CARD.md`.

References
----------
Alain G, Bengio Y. Understanding intermediate layers using linear classifier probes. ICLR workshop (2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.speech.digit_fusion import normalised

WEIGHTS = Path(__file__).parent / "digit_probe.npz"
RECOGNISER = "tiny.en"  # of whose encoder the weights are
PARTS = 8
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


@cache
def digit_probe() -> DigitProbe:
    """The probe that comes with the system."""
    with np.load(WEIGHTS, allow_pickle=False) as kept:
        return DigitProbe(**{name: kept[name].astype(np.float32) for name in ("mean", "scale", "weights", "bias")})
