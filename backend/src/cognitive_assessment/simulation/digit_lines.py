"""How the simulated hand draws each digit: lines in a box from (0, 0) to (1, 1), y down; our own, taken from nobody."""

from __future__ import annotations

import math

Line = list[tuple[float, float]]


def _arc(x: float, y: float, wide: float, high: float, from_deg: float, to_deg: float) -> Line:
    """Part of an ellipse; angles as on a clock, from the top, clockwise."""
    count = max(6, int(abs(to_deg - from_deg) / 15))
    angles = [math.radians(from_deg + (to_deg - from_deg) * i / count) for i in range(count + 1)]
    return [(x + wide * math.sin(a), y - high * math.cos(a)) for a in angles]


DIGIT_LINES: dict[str, list[Line]] = {
    "0": [_arc(0.5, 0.5, 0.34, 0.5, 0, -360)],
    "1": [[(0.5, 0.0), (0.49, 0.35), (0.48, 0.7), (0.47, 1.0)]],
    "2": [[*_arc(0.45, 0.28, 0.36, 0.28, -75, 110), (0.5, 0.68), (0.1, 1.0), (0.5, 0.98), (0.9, 1.0)]],
    "3": [[*_arc(0.42, 0.25, 0.34, 0.25, -70, 165), *_arc(0.42, 0.74, 0.38, 0.26, 15, 250)]],
    "4": [
        [(0.35, 0.0), (0.22, 0.3), (0.08, 0.58), (0.5, 0.59), (0.92, 0.58)],
        [(0.68, 0.15), (0.66, 0.6), (0.64, 1.0)],
    ],
    "5": [[(0.85, 0.0), (0.5, 0.01), (0.22, 0.02), (0.2, 0.42), *_arc(0.44, 0.68, 0.4, 0.32, -40, 235)]],
    "6": [[(0.66, 0.0), (0.4, 0.2), (0.22, 0.5), *_arc(0.48, 0.72, 0.31, 0.28, -100, 260)]],
    "7": [[(0.08, 0.02), (0.5, 0.03), (0.9, 0.02), (0.66, 0.4), (0.46, 0.72), (0.34, 1.0)]],
    "8": [
        [
            *_arc(0.5, 0.25, 0.3, 0.25, 60, -170),
            *_arc(0.5, 0.75, 0.34, 0.26, 10, 340),
            *_arc(0.5, 0.25, 0.3, 0.25, 170, 60),
        ]
    ],
    "9": [[*_arc(0.5, 0.22, 0.36, 0.18, 70, -290), (0.8, 0.45), (0.72, 0.75), (0.6, 1.0)]],
}
