"""Slow down who guesses: after a few failures an account has to wait at that address, each time longer.

Whoever guesses from many addresses meets the limit of the account itself, which is high enough that a stranger cannot
lock its owner out by accident, and far below what guessing takes.
"""

from __future__ import annotations

import math
import threading
import time

from cognitive_assessment.errors import CognitiveAssessmentError
from cognitive_assessment.ops.metrics.events import events

_FREE_FAILURES = 5
_FREE_FAILURES_OF_ALL = 100  # the most that NIST SP 800-63B-4 lets an account bear
_ANYWHERE = "*"
_FIRST_WAIT_S = 2.0
_LONGEST_WAIT_S = 900.0
_FORGET_AFTER_S = 3600.0


class TooManyRequests(CognitiveAssessmentError):
    """More failures than patience."""

    code = "too_many_requests"

    def __init__(self, message: str, *, wait_s: int) -> None:
        super().__init__(message, remedy=f"Try again in {wait_s} seconds.")
        self.retry_after_s = wait_s


class BackOff:
    """Failures by account and address, in this process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._failures: dict[tuple[str, str], tuple[int, float]] = {}

    def require_patience(self, account: str, address: str) -> None:
        """Raise `TooManyRequests` while `account` has to wait at `address`."""
        now = time.monotonic()
        with self._guard:
            waits = [self._wait_s(key, now) for key in _keys(account, address)]
        if max(waits) > 0:
            events().sign_in_refusals.inc()
            raise TooManyRequests("Too many failed sign-ins for this account.", wait_s=math.ceil(max(waits)))

    def note_failure(self, account: str, address: str) -> None:
        """Count a failure."""
        now = time.monotonic()
        with self._guard:
            self._failures = {n: f for n, f in self._failures.items() if now - f[1] < _FORGET_AFTER_S}
            for key in _keys(account, address):
                self._failures[key] = (self._failures.get(key, (0, 0.0))[0] + 1, now)

    def note_success(self, account: str, address: str) -> None:
        """Forget the failures of who got in; other addresses that guess go on waiting."""
        with self._guard:
            self._failures.pop(_keys(account, address)[0], None)

    def _wait_s(self, key: tuple[str, str], now: float) -> float:
        count, last = self._failures.get(key, (0, 0.0))
        over = count - (_FREE_FAILURES_OF_ALL if key[1] == _ANYWHERE else _FREE_FAILURES)
        return _wait_s(over) - (now - last) if over >= 0 else 0.0


def _keys(account: str, address: str) -> tuple[tuple[str, str], tuple[str, str]]:
    plain = account.strip().lower()
    return (plain, address), (plain, _ANYWHERE)


def _wait_s(failures_over: int) -> float:
    return min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(20, max(0, failures_over)))


sign_in_guard = BackOff()
