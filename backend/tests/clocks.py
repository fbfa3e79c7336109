"""Clocks for tests, drawn stroke by stroke by the simulated pen."""

from __future__ import annotations

import random
from typing import Any

from cognitive_assessment.instruments.scoring import score_question
from cognitive_assessment.records.answers import QuestionContext, TouchResponse
from cognitive_assessment.records.scores import Score
from cognitive_assessment.simulation.pen import Pen, polar

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ROMAN_LINES = {
    "I": [[(0.5, 0.0), (0.5, 1.0)]],
    "V": [[(0.1, 0.0), (0.5, 1.0), (0.9, 0.0)]],
    "X": [[(0.1, 0.0), (0.9, 1.0)], [(0.9, 0.0), (0.1, 1.0)]],
}


class Clock:
    """A drawing that comes about step by step; every part can be left out, moved or drawn otherwise."""

    def __init__(self, seed: int = 1, *, tremor: float = 0.001, x: float = 0.5, y: float = 0.5, radius: float = 0.42):
        self.pen = Pen(random.Random(seed), at_ms=2500, tremor=tremor)
        self.x, self.y, self.radius = x, y, radius

    def outline(self, from_deg: float = 0, to_deg: float = 362, *, flat: float = 1) -> Clock:
        self.pen.arc(self.x, self.y, self.radius, from_deg, to_deg, flat)
        self.pen.wait(400)
        return self

    def number(self, text: str, angle_deg: float, *, at: float = 0.8, height: float = 0.18) -> Clock:
        self.pen.wait(500)
        self.pen.text(text, *polar(self.x, self.y, at * self.radius, angle_deg), height * self.radius)
        return self

    def numbers(self, hours=range(1, 13), **how: Any) -> Clock:
        for hour in hours:
            self.number(str(hour), 30 * hour, **how)
        return self

    def roman(self) -> Clock:
        height = 0.15 * self.radius
        for hour, text in enumerate(ROMAN, start=1):
            x, y = polar(self.x, self.y, 0.8 * self.radius, 30 * hour)
            left = x - 0.3 * height * len(text)
            for i, letter in enumerate(text):
                for line in _ROMAN_LINES[letter]:
                    self.pen.line([(left + (0.6 * i + 0.5 * px) * height, y + (py - 0.5) * height) for px, py in line])
                    self.pen.wait(80)
        return self

    def hand(self, angle_deg: float, length: float, *, begins: float = 0.0) -> Clock:
        self.pen.wait(900)
        ends = [polar(self.x, self.y, part * self.radius, angle_deg) for part in (begins, length)]
        self.pen.line(ends)
        return self

    def hands(self, hour_deg: float = 335, minute_deg: float = 60) -> Clock:
        return self.hand(hour_deg, 0.45).hand(minute_deg, 0.68)

    def arrow(self, angle_deg: float, length: float) -> Clock:
        self.hand(angle_deg, length)
        tip = polar(self.x, self.y, length * self.radius, angle_deg)
        for side in (155, -155):
            self.pen.line([tip, polar(*tip, 0.12 * self.radius, angle_deg + side)])
        return self

    def line(self, *points: tuple[float, float]) -> Clock:
        self.pen.wait(300)
        self.pen.line(points)
        return self

    def take_back(self, *positions: int) -> Clock:
        for position in positions:
            self.pen.strokes[position]["removed_ms"] = self.pen.at_ms
        return self

    def score(self, *, hour: int = 11, minute: int = 10, **summary: Any) -> Score:
        told = {"duration_ms": self.pen.at_ms + 1500, "completed": True, "interruption_count": 0, **summary}
        context = QuestionContext("clock_drawing", "ten_past_eleven", "en", parameters={"hour": hour, "minute": minute})
        return score_question("clock_drawing", context, TouchResponse(tuple(self.pen.strokes), told))


def labels(score: Score, label: str) -> list[str]:
    """What was taken for this."""
    return [row.text for row in score.evidence if row.label == label]
