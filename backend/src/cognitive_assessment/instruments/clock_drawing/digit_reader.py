"""The weights of the reader of digits, beside this file: arrays alone, made by `scripts/train_digit_reader.py`."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np

from cognitive_assessment.scoring.drawing_digits import DigitReader

WEIGHTS = Path(__file__).parent / "digit_reader.npz"


@functools.cache
def digit_reader() -> DigitReader:
    """The reader of this instrument's first rule."""
    with np.load(WEIGHTS, allow_pickle=False) as arrays:
        return DigitReader(**{name: arrays[name].astype(np.float64) for name in arrays.files})
