"""Once a night while the system serves: letting data go and proving the log, each by its command as a process."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from cognitive_assessment.config import Settings
from cognitive_assessment.ops.child_processes import CommandRun

_AT_HOUR = 2
_LOOK_EVERY_S = 60.0
_AGAIN_AFTER_S = 900.0


def is_due(last_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a night has begun since the last run; `now` is in the time zone whose nights are meant."""
    night = now.replace(hour=_AT_HOUR, minute=0, second=0, microsecond=0)
    if night > now:
        night -= dt.timedelta(days=1)
    return last_at is None or last_at < night


class Nightly:
    """Whether the night's run of a command is due, and the process that does it."""

    def __init__(
        self,
        settings: Settings,
        say: Callable[[str], None],
        *command: str,
        what: str,
        last_at: Callable[[Settings], dt.datetime | None],
    ) -> None:
        self._settings = settings
        self._say = say
        self._command = command
        self._what = what
        self._last_at = last_at
        self._run: CommandRun | None = None
        self._look_at = time.monotonic() + _LOOK_EVERY_S

    def look(self) -> None:
        """Start a run that is due; tell of one that failed, and try that again later in the night."""
        if self._run is not None:
            code = self._run.code()
            if code is None:
                return
            self._run = None
            self._look_at = time.monotonic() + (_AGAIN_AFTER_S if code else _LOOK_EVERY_S)
            if code:
                self._say(
                    f"{self._what} ended with code {code}; what is still due is tried again in {_AGAIN_AFTER_S:.0f} s"
                )
        elif time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + _LOOK_EVERY_S
            if is_due(self._last_at(self._settings), dt.datetime.now().astimezone()):
                self._run = CommandRun(self._settings.data_dir, *self._command)

    def stop(self) -> None:
        """End a run that is under way; the next one completes it."""
        if self._run is not None:
            self._run.stop()
