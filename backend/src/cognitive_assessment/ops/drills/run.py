"""Run a drill: a copy is made from the newest backup, destroyed and brought back, with a clock running.

Twice: first from nothing but backup and keys, as on a new machine; then, where there is an archive, after every process
of the copy was killed and its database deleted while commits were being acknowledged. The serving system goes on and is
not touched. What was measured is signed and kept with its date.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import time
from collections.abc import Callable
from typing import Any

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError, Unavailable
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.backups.prove import blobs_of
from cognitive_assessment.ops.drills.copies import Copy, copy_of, missing_in

REPORTS = "drills"
TARGET_S = {"rto_s": 3600.0, "rpo_s": 3600.0}
WRITES_FOR_S = 2.0

Say = Callable[[str], None]


def drill(settings: Settings, say: Say) -> dict[str, Any]:
    """Run the drill with the newest backup; returns the signed report.

    Raises `NotFound` without a backup, `StorageFull` without room for a copy, `Unavailable` if the copy does not come
    back: then nothing is written down, and the last report stays.
    """
    identities = files.identities_of(settings.data_dir, settings.backup_identity)
    backup = files.open_backup(settings.backup_dir, None, *identities)
    now = dt.datetime.now(dt.UTC)
    size_bytes = backup.manifest["database"]["bytes"] + sum(blob["stored_bytes"] for blob in blobs_of(backup))
    say(f"Copying {backup.path.name} and the keys")
    with copy_of(settings, backup, size_bytes) as copy:
        # what was written since the backup would be lost with the machine
        age_s = round((now - backup.created_at).total_seconds(), 1)
        ways = {"from_backup": {"rto_s": _from_backup(copy, backup, say), "rpo_s": age_s}}
        if settings.has_archive:
            ways["from_archive"] = _from_archive(copy, say)
    report = {
        "drilled_at": now.isoformat(timespec="seconds"),
        "backup": backup.path.name,
        "rows": sum(int(table["rows"]) for table in backup.manifest["tables"].values()),
        "recordings": backup.manifest["blobs"]["count"],
        "bytes": size_bytes,
        "is_within_targets": all(way[name] <= limit for way in ways.values() for name, limit in TARGET_S.items()),
        **ways,
    }
    folder = settings.backup_dir / REPORTS
    folder.mkdir(exist_ok=True, mode=0o700)
    files.write_signed(folder / f"{files.name_at(now)}.json", report, identities[0])
    return report


def newest(settings: Settings) -> dict[str, Any] | None:
    """What the last drill measured; looking makes no identity."""
    with contextlib.suppress(CognitiveAssessmentError):
        identities = files.kept_identities(settings.data_dir, settings.backup_identity)
        found = sorted((settings.backup_dir / REPORTS).glob("*.json"))
        return files.read_signed(found[-1], *identities) if identities and found else None
    return None


def _from_backup(copy: Copy, backup: files.Backup, say: Say) -> float:
    """A new machine: start with nothing, restore, be ready with every recording; returns the seconds."""
    say("Bringing a system back with nothing but the backup and the keys")
    began = time.monotonic()
    copy.cas("restore", "database", "--yes")
    copy.serve()
    took_s = round(time.monotonic() - began, 1)
    missing = missing_in(copy, backup)
    if missing:
        raise Unavailable(f"{len(missing)} recordings did not come back, {missing[0]} among them.")
    return took_s


def _from_archive(copy: Copy, say: Say) -> dict[str, float]:
    """Kill the copy while it acknowledges commits, delete its database, and bring it back from its archive."""
    copy.cas("backup")  # its first one makes the base copy
    say("Killing the copy while it acknowledges commits, and deleting its database")
    acknowledged = _commit_until_killed(copy)
    shutil.rmtree(copy.settings.data_dir / "postgres")
    began = time.monotonic()
    copy.cas("restore", "archive", "--yes")
    copy.serve()
    took_s = round(time.monotonic() - began, 1)
    with copy.connect() as connection:
        there = {int(str(number)) for (number,) in connection.execute("SELECT number FROM drill_marks").fetchall()}
    lost = [acknowledged[-1] - at for number, at in enumerate(acknowledged) if number not in there]
    rpo_s = round(max(lost, default=0.0), 3)
    return {"rto_s": took_s, "rpo_s": rpo_s, "commits": len(acknowledged), "lost": len(lost)}


def _commit_until_killed(copy: Copy) -> list[float]:
    """Commit one number after the other, then kill it; when each was acknowledged."""
    acknowledged: list[float] = []
    with copy.connect() as connection:
        connection.execute("CREATE TABLE drill_marks (number integer PRIMARY KEY)")
        until = time.monotonic() + WRITES_FOR_S
        while time.monotonic() < until:
            connection.execute("INSERT INTO drill_marks VALUES (%s)", [len(acknowledged)])
            acknowledged.append(time.monotonic())
        copy.kill()
    return acknowledged
