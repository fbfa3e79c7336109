"""Nothing else writes: what a command asks for before it replaces what is stored."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator

import sqlalchemy as sa

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Conflict
from cognitive_assessment.ops import maintenance
from cognitive_assessment.store import job_queue

_LOCK = "standstill.lock"
_LONGEST_WAIT_S = 600.0
_LOOK_EVERY_S = 0.5
_HEARD_WITHIN_S = 30.0  # a worker says every second that it lives; who was silent for so long works on nothing


@contextlib.contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Of all commands that write whole blobs anew, one runs; raises `Conflict` at once while another does."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(settings.data_dir / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                "Another run encrypts anew, or compares both stores.", remedy="Wait until it has ended."
            ) from None
        yield


def require(settings: Settings, owner: sa.Engine, say: Callable[[str], None]) -> None:
    """Wait until no job runs that began before maintenance was on.

    Raises `Conflict` while it is off, and where such a job does not end. One that is fetched later ends by itself
    before it does anything.
    """
    maintenance.require_on(settings, owner)
    left, until = _running(owner), time.monotonic() + _LONGEST_WAIT_S
    if left:
        say(f"Waiting until {len(left)} jobs have ended that began before maintenance was on")
    while left:
        if time.monotonic() >= until:
            raise Conflict(
                f"{len(left)} jobs still run that began before maintenance was on.",
                remedy="Repeat this when they have ended, or after `cas restart`.",
            )
        time.sleep(_LOOK_EVERY_S)
        left &= _running(owner)


def _running(owner: sa.Engine) -> set[tuple[int, int]]:
    with owner.connect() as connection:
        return job_queue.running(connection, heard_within_s=_HEARD_WITHIN_S)
