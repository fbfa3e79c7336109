"""What whoever runs the machine sees on one page: health, figures, queue, backups, model, versions, newest errors.

Nothing here is about a person: numbers over all organisations, and log lines, which hold ids at most.
"""

from __future__ import annotations

import collections
import datetime as dt
import json
import time
from typing import Any

import psutil
import sqlalchemy as sa

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Unavailable
from cognitive_assessment.ops import (
    deployment,
    figures,
    health,
    history,
    log_tail,
    running_system,
    slow_queries,
    trends,
)
from cognitive_assessment.ops.alerts import addresses, keeping
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.drills import run as drills
from cognitive_assessment.ops.metrics import looked_up, machine
from cognitive_assessment.ops.versions import versions
from cognitive_assessment.store import job_queue, model_checks, schema, system_counts
from cognitive_assessment.store.engine import reading

_ERRORS_SHOWN = 8


def overview(settings: Settings, connection: sa.Connection) -> dict[str, Any]:
    """Everything at once; the figures are measured at the moment of asking."""
    checks = health.check_all()
    with reading(connection) as reports:
        measured = figures.figures(settings, reports)
        use = {
            "active": system_counts.read(reports)["active"],
            "days": system_counts.by_day(reports, days=max(figures.WINDOWS_DAYS)),
        }
    availability = next(figure for figure in measured if figure["name"] == "availability")["windows"]
    return {
        "timestamp": dt.datetime.now(dt.UTC).isoformat(),
        "health": {
            "status": health.overall(checks),
            "checks": {name: {"status": one.status, "message": one.message} for name, one in checks.items()},
        },
        "figures": measured,
        "error_budget_left": {
            days: figures.error_budget_left(measure["value"]) for days, measure in availability.items()
        },
        "use": use,
        "queue": _queue(connection),
        "backups": _backups(settings),
        "model": _model(settings, connection),
        "machine": _machine(settings),
        "versions": {**versions(), "schema": schema.state_on(connection).current},
        "deployments": deployment.shown(settings.data_dir),
        "errors": newest_errors(settings),
        "alerts": keeping.shown(settings.data_dir),
        "contacts": _contacts(settings),
        "addresses": addresses.shown(settings),
        "database": _database(settings, connection),
        **_trends(settings),
    }


def _database(settings: Settings, connection: sa.Connection) -> dict[str, Any]:
    query = sa.text(
        """
        SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
               current_setting('max_connections')::int
        """
    )
    used, allowed = connection.execute(query).one()
    return {"connections": used, "connections_allowed": allowed, "statements": slow_queries.kept(settings.data_dir)}


def _trends(settings: Settings) -> dict[str, Any]:
    now = time.time()
    found = history.pieces(settings.data_dir, since=now - 14 * 86_400)
    return {"plots": trends.plots(found, now), "error_patterns": trends.error_patterns(found, now)}


def _contacts(settings: Settings) -> dict[str, Any]:
    def listed(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
        return [{"role": role, "how": how} for role, how in pairs]

    return {
        "on_call": settings.on_call,
        "emergency": listed(settings.emergency_contacts),
        "roles": listed(settings.contacts),
        "runbook": settings.runbook_url,
    }


def _queue(connection: sa.Connection) -> dict[str, Any]:
    counts = job_queue.counts(connection)
    return {
        "waiting": counts.get("todo", 0),
        "running": counts.get("doing", 0),
        "failed": counts.get("failed", 0),
        "oldest_waiting_s": job_queue.oldest_waiting_s(connection),
    }


def _backups(settings: Settings) -> dict[str, Any]:
    found = files.listed(settings.backup_dir)
    newest, proven = looked_up.proofs(settings)
    return {
        "count": len(found),
        "interval_s": settings.backup_every_s,
        "newest_at": files.created_at(found[-1]).isoformat() if found else None,
        "last_proof": _proof(newest),
        "last_proven": _proof(proven),
        "last_drill": drills.newest(settings),
    }


def _proof(report: dict[str, Any] | None) -> dict[str, Any] | None:
    if report is None:
        return None
    return {name: report[name] for name in ("backup", "proven_at", "is_proven", "duration_s", "tables", "recordings")}


def _model(settings: Settings, connection: sa.Connection) -> dict[str, Any]:
    newest = model_checks.newest(connection)
    try:
        manifest = json.loads((settings.models_dir / "manifest.json").read_text())
    except (OSError, ValueError):
        manifest = {}
    return {
        "is_verified": None if newest is None else newest["is_verified"],
        "message": None if newest is None else newest["message"],
        "checked_at": None if newest is None else newest["checked_at"].isoformat(),
        "recogniser": settings.asr_model,
        "version": manifest.get("version"),
    }


def _machine(settings: Settings) -> dict[str, Any]:
    disks = {}
    for name, usage in machine.disk_usages(settings).items():
        disks[name] = {"free_bytes": usage.free, "size_bytes": usage.total}
    parts: collections.Counter[str] = collections.Counter()
    memory: collections.Counter[str] = collections.Counter()
    started_at = None
    try:
        started_at = running_system.supervisor(settings.data_dir).create_time()
        for process in running_system.descendants(settings.data_dir):
            part = running_system.part_of(process)
            parts[part] += 1
            memory[part] += process.memory_info().rss
    except (Unavailable, psutil.NoSuchProcess):
        pass  # nothing supervises this process, or one ended while we looked
    return {
        "disks": disks,
        "has_archive": parts["archive"] > 0,
        "processes": [
            {"part": part, "count": count, "memory_bytes": memory[part]} for part, count in sorted(parts.items())
        ],
        "running_since": None if started_at is None else dt.datetime.fromtimestamp(started_at, dt.UTC).isoformat(),
    }


def newest_errors(settings: Settings) -> list[dict[str, str]]:
    """The newest lines of the log that tell of an error, newest first."""
    found = log_tail.newest(settings.data_dir, log_tail.Wanted(level="error"), limit=_ERRORS_SHOWN)
    return [{name: str(line.get(name, "")) for name in ("at", "part", "message")} for line in found]
