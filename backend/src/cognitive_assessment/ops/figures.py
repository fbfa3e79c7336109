"""The figures that the runbook sets targets for, measured from the system's own records, beside their targets."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from cognitive_assessment.config import Settings
from cognitive_assessment.ops import history
from cognitive_assessment.store import system_counts

WINDOWS_DAYS = (1, 7, 30)
_NOW_S = 600.0
AVAILABILITY = 0.999


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with how much it rests on; none where there is nothing to measure it by."""

    value: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its target, over several windows; `count_of` names what `count` counts."""

    name: str
    title: str
    unit: str
    target: float
    is_at_least: bool
    count_of: str
    windows: dict[str, Measured]


def figures(settings: Settings, connection: sa.Connection) -> list[dict[str, Any]]:
    """Every figure over 1, 7 and 30 days, and of the machine now."""
    now = time.time()
    found = {days: history.pieces(settings.data_dir, since=now - days * 86_400) for days in WINDOWS_DAYS}
    days_of_use = system_counts.by_day(connection, days=max(WINDOWS_DAYS))

    def over(measure: Callable[[list[history.Piece]], Measured]) -> dict[str, Measured]:
        return {str(days): measure(pieces) for days, pieces in found.items()}

    availability = {
        str(days): Measured(history.share_up(pieces, since=now - days * 86_400, now=now), sum(p.looks for p in pieces))
        for days, pieces in found.items()
    }
    satisfaction = {str(days): _satisfaction(days_of_use[-days:]) for days in WINDOWS_DAYS}
    lately = {"now": history.pieces(settings.data_dir, since=now - _NOW_S)}
    measured = [
        Figure("availability", "Availability", "fraction", AVAILABILITY, True, "looks", availability),
        Figure("response_time", "Response time, 95 of 100", "s", 2.0, False, "requests", over(_response_time)),
        Figure("error_rate", "Requests that fail", "fraction", 0.01, False, "requests", over(_error_rate)),
        Figure("satisfaction", "Satisfied participants", "fraction", 0.95, True, "ratings", satisfaction),
        Figure("cpu", "Processors in use", "fraction", 0.7, False, "looks", over(_cpu) | {"now": _cpu(lately["now"])}),
        Figure(
            "memory",
            "Memory in use, at most",
            "fraction",
            0.8,
            False,
            "looks",
            over(_memory) | {"now": _memory(lately["now"])},
        ),
    ]
    return [asdict(figure) for figure in measured]


def error_budget_left(availability: float | None) -> float | None:
    """Share of the time that may be lost under the target and was not; below 0, more was lost."""
    return None if availability is None else 1 - (1 - availability) / (1 - AVAILABILITY)


def _response_time(pieces: list[history.Piece]) -> Measured:
    within: Counter[str] = Counter()
    for piece in pieces:
        within.update(piece.within)
    return Measured(history.quantile_s(within, 0.95), int(within.get("+Inf", 0)))


def _error_rate(pieces: list[history.Piece]) -> Measured:
    requests = sum(piece.requests for piece in pieces)
    return Measured(sum(piece.errors for piece in pieces) / requests if requests else None, int(requests))


def _cpu(pieces: list[history.Piece]) -> Measured:
    all_s = sum(piece.cpu_s for piece in pieces)
    busy_s = sum(piece.cpu_busy_s for piece in pieces)
    return Measured(busy_s / all_s if all_s else None, sum(piece.looks for piece in pieces))


def _memory(pieces: list[history.Piece]) -> Measured:
    seen = [piece.memory_fraction for piece in pieces if piece.looks]
    return Measured(max(seen, default=None), sum(piece.looks for piece in pieces))


def _satisfaction(days: list[dict[str, Any]]) -> Measured:
    rated = sum(day["rated"] for day in days)
    return Measured(sum(day["satisfied"] for day in days) / rated if rated else None, rated)
