"""The end of the log, filtered, for the operator's page: what was asked and how it went, without ids of persons."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cognitive_assessment.ops import log_lines

_TAIL_BYTES = 2_000_000
_SHOWN = ("at", "level", "part", "message", "method", "route", "status", "duration_ms", "alert", "severity")
LEVELS = ("debug", "info", "warning", "error", "critical")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines to show: at least of a level, of a part, of a route's template, answered with at least a status."""

    part: str | None = None
    level: str = "debug"
    route: str | None = None
    status: int = 0
    slower_than_ms: float = 0.0

    def has(self, line: dict[str, Any]) -> bool:
        """Whether a line is one of them."""
        is_request = bool(self.route or self.status or self.slower_than_ms)
        return (
            line.get("level") in LEVELS[LEVELS.index(self.level) :]
            and self.part in {None, line.get("part")}
            and (self.route is None or self.route.lower() in str(line.get("route") or "").lower())
            and (not is_request or isinstance(line.get("status"), int))
            and int(line.get("status") or 0) >= self.status
            and float(line.get("duration_ms") or 0.0) >= self.slower_than_ms
        )


def newest(data_dir: Path, wanted: Wanted, *, limit: int) -> list[dict[str, Any]]:
    """The newest lines that are wanted, the newest first."""
    found = []
    for line in _backwards(log_lines.file_of(data_dir)):
        if wanted.has(line):
            found.append({name: line[name] for name in _SHOWN if line.get(name) is not None})
        if len(found) == limit:
            break
    return found


def _backwards(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    for text in reversed(lines):
        try:
            line = json.loads(text)
        except ValueError:
            continue  # the first, cut in two, or one that a full disk cut off
        if isinstance(line, dict):
            yield line
