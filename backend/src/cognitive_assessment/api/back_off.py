"""Slow down who guesses: after a few failures an account has to wait at that address, each time longer.

Whoever guesses from many addresses meets the limit of the account itself, which is high enough that a stranger cannot
lock its owner out by accident, and far below what guessing takes. Counted in this process, or in Redis for all
processes together; while Redis is away the count goes on here.
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
_ANYWHERE = "*"
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

    def require_patience(self, account: str, address: str) -> None:
        """Raise `TooManyRequests` while `account` has to wait at `address`."""
        left_s = max(self._asked(functools.partial(_left_s, key)) for key in _keys(account, address))
        if left_s > 0:
            events().sign_in_refusals.inc()
            raise TooManyRequests("Too many failed sign-ins for this account.", wait_s=math.ceil(left_s))

    def note_failure(self, account: str, address: str) -> None:
        """Count a failure."""
        at, anywhere = _keys(account, address)
        self._asked(functools.partial(_count, at, _FREE_FAILURES))
        self._asked(functools.partial(_count, anywhere, _FREE_FAILURES_OF_ALL))

    def note_success(self, account: str, address: str) -> None:
        """Forget the failures of who got in; other addresses that guess go on waiting."""
        self._asked(lambda storage: storage.clear(_keys(account, address)[0]))

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


def _keys(account: str, address: str) -> tuple[str, str]:
    return _key(account, address), _key(account, _ANYWHERE)


def _key(account: str, address: str) -> str:
    return "cas/failures/" + hashlib.sha256(f"{account.strip().lower()} {address}".encode()).hexdigest()


def _wait_of(key: str) -> str:
    return f"{key}/wait"
