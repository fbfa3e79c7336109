"""The clock that a participant of a profile would draw: a plausible one, taken from no person."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from cognitive_assessment.simulation.pen import Pen, polar
from cognitive_assessment.simulation.profiles import Profile, latency_ms

HOURS = 12
_CENTRE = 0.5
_RADIUS = 0.42
_BETWEEN = 0.5  # of the latency of an answer: the pause before the next number
_PULLED = 0.7  # of those astray: the minute hand goes to the number that was heard


@dataclass(frozen=True, slots=True)
class _Plan:
    """How well this clock comes out."""

    astray: float
    crowding_deg: float
    tremor: float


def respond(parameters: dict[str, Any], profile: Profile, rng: random.Random) -> tuple[dict[str, Any], str, float]:
    """The response, what to print of it, and the seconds that it takes."""
    astray = profile.orientation_error_fraction
    plan = _Plan(astray=astray, crowding_deg=12 * astray, tremor=0.0008 + 0.003 * astray)
    pace = profile.symbol_ms / 1900
    pen = Pen(rng, at_ms=latency_ms(rng, 3 * profile.onset_latency_ms), tremor=plan.tremor, pace=pace)
    pen.arc(_CENTRE, _CENTRE, _RADIUS, -8, 352 + rng.uniform(-4, 6), flat=rng.uniform(0.93, 1.02))
    left_out = _numbers(pen, plan, profile, rng)
    told = _hands(pen, plan, parameters, rng)
    pen.wait(latency_ms(rng, profile.onset_latency_ms))
    summary = {
        "duration_ms": round(pen.at_ms, 1),
        "completed": True,
        "undo_count": 0,
        "clear_count": 0,
        "is_full": False,
        "side_px": 358,
        "pixel_ratio": 3,
        "refresh_rate_hz": 60.0,
        "interruption_count": 0,
    }
    said = f"a clock of {len(pen.strokes)} lines, {HOURS - left_out} numbers, {told}"
    return {"kind": "trials", "trials": pen.strokes, "summary": summary}, said, pen.at_ms / 1000


def _numbers(pen: Pen, plan: _Plan, profile: Profile, rng: random.Random) -> int:
    """The numbers from 12 or from 1 on; returns how many were left out."""
    height = 0.075 * rng.uniform(0.9, 1.1)
    left_out, shift = 0, 0.0
    for hour in (HOURS, 6, 3, 9, 1, 2, 4, 5, 7, 8, 10, 11):
        pen.wait(latency_ms(rng, _BETWEEN * profile.onset_latency_ms))
        if rng.random() < plan.astray / 4:
            left_out += 1
            continue
        shift += rng.gauss(0, plan.crowding_deg / 3)
        angle = 30 * hour + rng.gauss(0, 2) + shift
        pen.text(str(hour), *polar(_CENTRE, _CENTRE, 0.8 * _RADIUS, angle), height)
    return left_out


def _hands(pen: Pen, plan: _Plan, parameters: dict[str, Any], rng: random.Random) -> str:
    """Both hands, the hour first; astray, the minute hand goes to the number that was heard, or is not drawn."""
    hour, minute = parameters["hour"], parameters["minute"]
    to_minute, told = 6.0 * minute, f"hands at {hour}:{minute:02d}"
    is_lost = False
    if rng.random() < plan.astray:
        is_lost = rng.random() >= _PULLED
        to_minute, told = 30.0 * minute, "one hand" if is_lost else f"the minute hand at the {minute}"
    hands = [(30.0 * hour + minute / 2, 0.45)] + ([] if is_lost else [(to_minute, 0.68)])
    for angle, length in hands:
        pen.wait(latency_ms(rng, 900))
        pen.line([(_CENTRE, _CENTRE), polar(_CENTRE, _CENTRE, length * _RADIUS, angle + rng.gauss(0, 2))])
    return told
