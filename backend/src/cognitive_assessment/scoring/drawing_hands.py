"""The hands of a clock in a drawing: straight lines from near the middle outwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cognitive_assessment.scoring.drawing_strokes import Points, Stroke, clock_angle, turn

_NEAR_MIDDLE = 0.45  # of the radius: where a hand begins at the farthest
_LEAST_LENGTH = 0.25
_MOST_BENT = 0.14
_FARTHEST_TIP = 1.35
_SAME_DEG = 8.0
_NEAR_TIP = 0.07
_HEAD = 0.25
_BEHIND_DEG = 60.0


@dataclass(frozen=True, eq=False)
class Hand:
    """One hand: its direction as on a clock, its length from the middle to the tip and where it begins, in radii."""

    strokes: tuple[int, ...]
    angle_deg: float
    length: float
    begins: float
    tip: Points
    onset_s: float
    offset_s: float


def find_hands(strokes: Sequence[Stroke], centre: Points, radius: float) -> list[Hand]:
    """Find the hands among the strokes of a face.

    Parameters
    ----------
    strokes : sequence of Stroke
        Without those of the outline.
    centre : ndarray of float, shape (2,)
        The middle of the face.
    radius : float
        Of the face.

    Returns
    -------
    list of Hand
        In the order of drawing. One stroke may be two hands, drawn from tip to tip; a line that was drawn over again,
        and the head of an arrow, belong to their hand.
    """
    found: list[Hand] = []
    for stroke in strokes:
        for hand in _arms(stroke, centre, radius):
            same = next((known for known in found if abs(turn(known.angle_deg, hand.angle_deg)) < _SAME_DEG), None)
            if same is None:
                found.append(hand)
            else:
                found[found.index(same)] = _joined(same, hand)
    taken = {number for hand in found for number in hand.strokes}
    for stroke in strokes:
        head_of = next((hand for hand in found if stroke.number not in taken and _is_head(stroke, hand, radius)), None)
        if head_of is not None:
            found[found.index(head_of)] = _joined(head_of, head_of, stroke)
    return found


def _arms(stroke: Stroke, centre: Points, radius: float) -> Iterator[Hand]:
    """The straight parts of one stroke that lead away from the middle."""
    distances = np.hypot(*(stroke.points - centre).T) / radius
    nearest = int(distances.argmin())
    if distances[nearest] > _NEAR_MIDDLE:
        return
    for way, times in (
        (stroke.points[nearest:], stroke.times_s[nearest:]),
        (stroke.points[nearest::-1], stroke.times_s[nearest::-1]),
    ):
        from_middle = np.hypot(*(way - centre).T) / radius
        tip = int(from_middle.argmax())
        length = float(np.hypot(*(way[tip] - way[0]))) / radius
        if length < _LEAST_LENGTH or from_middle[tip] > _FARTHEST_TIP:
            continue
        head = np.hypot(*(way[tip:] - way[tip]).T) / radius
        if _bend(way[: tip + 1]) > _MOST_BENT or head.max() > _HEAD:
            continue
        begins = float(from_middle[0])
        start = centre if begins < _LEAST_LENGTH else way[0]
        angle = clock_angle(start, way[tip])
        low, high = sorted((float(times[0]), float(times[-1])))
        yield Hand((stroke.number,), angle, float(from_middle[tip]), begins, way[tip], low, high)


def _bend(way: Points) -> float:
    """How far a way strays from the straight line between its ends, in lengths of that line."""
    along = way[-1] - way[0]
    length = float(np.hypot(*along))
    from_start = way - way[0]
    stray = np.abs(along[0] * from_start[:, 1] - along[1] * from_start[:, 0]) / length
    return float(stray.max() / length)


def _joined(hand: Hand, other: Hand, head: Stroke | None = None) -> Hand:
    longer = max(hand, other, key=lambda one: one.length)
    strokes = {*hand.strokes, *other.strokes, *([] if head is None else [head.number])}
    onsets = [hand.onset_s, other.onset_s, *([] if head is None else [head.onset_s])]
    offsets = [hand.offset_s, other.offset_s, *([] if head is None else [head.offset_s])]
    begins = min(hand.begins, other.begins)
    return Hand(tuple(sorted(strokes)), longer.angle_deg, longer.length, begins, longer.tip, min(onsets), max(offsets))


def _is_head(stroke: Stroke, hand: Hand, radius: float) -> bool:
    """Whether a small stroke is the head of an arrow: it touches the tip, and lies behind it."""
    distances = np.hypot(*(stroke.points - hand.tip).T) / radius
    towards = clock_angle(hand.tip, stroke.points.mean(axis=0))
    is_behind = abs(turn((hand.angle_deg + 180) % 360, towards)) < _BEHIND_DEG
    return bool(distances.min() < _NEAR_TIP and distances.max() < _HEAD and is_behind)
