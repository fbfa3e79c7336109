"""The points of rule `clock_drawing@1`: what each is given for, in one place, from the parts of a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cognitive_assessment.scoring.drawing_clock import (
    HOUR_TOLERANCE_DEG,
    HOURS,
    MINUTE_TOLERANCE_DEG,
    ClockParts,
    HandsRead,
    is_placed,
)
from cognitive_assessment.scoring.drawing_digits import in_order

WIDEST_GAP_DEG = 20.0
LEAST_ROUNDNESS = 0.7
ENOUGH_NUMBERS = 10
ENOUGH_PLACED = 9
JOINED = 0.2  # of the radius: so near the middle both hands begin
SHORTER = 0.9


@dataclass(frozen=True, slots=True)
class Point:
    """What was looked for, what was found, and what it gives."""

    looked_for: str
    found: str
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One number as it counts: its value, its direction as on a clock, and whether it lies within the outline."""

    value: int
    angle_deg: float
    is_inside: bool

    @property
    def is_placed(self) -> bool:
        """Whether it stands where it belongs."""
        return is_placed(self.value, self.angle_deg)


def contour_points(parts: ClockParts) -> list[Point]:
    """The outline: that there is one, and that it is closed and round."""
    contour = parts.contour
    if contour is None:
        return [Point("outline", "none recognised", 0, 1), Point("closed and round", "no outline", 0, 1)]
    is_good = contour.gap_deg <= WIDEST_GAP_DEG and contour.roundness >= LEAST_ROUNDNESS
    found = f"largest gap {contour.gap_deg:.0f} degrees, short axis {contour.roundness:.0%} of the long one"
    lines = f"{len(contour.strokes)} line{'s' if len(contour.strokes) > 1 else ''}"
    return [Point("outline", lines, 1, 1), Point("closed and round", found, int(is_good), 1)]


def number_points(seen: Sequence[Seen], *, has_contour: bool) -> list[Point]:
    """The numbers: all and none else, clockwise, within the outline, at their places."""
    first = {one.value: one for one in reversed(seen) if 1 <= one.value <= HOURS}
    missing = [hour for hour in range(1, HOURS + 1) if hour not in first]
    more = len(seen) - len(first)
    enough = len(first) >= ENOUGH_NUMBERS
    there = 2 if not missing and not more else int(enough)
    told = f"missing {', '.join(map(str, missing))}" if missing else "all there"
    sense = in_order([first[hour].angle_deg for hour in sorted(first)])
    inside = sum(one.is_inside for one in seen)
    placed = sum(one.is_placed for one in first.values()) if has_contour else 0
    ways = {1: "clockwise", -1: "counter-clockwise", 0: "in no order"}
    return [
        Point("the numbers 1 to 12", told + (f"; {more} more than those" if more else ""), there, 2),
        Point("clockwise order", ways[sense], int(enough and sense == 1), 1),
        Point("within the outline", f"{inside} of {len(seen)}", int(enough and inside == len(seen)), 1),
        Point("at their places", f"{placed} of 12", 2 if placed == HOURS else int(placed >= ENOUGH_PLACED), 2),
    ]


def hand_points(parts: ClockParts, read: HandsRead, asked: str) -> list[Point]:
    """The hands: two, from the middle, to the hour and to the minutes, the one for the hour shorter."""
    count = len(parts.hands)
    joined = count == 2 and all(hand.begins <= JOINED for hand in parts.hands)
    hour_right = read.hour_off_deg is not None and read.hour_off_deg <= HOUR_TOLERANCE_DEG
    minute_right = read.minute_off_deg is not None and read.minute_off_deg <= MINUTE_TOLERANCE_DEG
    ratio = read.hour.length / read.minute.length if read.hour and read.minute else None
    is_shorter = ratio is not None and ratio <= SHORTER and hour_right and minute_right
    lengths = "two hands to compare are missing" if ratio is None else f"hour hand {ratio:.0%} of the minute hand"
    return [
        Point("two hands", f"{count} recognised", min(count, 2) if count <= 2 else 1, 2),
        Point("from the middle", "both" if joined else "not both", int(joined), 1),
        Point(f"hour hand of {asked}", _off(read.hour_off_deg), int(hour_right), 1),
        Point(f"minute hand of {asked}", _off(read.minute_off_deg), int(minute_right), 1),
        Point("hour hand shorter", lengths, int(is_shorter), 1),
    ]


def _off(degrees: float | None) -> str:
    return "none" if degrees is None else f"{degrees:.0f} degrees off"
