"""Backups at regular times while the system serves, each by `cas backup` as a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

from cognitive_assessment.config import Settings
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.child_processes import CommandRun
from cognitive_assessment.ops.metrics.events import events

_FIRST_AFTER_S = 300.0
_AGAIN_AFTER_S = 300.0


class BackupSchedule:
    """When the next backup is due, and the process that makes it."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._say = say
        self._run: CommandRun | None = None
        self._due_at = time.monotonic() + self._first_wait_s()

    def look(self) -> None:
        """Start a backup that is due; tell of one that failed, and try that again soon."""
        if self._run is not None:
            code = self._run.code()
            if code is None:
                return
            self._run = None
            outcome = outcome_of(code)
            events().backup_runs.labels(outcome).inc()
            if outcome == "failed":
                self._say(f"A backup failed with code {code}; the next try is in {_AGAIN_AFTER_S:.0f} s")
            elif outcome == "incomplete":
                self._say("A backup was made, but without all that belongs to it")
            self._due_at = time.monotonic() + wait_s(outcome, self._settings.backup_every_s)
        elif self._settings.backup_every_s and time.monotonic() >= self._due_at:
            self._run = CommandRun(self._settings.data_dir, "backup")

    def hasten(self) -> None:
        """Make the next backup now, as far as this system makes any: the archive needs a base copy."""
        self._due_at = time.monotonic()

    def stop(self) -> None:
        """End a backup that is being made; it leaves nothing behind."""
        if self._run is not None:
            self._run.stop()

    def _first_wait_s(self) -> float:
        """One that is overdue waits until the start is over."""
        found = files.listed(self._settings.backup_dir)
        due_s = files.created_at(found[-1]).timestamp() + self._settings.backup_every_s - time.time() if found else 0.0
        return max(min(_FIRST_AFTER_S, self._settings.backup_every_s), due_s)


def outcome_of(code: int) -> str:
    """What the exit code of `cas backup` says."""
    return {0: "done", files.INCOMPLETE: "incomplete"}.get(code, "failed")


def wait_s(outcome: str, every_s: float) -> float:
    """How long until the next one: one that was made, whatever it is without, is not made again at once."""
    return min(_AGAIN_AFTER_S, every_s) if outcome == "failed" else every_s
