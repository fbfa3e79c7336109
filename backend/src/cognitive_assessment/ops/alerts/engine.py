"""Which alerts hold, since when, and which of them have held long enough to be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cognitive_assessment.ops.alerts import rules
from cognitive_assessment.ops.alerts.evaluation import evaluate
from cognitive_assessment.ops.alerts.rules import Alert, Recording
from cognitive_assessment.ops.alerts.samples import Labels, Samples


@dataclass
class Active:
    """An alert whose condition holds; `fired_at` is when it had held for as long as its rule says."""

    rule: Alert
    labels: Labels
    since: float
    value: float
    fired_at: float | None = None
    told_at: float | None = None

    @property
    def summary(self) -> str:
        """What is wrong, with the value of now."""
        return rules.in_words(self.rule.summary, dict(self.labels), self.value)


@dataclass(frozen=True, slots=True)
class Change:
    """An alert that fires from now on, or one that is over."""

    alert: Active
    is_over: bool


class Engine:
    """The rules on the figures as they come in."""

    def __init__(self, alerts: Sequence[Alert] | None = None, recordings: Sequence[Recording] | None = None) -> None:
        self.alerts = rules.alerts() if alerts is None else alerts
        self._recordings = rules.recordings() if recordings is None else recordings
        asked = [one.expression for one in self._recordings] + [one.expression for one in self.alerts]
        self.samples = Samples(asked)
        recorded = {one.name for one in self._recordings}
        self.wanted = frozenset(name for name in self.samples.kept_s if name not in recorded)
        self.active: dict[tuple[str, Labels], Active] = {}

    def look(self, at: float, found: Iterable[tuple[str, Labels, float]], *, is_reached: bool = True) -> list[Change]:
        """Take in what was found, and say what has changed.

        A system that does not answer says nothing of its parts: their alerts stay as they are until it does.
        """
        self.samples.add(at, found, of=self.wanted)
        for recording in self._recordings if is_reached else ():
            made = evaluate(recording.expression, self.samples, at)
            kept = [(recording.name, labels, value) for labels, value in made.items()]
            self.samples.add(at, kept, of=[recording.name])
        changes = []
        for alert in self.alerts:
            if is_reached or alert.name == rules.UNREACHABLE:
                changes += self._update(alert, at)
        return changes

    def _update(self, alert: Alert, at: float) -> list[Change]:
        holds = evaluate(alert.expression, self.samples, at)
        changes = []
        for name, labels in [key for key in self.active if key[0] == alert.name and key[1] not in holds]:
            over = self.active.pop((name, labels))
            if over.fired_at is not None:
                changes.append(Change(over, is_over=True))
        for labels, value in holds.items():
            one = self.active.setdefault((alert.name, labels), Active(alert, labels, at, value))
            one.value = value
            if one.fired_at is None and at - one.since >= alert.for_s:
                one.fired_at = at
                changes.append(Change(one, is_over=False))
        return changes

    def firing(self) -> list[Active]:
        """Those that have held long enough."""
        return [one for one in self.active.values() if one.fired_at is not None]
