"""Strokes of a drawing as arrays: their points, sizes and times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Stroke:
    """One line from pen down to pen up.

    `number` counts the strokes of the record from 0, those that were taken back included; `points` has shape
    (n_points, 2), x to the right and y down in fractions of the square's side; `times_s` counts from when the empty
    square was shown.
    """

    number: int
    points: Points
    times_s: NDArray[np.float64]

    @property
    def onset_s(self) -> float:
        """When the pen came down."""
        return float(self.times_s[0])

    @property
    def offset_s(self) -> float:
        """When the pen came up."""
        return float(self.times_s[-1])

    @property
    def length(self) -> float:
        """Length of the way, in sides of the square."""
        return path_length(self.points)


@dataclass(frozen=True, slots=True)
class Box:
    """The smallest upright rectangle around some points."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def size(self) -> float:
        """The longer of both."""
        return max(self.width, self.height)

    @property
    def centre(self) -> Points:
        """Its middle, as (x, y)."""
        return np.array([(self.left + self.right) / 2, (self.top + self.bottom) / 2])


def read_strokes(trials: Iterable[Mapping[str, Any]]) -> list[Stroke]:
    """Read the strokes that are on the page when the drawing ends.

    Parameters
    ----------
    trials : iterable of mapping
        As the task reports them: `position`, `points` (`[x, y, t]` with t in ms) and `removed_ms`.

    Returns
    -------
    list of Stroke
        In the order of drawing, without those that were taken back.

    Raises
    ------
    KeyError, TypeError, ValueError
        If a trial is not a stroke, or one is missing or there twice.
    """
    trials = list(trials)
    if [int(trial["position"]) for trial in trials] != list(range(len(trials))):
        raise ValueError("the strokes are not numbered from 0 in their order")
    strokes = []
    for trial in trials:
        given = np.asarray(trial["points"], dtype=np.float64)
        if given.ndim != 2 or given.shape[1] != 3 or not np.isfinite(given).all():
            raise ValueError("the points of a stroke are [x, y, t]")
        if trial["removed_ms"] is None:
            strokes.append(Stroke(int(trial["position"]), given[:, :2], given[:, 2] / 1000))
    return strokes


def path_length(points: Points) -> float:
    """Give the length of a way along its points, in their unit."""
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def box_of(strokes: Sequence[Stroke]) -> Box:
    """Give the box around one stroke or several."""
    points = np.concatenate([stroke.points for stroke in strokes])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))


def resampled(points: Points, count: int) -> Points:
    """Give `count` points at equal distances along a way.

    Parameters
    ----------
    points : ndarray of float, shape (n_points, 2)
        At least one.
    count : int
        At least 2.

    Returns
    -------
    ndarray of float, shape (count, 2)
        The first and the last point are kept; a dot gives the same point throughout.
    """
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    wanted = np.linspace(0.0, along[-1], count)
    return np.column_stack([np.interp(wanted, along, points[:, axis]) for axis in (0, 1)])


def gap_between(first: Box, second: Box) -> float:
    """Give the distance between two boxes; 0 where they touch or overlap."""
    across = max(first.left - second.right, second.left - first.right, 0.0)
    down = max(first.top - second.bottom, second.top - first.bottom, 0.0)
    return float(np.hypot(across, down))


def clock_angle(centre: Points, point: Points) -> float:
    """Give the direction from a centre to a point as on a clock: degrees from the top, clockwise, from 0 to 360."""
    across, down = point - centre
    return float(np.degrees(np.arctan2(across, -down)) % 360)


def turn(start_deg: float, end_deg: float) -> float:
    """Give the smallest turn from one direction to another: from -180 (counter-clockwise) to 180 degrees."""
    return (end_deg - start_deg + 180) % 360 - 180
