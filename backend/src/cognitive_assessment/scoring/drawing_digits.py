"""Digits and numbers in a drawing: which strokes belong together, and what they read as, with a probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.scoring.drawing_ink import features
from cognitive_assessment.scoring.drawing_strokes import Box, Stroke, box_of, gap_between

OTHER = 10
_MOST_STROKES = 3
_NEAR = 0.28  # of a digit's size: strokes of one digit
_NEAR_DIGITS = 0.75  # of a digit's height: digits of one number
_LEVEL = 0.5
_LARGEST = 2.2
_SPECK = 0.18
_MOST_DIGITS = 2
_LEAST_LOG = -9.0  # nothing is quite impossible


@dataclass(frozen=True, slots=True)
class DigitReader:
    """A small network: pictures of ink to probabilities of the ten digits and of none of them."""

    inner: NDArray[np.float64]
    inner_bias: NDArray[np.float64]
    outer: NDArray[np.float64]
    outer_bias: NDArray[np.float64]

    def probabilities(self, groups: Sequence[Sequence[Stroke]]) -> NDArray[np.float64]:
        """Read each group of strokes as one sign.

        Parameters
        ----------
        groups : sequence of sequence of Stroke
            At least one group.

        Returns
        -------
        ndarray of float, shape (n_groups, 11)
            Probabilities of 0 to 9, then of no digit; each row sums to 1.
        """
        given = features([[stroke.points for stroke in group] for group in groups])
        hidden = np.maximum(given @ self.inner + self.inner_bias, 0.0)
        scores = hidden @ self.outer + self.outer_bias
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        found: NDArray[np.float64] = scores / scores.sum(axis=1, keepdims=True)
        return found


@dataclass(frozen=True, slots=True)
class Sign:
    """Strokes that were read as one digit; `digit` is None where they look like none."""

    strokes: tuple[Stroke, ...]
    digit: int | None
    chances: tuple[float, ...]

    @property
    def probability(self) -> float:
        """Of the digit that it was read as."""
        return 0.0 if self.digit is None else self.chances[self.digit]

    @property
    def box(self) -> Box:
        """Around its strokes."""
        return box_of(self.strokes)


@dataclass(frozen=True, slots=True)
class Number:
    """One digit or two beside each other, as a number; `value` is None where it cannot be read at all."""

    signs: tuple[Sign, ...]

    @property
    def value(self) -> int | None:
        """What it reads as."""
        if any(sign.digit is None for sign in self.signs):
            return None
        return int("".join(str(sign.digit) for sign in self.signs))

    @property
    def probability(self) -> float:
        """That every one of its digits is read right."""
        return float(np.prod([sign.probability for sign in self.signs]))

    @property
    def weakest(self) -> float:
        """The probability of its least certain digit."""
        return min(sign.probability for sign in self.signs)

    def chance_of(self, value: int) -> float:
        """How probably its digits are those of another number; 0 if that has more digits or fewer."""
        digits = [int(digit) for digit in str(value)]
        if len(digits) != len(self.signs):
            return 0.0
        return float(np.prod([sign.chances[digit] for sign, digit in zip(self.signs, digits, strict=True)]))

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """All of its strokes, in the order of drawing."""
        return tuple(sorted((stroke for sign in self.signs for stroke in sign.strokes), key=lambda s: s.number))

    @property
    def box(self) -> Box:
        """Around all of its digits."""
        return box_of(self.strokes)


def read_numbers(strokes: Sequence[Stroke], reader: DigitReader) -> list[Number]:
    """Read the numbers of a drawing.

    Parameters
    ----------
    strokes : sequence of Stroke
        What is neither outline nor hand, in the order of drawing.
    reader : DigitReader
        Of single digits.

    Returns
    -------
    list of Number
        In the order of drawing. Every stroke is in one of them, but specks.
    """
    size = _digit_size(strokes)
    written = [stroke for stroke in strokes if box_of([stroke]).size >= _SPECK * size]
    if not written:
        return []
    return _paired(_parted(written, reader, size), size)


def _digit_size(strokes: Sequence[Stroke]) -> float:
    """How large the digits of this drawing are: the median of the larger half of its strokes."""
    sizes = sorted(box_of([stroke]).size for stroke in strokes)
    return float(np.median(sizes[len(sizes) // 2 :])) if sizes else 0.0


def _parted(strokes: Sequence[Stroke], reader: DigitReader, size: float) -> list[Sign]:
    """Part strokes into digits so that all of them together are read with the highest probability."""
    groups = {
        (first, last): strokes[first : last + 1]
        for first in range(len(strokes))
        for last in range(first, min(first + _MOST_STROKES, len(strokes)))
        if last == first or _is_one_sign(strokes[first : last + 1], size)
    }
    read = dict(zip(groups, reader.probabilities(list(groups.values())), strict=True))
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(strokes) + 1):
        options = []
        for begin in range(max(0, end - _MOST_STROKES), end):
            if (begin, end - 1) in read:
                # Counted once a stroke, so that two strokes as one digit weigh as much as two digits.
                log = (end - begin) * max(float(np.log(read[begin, end - 1][:OTHER].max() + 1e-12)), _LEAST_LOG)
                options.append((best[begin][0] + log, begin))
        best.append(max(options))
    signs: list[Sign] = []
    end = len(strokes)
    while end > 0:
        begin = best[end][1]
        chances = read[begin, end - 1]
        top = int(chances.argmax())
        digit = None if top == OTHER else top
        signs.append(Sign(tuple(strokes[begin:end]), digit, tuple(map(float, chances[:OTHER]))))
        end = begin
    return signs[::-1]


def _is_one_sign(strokes: Sequence[Stroke], size: float) -> bool:
    """Whether strokes are near and small enough to be one digit."""
    boxes = [box_of([stroke]) for stroke in strokes]
    near = all(
        min(gap_between(box, other) for other in boxes[:i]) <= _NEAR * size for i, box in enumerate(boxes) if i > 0
    )
    return near and box_of(strokes).size <= _LARGEST * size


def _paired(signs: Sequence[Sign], size: float) -> list[Number]:
    """Put digits that stand beside each other together, the nearest first."""
    pairs = sorted(
        (distance, i, j)
        for i in range(len(signs))
        for j in range(len(signs))
        if i != j and (distance := _beside(signs[i], signs[j], size)) is not None
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, left, right in pairs:
        if not {left, right} & taken:
            partner[left] = right
            taken |= {left, right}
    numbers = [
        Number((signs[i], signs[partner[i]]) if i in partner else (signs[i],))
        for i in range(len(signs))
        if i in partner or i not in taken
    ]
    return sorted(numbers, key=lambda number: number.strokes[0].number)


def _beside(left: Sign, right: Sign, size: float) -> float | None:
    """How far a digit stands to the right of another on the same line; None if it does not."""
    a, b = left.box, right.box
    if left.digit is None or right.digit is None or b.centre[0] <= a.centre[0]:
        return None
    height = max(a.height, b.height, 0.5 * size)
    shared = min(a.bottom, b.bottom) - max(a.top, b.top)
    gap = b.left - a.right
    if shared < _LEVEL * min(max(a.height, 0.2 * size), max(b.height, 0.2 * size)) or gap > _NEAR_DIGITS * height:
        return None
    return max(gap, 0.0) / height


def in_order(angles_deg: Sequence[float]) -> int:
    """Say which way round directions follow each other: 1 clockwise, -1 counter-clockwise, 0 neither.

    Parameters
    ----------
    angles_deg : sequence of float
        Directions on a clock in the order that is asked about; at least three.

    Returns
    -------
    int
        The sense, if going through all of them and back to the first is exactly one turn.
    """
    if len(angles_deg) < 3:
        return 0
    around = [*angles_deg, angles_deg[0]]
    clockwise = sum((after - before) % 360 for before, after in pairwise(around))
    counter = sum((before - after) % 360 for before, after in pairwise(around))
    return 1 if abs(clockwise - 360) < 1 else -1 if abs(counter - 360) < 1 else 0
