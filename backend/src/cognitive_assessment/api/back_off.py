"""Slow down who guesses: after a few failures an account has to wait at that address, each time longer.

Whoever guesses from many addresses meets the limit of the account itself, far below what guessing takes. Devices on
which its owner has signed in before have a limit of their own, so that a stranger keeps nobody out of them. Counted in
this process, or in Redis for all processes together; while Redis is away the count goes on here.
"""

from __future__ import annotations

import functools
import hashlib
import math
import time
from collections.abc import Callable
from typing import TypeVar

from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage

from cognitive_assessment.config import settings
from cognitive_assessment.errors import CognitiveAssessmentError
from cognitive_assessment.ops import redis_server
from cognitive_assessment.ops.metrics.events import events

_FREE_FAILURES = 5
_FREE_FAILURES_OF_ALL = 100  # the most that NIST SP 800-63B-4 lets an account bear
ANYWHERE = "*"
_FIRST_WAIT_S = 2
_LONGEST_WAIT_S = 900
_FORGET_AFTER_S = 86_400

T = TypeVar("T")


class TooManyRequests(CognitiveAssessmentError):
    """More failures than patience."""

    code = "too_many_requests"

    def __init__(self, message: str, *, wait_s: int) -> None:
        super().__init__(message, remedy=f"Try again in {wait_s} seconds.")
        self.retry_after_s = wait_s


class BackOff:
    """Failures by account and address; neither is kept in plain."""

    def __init__(self, redis_url: str | None) -> None:
        self._here = MemoryStorage()
        self._shared: Storage = self._here
        if redis_url:
            patience_s = redis_server.PATIENCE_S
            self._shared = RedisStorage(
                redis_url, wrap_exceptions=True, socket_connect_timeout=patience_s, socket_timeout=patience_s
            )

    def require_patience(self, account: str, address: str, device: Callable[[], str | None] = lambda: None) -> str:
        """Raise `TooManyRequests` while `account` has to wait at `address`; returns where else a failure counts.

        That is anywhere, or at a known device, which is asked for only when the account waits everywhere else.
        """
        left_s, place = self._left_s(account, address), ANYWHERE
        anywhere_s = self._left_s(account, ANYWHERE)
        if anywhere_s > 0 and (known := device()) is not None:
            place, anywhere_s = known, self._left_s(account, known)
        left_s = max(left_s, anywhere_s)
        if left_s > 0:
            events().sign_in_refusals.inc()
            raise TooManyRequests("Too many failed sign-ins for this account.", wait_s=math.ceil(left_s))
        return place

    def note_failure(self, account: str, address: str, place: str = ANYWHERE) -> None:
        """Count a failure."""
        self._asked(functools.partial(_count, _key(account, address), _FREE_FAILURES))
        self._asked(functools.partial(_count, _key(account, place), _FREE_FAILURES_OF_ALL))

    def note_success(self, account: str, address: str) -> None:
        """Forget the failures of who got in; other addresses that guess go on waiting."""
        self._asked(lambda storage: storage.clear(_key(account, address)))

    def _left_s(self, account: str, place: str) -> float:
        return self._asked(functools.partial(_left_s, _key(account, place)))

    def _asked(self, question: Callable[[Storage], T]) -> T:
        try:
            return question(self._shared)
        except StorageError:
            return question(self._here)


@functools.cache
def guard_of(redis_url: str | None) -> BackOff:
    """The failures that are counted together."""
    return BackOff(redis_url)


def sign_in_guard() -> BackOff:
    """The failures of this system's sign-ins."""
    return guard_of(settings().redis_url)


def _left_s(key: str, storage: Storage) -> float:
    is_waiting = storage.get(_wait_of(key)) > 0
    return storage.get_expiry(_wait_of(key)) - time.time() if is_waiting else 0.0


def _count(key: str, free: int, storage: Storage) -> None:
    over = storage.incr(key, _FORGET_AFTER_S) - free
    if over >= 0:
        storage.incr(_wait_of(key), wait_s(over))


def wait_s(over: int) -> int:
    """How long to wait after so many failures above those that are free, in seconds."""
    return min(_LONGEST_WAIT_S, _FIRST_WAIT_S << min(20, over))


def _key(account: str, place: str) -> str:
    return "cas/failures/" + hashlib.sha256(f"{account.strip().lower()} {place}".encode()).hexdigest()


def _wait_of(key: str) -> str:
    return f"{key}/wait"
