"""Blocks of presses for tests: as planned, and as somebody answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SUMMARY = {"duration_ms": 60_000.0, "completed": True, "refresh_rate_hz": 60.0, "interruption_count": 0}


def trial(planned: Sequence[Mapping[str, Any]], position: int, time_ms: float | None, **fields: Any) -> dict[str, Any]:
    """One trial that was pressed rightly after so many ms, or not at all."""
    wait_ms = planned[position]["wait_ms"]
    return {
        "position": position,
        "stimulus": planned[position]["stimulus"],
        "response": None if time_ms is None else planned[position]["stimulus"],
        "waited_ms": wait_ms + 8.0,
        "onset_ms": 9000.0 * position + wait_ms,
        "reaction_time_ms": time_ms,
        "premature_count": 0,
        "is_practice": False,
        "input": None if time_ms is None else "touch",
    } | fields
