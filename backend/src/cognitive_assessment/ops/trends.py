"""How figures went over time, and which errors are new: from the pieces that the supervisor keeps."""

from __future__ import annotations

import collections
import datetime as dt
from typing import Any

from cognitive_assessment.ops import history
from cognitive_assessment.ops.history import Piece

# days shown -> seconds of one point
SPANS_S = {"1": 900.0, "7": 7200.0}
_WEEK_S = 7 * 86_400.0


def plots(found: list[Piece], now: float) -> dict[str, list[dict[str, Any]]]:
    """The last day and the last week, point by point; a stretch that nobody looked at has no values."""
    return {days: _points(found, now, int(days) * 86_400.0, step_s) for days, step_s in SPANS_S.items()}


def _points(found: list[Piece], now: float, length_s: float, step_s: float) -> list[dict[str, Any]]:
    last = (now // step_s + 1) * step_s
    slots: dict[int, list[Piece]] = collections.defaultdict(list)
    for piece in found:
        slots[int((last - piece.ended_at) // step_s)].append(piece)
    return [_point(last - number * step_s, slots.get(number, [])) for number in reversed(range(int(length_s / step_s)))]


def _point(at: float, pieces: list[Piece]) -> dict[str, Any]:
    looks, requests = sum(p.looks for p in pieces), sum(p.requests for p in pieces)
    cpu_s = sum(p.cpu_s for p in pieces)
    within: collections.Counter[str] = collections.Counter()
    for piece in pieces:
        within.update(piece.within)
    return {
        "at": dt.datetime.fromtimestamp(at, dt.UTC).isoformat(),
        "up": sum(p.up for p in pieces) / looks if looks else None,
        "requests": requests if looks else None,
        "error_rate": sum(p.errors for p in pieces) / requests if requests else None,
        "response_time": history.quantile_s(within, 0.95),
        "cpu": sum(p.cpu_busy_s for p in pieces) / cpu_s if cpu_s else None,
        "memory": max((p.memory_fraction for p in pieces if p.looks), default=None),
    }


def error_patterns(found: list[Piece], now: float) -> list[dict[str, Any]]:
    """Each kind of error and its place in the program: how often this week and the week before, new ones first."""
    weeks: dict[str, list[float]] = collections.defaultdict(lambda: [0.0, 0.0])
    for piece in found:
        age_s = now - piece.ended_at
        if age_s < 2 * _WEEK_S:
            for pattern, count in piece.faults.items():
                weeks[pattern][int(age_s >= _WEEK_S)] += count
    rows = []
    for pattern, (this, before) in weeks.items():
        part, kind, place = pattern.split("\t")
        row = {"part": part, "kind": kind, "place": place, "this_week": round(this), "week_before": round(before)}
        rows.append({**row, "is_new": this > 0 and before == 0})
    return sorted((row for row in rows if row["this_week"] or row["week_before"]), key=_order)


def _order(row: dict[str, Any]) -> tuple[bool, int, int]:
    return not row["is_new"], -row["this_week"], -row["week_before"]
