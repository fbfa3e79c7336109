"""The watcher, a process of its own: looks at the figures, decides which alerts hold, and tells a chat."""

from __future__ import annotations

import collections
import logging
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.config import Settings, settings
from cognitive_assessment.ops import log_forwarding, log_lines
from cognitive_assessment.ops.alerts import addresses, keeping, messages, rules, scraping
from cognitive_assessment.ops.alerts.engine import Active, Change, Engine
from cognitive_assessment.ops.alerts.rules import Alert

logger = logging.getLogger(__name__)
SAMPLES = "samples.jsonl"
_SAVE_EVERY_S = 240.0
_UNTOLD_AT_MOST = 100
# how soon an alert that still holds is told again
REPEAT_S: Mapping[str, float] = collections.defaultdict(
    lambda: 14_400.0, {"critical": 3600.0, "security": 3600.0, "warning": 14_400.0, "info": 86_400.0}
)


class Watcher:
    """Looks, remembers and tells."""

    def __init__(self, settings: Settings, alerts: Sequence[Alert] | None = None) -> None:
        self._settings = settings
        self.engine = Engine(alerts)
        self._untold = keeping.restore(settings.data_dir, self.engine)
        self._samples = scraping.folder_of(settings.data_dir) / SAMPLES
        self.engine.samples.load(self._samples, time.time())
        self._save_at = time.time() + _SAVE_EVERY_S
        self._addresses_at = 0.0

    def look(self) -> list[Change]:
        """One look at everything; returns what has changed."""
        found, is_reached = scraping.read(self._settings, self.engine.wanted)
        now = time.time()
        changes = self.engine.look(now, found, is_reached=is_reached)
        for change in changes:
            self._note(change, now)
        self._tell_of_what_holds(now)
        self._send()
        keeping.save(
            self._settings.data_dir, self.engine, at=now, is_reached=is_reached, untold=self._untold[-_UNTOLD_AT_MOST:]
        )
        if now >= self._save_at:
            self.close()
            self._save_at = now + _SAVE_EVERY_S
        if now >= self._addresses_at:
            addresses.look(self._settings)
            self._addresses_at = now + addresses.EVERY_S
        return changes

    def close(self) -> None:
        """Write down what the next start looks back to."""
        self.engine.samples.save(self._samples)

    def _note(self, change: Change, now: float) -> None:
        alert = change.alert
        line = {"alert": alert.rule.name, "severity": alert.rule.severity, **dict(alert.labels)}
        if change.is_over:
            logger.info("alert is over", extra={"fields": line})
            keeping.add_to_past(self._settings.data_dir, change, now)
            if alert.told_at is not None:
                self._queue(messages.over(alert, now, self._settings))
        else:
            logger.warning("alert", extra={"fields": line})

    def _tell_of_what_holds(self, now: float) -> None:
        firing = self.engine.firing()
        for alert in firing:
            is_due = alert.told_at is None or now - alert.told_at >= REPEAT_S[alert.rule.severity]
            if is_due and not is_covered(alert, firing) and self._settings.alert_webhook_url is not None:
                self._queue(messages.firing(alert, self._settings))
                alert.told_at = now

    def _queue(self, message: dict[str, Any]) -> None:
        if self._settings.alert_webhook_url is not None:
            self._untold.append(message)

    def _send(self) -> None:
        """Tell what waits, the oldest first; what cannot be told waits until the next look."""
        while self._untold and self._settings.alert_webhook_url is not None:
            fault = messages.send(self._settings.alert_webhook_url, self._untold[0])
            if fault is not None:
                logger.error("an alert could not be told: %s; it is tried again", fault)
                return
            self._untold.pop(0)


def is_covered(alert: Active, firing: list[Active]) -> bool:
    """What is critical needs no warning of the same thing; without an answer nothing else can be known."""
    if alert.rule.name != rules.UNREACHABLE and any(one.rule.name == rules.UNREACHABLE for one in firing):
        return True
    return alert.rule.severity == "warning" and any(
        one.rule.severity == "critical" and one.rule.about == alert.rule.about for one in firing
    )


def main() -> None:
    """Look until told to stop."""
    log_lines.configure(settings().log_level, part="watcher", data_dir=settings().data_dir)
    log_forwarding.start(settings(), "watcher")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    addresses.forget(settings().data_dir)
    watcher = Watcher(settings())
    while not stopping.wait(settings().alert_every_s):
        try:
            watcher.look()
        except Exception:  # a full disk, a file that somebody removed: the next look may succeed
            logger.exception("the alerts could not be looked at")
    watcher.close()


if __name__ == "__main__":
    main()
