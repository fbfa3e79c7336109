"""The parts of a drawn clock: outline, hands and numbers, and how the hands stand to a time that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from cognitive_assessment.scoring.drawing_contour import Contour, find_contour
from cognitive_assessment.scoring.drawing_digits import DigitReader, Number, read_numbers
from cognitive_assessment.scoring.drawing_hands import Hand, find_hands
from cognitive_assessment.scoring.drawing_strokes import Points, Stroke, box_of, clock_angle, turn

HOURS = 12
HOUR_TOLERANCE_DEG = 15.0
MINUTE_TOLERANCE_DEG = 12.0
PLACE_TOLERANCE_DEG = 20.0
SURE = 0.8
POSSIBLE = 0.002


@dataclass(frozen=True, eq=False)
class ClockParts:
    """What a drawing was taken for; `centre` and `radius` are the outline's, or without one those of all strokes."""

    contour: Contour | None
    centre: Points
    radius: float
    hands: tuple[Hand, ...]
    numbers: tuple[Number, ...]
    other: tuple[Stroke, ...]

    def angle_of(self, number: Number) -> float:
        """In which direction from the centre a number stands, as on a clock."""
        return clock_angle(self.centre, number.box.centre)

    def is_inside(self, number: Number) -> bool:
        """Whether the middle of a number lies within the outline; False without one."""
        if self.contour is None:
            return False
        distance = float(np.hypot(*(number.box.centre - self.centre)))
        return distance < self.contour.radius_at(self.angle_of(number))


@dataclass(frozen=True, slots=True)
class HandsRead:
    """Which hand was taken for which, and how far each is off, in degrees; None where there is no such hand."""

    hour: Hand | None
    minute: Hand | None
    hour_off_deg: float | None
    minute_off_deg: float | None


def find_parts(strokes: Sequence[Stroke], reader: DigitReader) -> ClockParts:
    """Part a drawing into outline, hands and numbers.

    Parameters
    ----------
    strokes : sequence of Stroke
        At least one, in the order of drawing.
    reader : DigitReader
        Of single digits.

    Returns
    -------
    ClockParts
        Every stroke is in one of its parts.
    """
    contour = find_contour(strokes)
    if contour is None:
        box = box_of(strokes)
        centre, radius = box.centre, max(box.size / 2, 1e-6)
    else:
        centre, radius = contour.centre, contour.radius
    taken = set(() if contour is None else contour.strokes)
    hands = find_hands([stroke for stroke in strokes if stroke.number not in taken], centre, radius)
    taken |= {number for hand in hands for number in hand.strokes}
    numbers = read_numbers([stroke for stroke in strokes if stroke.number not in taken], reader)
    taken |= {stroke.number for number in numbers for stroke in number.strokes}
    other = tuple(stroke for stroke in strokes if stroke.number not in taken)
    return ClockParts(contour, centre, radius, tuple(hands), tuple(numbers), other)


def place_of(hour: int) -> float:
    """Give the direction in which a number from 1 to 12 belongs, in degrees from the top, clockwise."""
    return 30.0 * (hour % HOURS)


def is_placed(value: int, angle_deg: float) -> bool:
    """Say whether a number stands in the direction in which it belongs."""
    return 1 <= value <= HOURS and abs(turn(place_of(value), angle_deg)) <= PLACE_TOLERANCE_DEG


def sure_numbers(parts: ClockParts) -> list[Number]:
    """Give the numbers that are read with certainty.

    Parameters
    ----------
    parts : ClockParts
        Of one drawing.

    Returns
    -------
    list of Number
        Of which each digit is read with `SURE`. Where a number is out of its place, and the one that belongs there is
        missing and could be what was written, the reading is in doubt: the place never makes a reading, but it may
        unmake one.
    """
    clear = [n for n in parts.numbers if n.value is not None and n.weakest >= SURE]
    read = {number.value for number in clear}

    def is_doubtful(number: Number) -> bool:
        angle = parts.angle_of(number)
        belongs = min(range(1, HOURS + 1), key=lambda hour: abs(turn(place_of(hour), angle)))
        is_misplaced = not is_placed(number.value or 0, angle)
        return is_misplaced and belongs not in read and number.chance_of(belongs) >= POSSIBLE

    return [number for number in clear if not is_doubtful(number)]


def read_hands(hands: Sequence[Hand], drawn: dict[int, float], *, hour: int, minute: int) -> HandsRead:
    """Match hands with a time so that most are right, then nearest: wrong lengths do not make directions wrong too.

    Parameters
    ----------
    hands : sequence of Hand
        Any number; the two that fit best are taken.
    drawn : dict of int to float
        Number on the face -> its direction as drawn; a hand that points at the number where it stands is right.
    hour, minute : int
        The time, 1 to 12 and 0 to 59.

    Returns
    -------
    HandsRead
        With one hand alone, the one that it fits better.
    """
    hour_targets = [place_of(hour) + minute / 2, place_of(hour), *_drawn(drawn, hour)]
    minute_targets = [6.0 * minute, *(_drawn(drawn, minute // 5 or HOURS) if minute % 5 == 0 else [])]

    def off(hand: Hand | None, targets: list[float]) -> float | None:
        return None if hand is None else min(abs(turn(target, hand.angle_deg)) for target in targets)

    def misfit(pair: tuple[Hand | None, Hand | None]) -> tuple[int, float]:
        far = off(pair[0], hour_targets), off(pair[1], minute_targets)
        right = sum(
            degrees is not None and degrees <= tolerance
            for degrees, tolerance in zip(far, (HOUR_TOLERANCE_DEG, MINUTE_TOLERANCE_DEG), strict=True)
        )
        return -right, sum(180.0 if degrees is None else degrees for degrees in far)

    pairs: list[tuple[Hand | None, Hand | None]] = [*permutations(hands, 2)]
    pairs += [pair for hand in hands if len(hands) == 1 for pair in ((hand, None), (None, hand))]
    if not pairs:
        return HandsRead(None, None, None, None)
    first, second = min(pairs, key=misfit)
    return HandsRead(first, second, off(first, hour_targets), off(second, minute_targets))


def _drawn(drawn: dict[int, float], number: int) -> list[float]:
    return [drawn[number]] if number in drawn else []
