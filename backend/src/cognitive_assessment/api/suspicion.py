"""Who fails too often within a quarter of an hour: counted by account and by address, told as numbers alone.

What is remembered stays in this process and is forgotten after that time. No metric and no line names an account or an
address: the proxy's log says from where.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Iterator

from cognitive_assessment.errors import Gone, NotFound
from cognitive_assessment.ops.metrics.events import events

FREE_FAILURES = 5
WITHIN_S = 900.0
_MOST_KEPT = 10_000


class Suspicion:
    """Failures lately, by what failed: an account, or an address."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._failures: dict[tuple[str, str], deque[float]] = {}

    def note_failed_sign_in(self, account: str | None, address: str) -> None:
        """Count a wrong password, code, passkey or provider's token; from the sixth on it is suspicious."""
        events().sign_in_failures.inc()
        keys = [("address", address)] + ([("account", account.strip().lower())] if account else [])
        for by, who in keys:
            if self._note(by, who) > FREE_FAILURES:
                events().suspicious_sign_ins.labels(by).inc()

    def note_refusal(self, address: str) -> None:
        """Count what else an address tried in vain: a link that does not hold, calls beyond the limit."""
        self._note("address", address)

    def note_invitation_used(self, address: str) -> None:
        """Count a link that holds, where it is used from an address that has tried much in vain."""
        if self._count("address", address) > FREE_FAILURES:
            events().suspicious_invitations.inc()

    @contextlib.contextmanager
    def watching_link(self, address: str) -> Iterator[None]:
        """Note whether the link that is looked up in this block holds."""
        try:
            yield
        except (NotFound, Gone):
            self.note_refusal(address)
            raise

    def _note(self, by: str, who: str) -> int:
        now = time.monotonic()
        with self._guard:
            if len(self._failures) >= _MOST_KEPT:
                self._failures = {k: times for k, times in self._failures.items() if now - times[-1] < WITHIN_S}
            # whoever makes up names without end must not fill the memory
            if len(self._failures) >= _MOST_KEPT:
                self._failures.clear()
            # the newest few are enough to tell whether there were too many
            self._failures.setdefault((by, who), deque(maxlen=FREE_FAILURES + 1)).append(now)
        return self._count(by, who)

    def _count(self, by: str, who: str) -> int:
        now = time.monotonic()
        with self._guard:
            return sum(now - at < WITHIN_S for at in self._failures.get((by, who), ()))


suspicion = Suspicion()
