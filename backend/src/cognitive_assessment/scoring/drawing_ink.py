"""Strokes as the numbers that a reader of digits wants: a small picture of their ink, and which way it runs where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.scoring.drawing_strokes import Points, path_length, resampled

SIDE = 16
MARGIN = 2
HALF_PEN = 0.065
COARSE = 8
WAYS = 4  # level, rising, upright, falling
FEATURES = SIDE * SIDE + WAYS * COARSE * COARSE
_STEP = 0.06  # of the sign's size: what is finer is tremor
_SPREAD = 0.09
_BLUR = np.array([0.22, 0.56, 0.22])


def features(signs: Sequence[Sequence[Points]]) -> NDArray[np.float64]:
    """Give signs as rows of numbers that do not depend on size, place, pen and sense of drawing.

    Parameters
    ----------
    signs : sequence of sequence of ndarray of float, shape (n_points, 2)
        The lines of each sign; at least one point in each; x to the right, y down, in any unit.

    Returns
    -------
    ndarray of float, shape (n_signs, FEATURES)
        A picture of the ink and the ways of its lines, each part of length 4.
    """
    rows = []
    for lines in signs:
        placed = _placed(lines)
        rows.append(np.concatenate([_scaled(_softened(ink(placed))), _scaled(ways(placed))]))
    return np.array(rows)


def _placed(lines: Sequence[Points]) -> list[Points]:
    """The lines with their middle at (0.5, 0.5) and their longer side from 0 to 1, without their tremor."""
    points = np.concatenate(list(lines))
    low, high = points.min(axis=0), points.max(axis=0)
    size = float((high - low).max()) or 1.0
    placed = [(line - (low + high) / 2) / size + 0.5 for line in lines]
    return [resampled(line, 2 + int(path_length(line) / _STEP)) if len(line) > 2 else line for line in placed]


def ink(placed: Sequence[Points]) -> NDArray[np.float64]:
    """Draw lines that lie between 0 and 1 with a pen.

    Parameters
    ----------
    placed : sequence of ndarray of float, shape (n_points, 2)
        At least one point in each.

    Returns
    -------
    ndarray of float, shape (SIDE, SIDE)
        From 0 (paper) to 1 (ink); row 0 is the top.
    """
    scale = SIDE - 2 * MARGIN
    grid = (np.arange(SIDE) + 0.5 - MARGIN) / scale
    across, down = np.meshgrid(grid, grid)
    nearest = np.full((SIDE, SIDE), np.inf)
    for line in placed:
        nearest = np.minimum(nearest, _distance(across, down, line))
    picture: NDArray[np.float64] = np.clip((HALF_PEN - nearest) * scale + 0.5, 0.0, 1.0)
    return picture


def ways(placed: Sequence[Points]) -> NDArray[np.float64]:
    """Say how much line runs which way in which part of the square.

    Parameters
    ----------
    placed : sequence of ndarray of float, shape (n_points, 2)
        Between 0 and 1.

    Returns
    -------
    ndarray of float, shape (WAYS, COARSE, COARSE)
        Lengths, each shared between the two ways and the parts that are nearest.
    """
    begin = np.concatenate([line[:-1] for line in placed])
    step = np.concatenate([np.diff(line, axis=0) for line in placed])
    length = np.hypot(*step.T)
    turned = np.arctan2(-step[:, 1], step[:, 0]) % np.pi * WAYS / np.pi
    away = np.abs(turned[None, :] - np.arange(WAYS)[:, None])
    share = np.maximum(0.0, 1.0 - np.minimum(away, WAYS - away)) * length
    middle = begin + step / 2
    grid = (np.arange(COARSE) + 0.5) / COARSE
    near = [np.exp(-(((middle[:, axis, None] - grid) / _SPREAD) ** 2) / 2) for axis in (1, 0)]
    found: NDArray[np.float64] = np.einsum("ws,sy,sx->wyx", share, near[0], near[1])
    return found


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


def _softened(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    rows = np.apply_along_axis(np.convolve, 0, picture, _BLUR, mode="same")
    soft: NDArray[np.float64] = np.apply_along_axis(np.convolve, 1, rows, _BLUR, mode="same")
    return soft


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    flat = values.ravel()
    scaled: NDArray[np.float64] = 4 * flat / max(float(np.linalg.norm(flat)), 1e-9)
    return scaled
