"""What is known of the alerts, in files: for the operator's page, and for the next start."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from pathlib import Path
from typing import Any

from cognitive_assessment.ops.alerts.engine import Active, Change, Engine
from cognitive_assessment.ops.alerts.scraping import folder_of
from cognitive_assessment.private_files import write_private

KEPT_S = 31 * 86_400.0
_MOST_SHOWN = 30


def save(data_dir: Path, engine: Engine, *, at: float, is_reached: bool, untold: list[dict[str, Any]]) -> None:
    """Write down how it stands."""
    write_whole(
        folder_of(data_dir) / "state.json",
        {
            "looked_at": at,
            "is_reached": is_reached,
            "alerts": [_told(one) for one in engine.active.values()],
            "untold": untold,
        },
    )


def restore(data_dir: Path, engine: Engine) -> list[dict[str, Any]]:
    """Take up what held before this start; returns the messages that nobody could be told yet."""
    kept = read_whole(folder_of(data_dir) / "state.json")
    known = {alert.name: alert for alert in engine.alerts}
    for one in kept.get("alerts", []):
        labels = tuple(sorted(one["labels"].items()))
        if one["name"] in known:
            times = {name: one[name] for name in ("since", "value", "fired_at", "told_at")}
            engine.active[one["name"], labels] = Active(known[one["name"]], labels, **times)
    found: list[dict[str, Any]] = kept.get("untold", [])
    return found


def add_to_past(data_dir: Path, change: Change, at: float) -> None:
    """Remember an alert that is over, for a month."""
    path = folder_of(data_dir) / "past.jsonl"
    lines = [line for line in _past(path) if line["ended_at"] > at - KEPT_S]
    lines.append({**_told(change.alert), "ended_at": at})
    write_private(path, "".join(f"{json.dumps(line)}\n" for line in lines))


def shown(data_dir: Path) -> dict[str, Any]:
    """Current and past alerts, as the operator's page shows them."""
    kept = read_whole(folder_of(data_dir) / "state.json")
    return {
        "looked_at": _moment(kept.get("looked_at")),
        "current": [_with_moments(one) for one in kept.get("alerts", []) if one["fired_at"] is not None],
        "pending": [_with_moments(one) for one in kept.get("alerts", []) if one["fired_at"] is None],
        "past": [_with_moments(one) for one in _past(folder_of(data_dir) / "past.jsonl")[: -_MOST_SHOWN - 1 : -1]],
        "untold": len(kept.get("untold", [])),
    }


def write_whole(path: Path, contents: Any) -> None:
    """Put a file in the place of the old one at once, so that whoever reads finds one or the other."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, json.dumps(contents))


def read_whole(path: Path) -> dict[str, Any]:
    """What was written; nothing if there is none or it cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(path.read_text())
        if isinstance(found, dict):
            return found
    return {}


def _past(path: Path) -> list[dict[str, Any]]:
    found = []
    with contextlib.suppress(FileNotFoundError):
        for line in path.read_text().splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
    return found


def _told(one: Active) -> dict[str, Any]:
    return {
        "name": one.rule.name,
        "labels": dict(one.labels),
        "severity": one.rule.severity,
        "about": one.rule.about,
        "summary": one.summary,
        "action": one.rule.action,
        "runbook": one.rule.runbook,
        "since": one.since,
        "value": one.value,
        "fired_at": one.fired_at,
        "told_at": one.told_at,
    }


def _with_moments(one: dict[str, Any]) -> dict[str, Any]:
    kept = {name: one[name] for name in ("name", "severity", "about", "summary", "action", "runbook")}
    kept |= {"since": _moment(one["since"]), "is_told": one["told_at"] is not None}
    return kept | ({"ended_at": _moment(one["ended_at"])} if "ended_at" in one else {})


def _moment(at: float | None) -> str | None:
    return None if at is None else dt.datetime.fromtimestamp(at, dt.UTC).isoformat()
