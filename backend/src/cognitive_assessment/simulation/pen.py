"""A pen in a simulated hand: it draws lines as a person does, not quite straight, and with the time that takes."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from cognitive_assessment.simulation.digit_lines import DIGIT_LINES

Line = Sequence[tuple[float, float]]
_EVERY_MS = 16.0
_SIDES_PER_S = 0.7


@dataclass
class Pen:
    """Draws in the unit square and keeps the strokes as the task would report them; `at_ms` is its clock.

    `tremor` is how far a point strays, in sides of the square.
    """

    rng: random.Random
    at_ms: float = 0.0
    tremor: float = 0.001
    pace: float = 1.0
    strokes: list[dict[str, Any]] = field(default_factory=list)

    def wait(self, ms: float) -> None:
        """Think, with the pen up."""
        self.at_ms += ms

    def line(self, way: Line) -> None:
        """One stroke through the given points."""
        points = []
        for x, y in _filled(way, _SIDES_PER_S / self.pace * _EVERY_MS / 1000):
            strayed = (x + self.rng.gauss(0, self.tremor), y + self.rng.gauss(0, self.tremor))
            points.append([*(round(min(2.0, max(-1.0, at)), 4) for at in strayed), round(self.at_ms, 1)])
            self.at_ms += _EVERY_MS
        self.strokes.append(
            {
                "position": len(self.strokes),
                "points": points,
                "pressure": None,
                "input": "touch",
                "removed_ms": None,
            }
        )

    def arc(self, x: float, y: float, radius: float, from_deg: float = 0, to_deg: float = 360, flat: float = 1) -> None:
        """Part of a circle, or of an ellipse as high as `flat` of its width; angles as on a clock."""
        count = max(8, int(abs(to_deg - from_deg) / 4))
        turned = [from_deg + (to_deg - from_deg) * i / count for i in range(count + 1)]
        self.line([polar(x, y, radius, angle, flat) for angle in turned])

    def text(self, text: str, x: float, y: float, height: float) -> None:
        """Digits with their middle at a place; half as wide as high, one beside the other."""
        wide = 0.6 * height
        left = x - (len(text) * wide + (len(text) - 1) * 0.15 * height) / 2
        for character in text:
            size = height * self.rng.uniform(0.92, 1.08)
            for line in DIGIT_LINES[character]:
                self.line([(left + wide * px, y + size * (py - 0.5)) for px, py in line])
                self.wait(90)
            left += wide + 0.15 * height


def polar(x: float, y: float, radius: float, angle_deg: float, flat: float = 1) -> tuple[float, float]:
    """The point in a direction as on a clock."""
    angle = math.radians(angle_deg)
    return (x + radius * math.sin(angle), y - flat * radius * math.cos(angle))


def _filled(way: Line, step: float) -> list[tuple[float, float]]:
    """Points along a way, so far apart as the pen gets between two of them."""
    found = [way[0]]
    for (ax, ay), (bx, by) in pairwise(way):
        count = max(1, round(math.dist((ax, ay), (bx, by)) / step))
        found += [(ax + (bx - ax) * i / count, ay + (by - ay) * i / count) for i in range(1, count + 1)]
    return found
