"""The outline of a face in a drawing: which strokes, how closed, how round."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cognitive_assessment.scoring.drawing_strokes import Points, Stroke, resampled

_POINTS = 180
_BINS = 72  # of 5 degrees
# An outline goes at least so far around its middle; several strokes together have to go nearly all of the way.
_LEAST_AROUND_ONE = 0.72
_LEAST_AROUND_MORE = 0.85
_LEAST_SIZE = 0.12  # of the square's side, in radius: a smaller ring is a nought, or a dot that was circled
_LARGEST_STRAY = 0.3
_MOST_PARTS = 4
_LEAST_ARC = 20.0
_REDRAWN_STRAY = 0.15


@dataclass(frozen=True, eq=False)
class Contour:
    """The outline of a clock.

    `strokes` are the numbers of its strokes; `radius` is the mean distance from the `centre`; `gap_deg` the largest
    part of the way round that it leaves open, seen from the centre; `roundness` its shorter axis over its longer one.
    """

    strokes: tuple[int, ...]
    centre: Points
    radius: float
    gap_deg: float
    roundness: float
    radii: Points

    def radius_at(self, angle_deg: float) -> float:
        """How far the outline is from the centre in a direction, in sides of the square."""
        return float(self.radii[int(angle_deg % 360 / 360 * _BINS) % _BINS])


def find_contour(strokes: Sequence[Stroke]) -> Contour | None:
    """Find the outline: the largest stroke, or few long strokes together, that go round.

    Parameters
    ----------
    strokes : sequence of Stroke
        All of the drawing.

    Returns
    -------
    Contour or None
        With strokes that follow the outline once more; None if nothing goes round.
    """
    long = sorted((stroke for stroke in strokes if stroke.length >= _LEAST_SIZE), key=lambda s: -s.length)[:8]
    ones = [found for stroke in long if (found := _around([stroke], _LEAST_AROUND_ONE)) is not None]
    best = max(ones, key=lambda found: found.radius, default=None)
    for count in range(2, _MOST_PARTS + 1):
        if best is not None:
            break
        more = [
            found
            for several in itertools.combinations(long, count)
            if (found := _around(several, _LEAST_AROUND_MORE)) is not None
        ]
        best = max(more, key=lambda found: found.radius, default=None)
    if best is None:
        return None
    chosen = [stroke for stroke in strokes if stroke.number in best.strokes or _follows(stroke, best)]
    return _around(chosen, 0.0) or best


def _around(strokes: Sequence[Stroke], least_around: float) -> Contour | None:
    """Take strokes for an outline, if they go far enough round their middle and keep their distance from it."""
    parts = [resampled(stroke.points, _POINTS) for stroke in strokes]
    weights = [max(2, round(_POINTS * stroke.length / max(s.length for s in strokes))) for stroke in strokes]
    points = np.concatenate([resampled(part, weight) for part, weight in zip(parts, weights, strict=True)])
    centre = _middle(points)
    from_centre = points - centre
    distances = np.hypot(*from_centre.T)
    radius = float(distances.mean())
    if radius < _LEAST_SIZE or float(distances.std()) > _LARGEST_STRAY * radius:
        return None
    if any(_turned(part - centre) < _LEAST_ARC for part in parts):
        return None
    radii, gap_deg = _all_round(from_centre, distances)
    if 1 - gap_deg / 360 < least_around or _turned_all(parts, centre) < least_around * 330:
        return None
    spread = np.linalg.eigvalsh(np.cov(from_centre.T))
    roundness = float(np.sqrt(max(spread[0], 0.0) / spread[1]))
    return Contour(tuple(s.number for s in strokes), centre, radius, gap_deg, roundness, radii)


def _middle(points: Points) -> Points:
    """The centre of the circle that fits best (Kåsa); the middle of the box where no circle fits."""
    mean = points.mean(axis=0)
    x, y = (points - mean).T
    matrix = np.column_stack([x, y, np.ones_like(x)])
    solution, *_ = np.linalg.lstsq(matrix, x**2 + y**2, rcond=None)
    centre = mean + solution[:2] / 2
    low, high = points.min(axis=0), points.max(axis=0)
    if np.any(centre < low) or np.any(centre > high):
        centre = (low + high) / 2
    return np.asarray(centre, dtype=np.float64)


def _turned(from_centre: Points) -> float:
    """How far a way turns about the centre in one sense, in degrees."""
    angles = np.unwrap(np.arctan2(from_centre[:, 1], from_centre[:, 0]))
    return float(np.degrees(angles.max() - angles.min()))


def _turned_all(parts: Sequence[Points], centre: Points) -> float:
    return sum(_turned(part - centre) for part in parts)


def _all_round(from_centre: Points, distances: Points) -> tuple[Points, float]:
    """Distance in each direction, and the largest gap between directions, in degrees."""
    angles = np.degrees(np.arctan2(from_centre[:, 0], -from_centre[:, 1])) % 360
    order = np.argsort(angles)
    around = angles[order]
    gap = float(np.max(np.diff(np.concatenate([around, around[:1] + 360]))))
    middles = (np.arange(_BINS) + 0.5) * 360 / _BINS
    radii = np.interp(middles, around, distances[order], period=360)
    return radii, gap


def _follows(stroke: Stroke, contour: Contour) -> bool:
    """Whether a stroke runs along an outline: drawn over it again, or closing its gap."""
    points = resampled(stroke.points, 40)
    from_centre = points - contour.centre
    distances = np.hypot(*from_centre.T)
    angles = np.degrees(np.arctan2(from_centre[:, 0], -from_centre[:, 1])) % 360
    stray = np.abs(distances - [contour.radius_at(angle) for angle in angles])
    arc_deg = _turned(from_centre)
    along = np.radians(arc_deg) * contour.radius
    is_along = along > 3 * (distances.max() - distances.min())
    return bool(stray.max() < _REDRAWN_STRAY * contour.radius and arc_deg >= _LEAST_ARC and is_along)
