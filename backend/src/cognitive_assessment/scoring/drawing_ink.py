"""A few strokes as a small picture of ink, and the picture as the numbers that a reader of digits wants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.scoring.drawing_strokes import Points

SIDE = 16
MARGIN = 2
HALF_PEN = 0.065
_BLUR = np.array([0.22, 0.56, 0.22])


def ink(lines: Sequence[Points]) -> NDArray[np.float64]:
    """Draw lines with a pen into a square that their longer side fills, whatever their size and place.

    Parameters
    ----------
    lines : sequence of ndarray of float, shape (n_points, 2)
        At least one point; x to the right, y down, in any unit.

    Returns
    -------
    ndarray of float, shape (SIDE, SIDE)
        From 0 (paper) to 1 (ink); row 0 is the top.
    """
    points = np.concatenate(list(lines))
    low, high = points.min(axis=0), points.max(axis=0)
    size = float((high - low).max()) or 1.0
    scale = SIDE - 2 * MARGIN
    grid = (np.arange(SIDE) + 0.5 - MARGIN) / scale
    across, down = np.meshgrid(grid, grid)
    nearest = np.full((SIDE, SIDE), np.inf)
    for line in lines:
        placed = (line - (low + high) / 2) / size + 0.5
        nearest = np.minimum(nearest, _distance(across, down, placed))
    picture: NDArray[np.float64] = np.clip((HALF_PEN - nearest) * scale + 0.5, 0.0, 1.0)
    return picture


def _distance(across: NDArray[np.float64], down: NDArray[np.float64], line: Points) -> NDArray[np.float64]:
    """From every cell's middle to the nearest place of a line."""
    begin, end = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
    step = end - begin
    squared = np.maximum((step**2).sum(axis=1), 1e-12)
    from_x, from_y = across[..., None] - begin[:, 0], down[..., None] - begin[:, 1]
    part = np.clip((from_x * step[:, 0] + from_y * step[:, 1]) / squared, 0.0, 1.0)
    distances = np.hypot(from_x - part * step[:, 0], from_y - part * step[:, 1])
    nearest: NDArray[np.float64] = distances.min(axis=-1)
    return nearest


def features(pictures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give pictures as rows of numbers: softened a little, and as long whatever the pen's width.

    Parameters
    ----------
    pictures : ndarray of float, shape (n_pictures, SIDE, SIDE)
        From 0 to 1.

    Returns
    -------
    ndarray of float, shape (n_pictures, SIDE * SIDE)
        Each row has length 4.
    """
    soft = np.apply_along_axis(np.convolve, 1, pictures, _BLUR, mode="same")
    soft = np.apply_along_axis(np.convolve, 2, soft, _BLUR, mode="same").reshape(len(pictures), -1)
    rows: NDArray[np.float64] = 4 * soft / np.maximum(np.linalg.norm(soft, axis=1, keepdims=True), 1e-9)
    return rows
