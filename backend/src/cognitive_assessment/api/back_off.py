"""Slow down who guesses passwords: after a few failures an address has to wait, each time longer."""

from __future__ import annotations

import threading
import time

from cognitive_assessment.errors import CognitiveAssessmentError
from cognitive_assessment.ops.metrics.events import events

_FREE_FAILURES = 5
_FIRST_WAIT_S = 2.0
_LONGEST_WAIT_S = 900.0
_FORGET_AFTER_S = 3600.0


class TooManyRequests(CognitiveAssessmentError):
    """More failures than patience."""

    code = "too_many_requests"


class BackOff:
    """Failures by name, in this process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._failures: dict[str, tuple[int, float]] = {}

    def require_patience(self, name: str) -> None:
        """Raise `TooManyRequests` while `name` has to wait."""
        with self._guard:
            count, last = self._failures.get(_plain(name), (0, 0.0))
        wait_s = _wait_s(count) - (time.monotonic() - last)
        if count >= _FREE_FAILURES and wait_s > 0:
            events().sign_in_refusals.inc()
            raise TooManyRequests(
                "Too many failed sign-ins for this address.", remedy=f"Try again in {wait_s:.0f} seconds."
            )

    def note_failure(self, name: str) -> None:
        """Count a failure."""
        now = time.monotonic()
        with self._guard:
            self._failures = {n: f for n, f in self._failures.items() if now - f[1] < _FORGET_AFTER_S}
            count, _ = self._failures.get(_plain(name), (0, 0.0))
            self._failures[_plain(name)] = (count + 1, now)

    def note_success(self, name: str) -> None:
        """Forget the failures of who got in."""
        with self._guard:
            self._failures.pop(_plain(name), None)


def _plain(name: str) -> str:
    return name.strip().lower()


def _wait_s(count: int) -> float:
    return min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(20, max(0, count - _FREE_FAILURES)))


sign_in_guard = BackOff()
