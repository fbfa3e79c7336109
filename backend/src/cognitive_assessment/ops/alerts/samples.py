"""What was seen of the figures that the rules ask for, for as long as they look back."""

from __future__ import annotations

import bisect
import json
import math
import re
from collections.abc import Iterable
from pathlib import Path

from cognitive_assessment.ops.alerts.expressions import Node, Selector, selectors

Labels = tuple[tuple[str, str], ...]
LOOK_BACK_S = 300.0  # as Prometheus: what is older is no answer to what is now
_CLOSE_S = 4200.0  # everything is kept this long; what is needed longer, only now and then
_NOW_AND_THEN_S = 240.0
_LONG_S = 7200.0


class Series:
    """One series: moments and values, the oldest first; a value that is not there any more is marked by NaN."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.values: list[float] = []

    def add(self, at: float, value: float) -> None:
        """One more."""
        self.times.append(at)
        self.values.append(value)

    def between(self, begin: float, end: float) -> list[tuple[float, float]]:
        """The samples of a range, its end with it, its beginning not."""
        first, last = bisect.bisect_right(self.times, begin), bisect.bisect_right(self.times, end)
        found = zip(self.times[first:last], self.values[first:last], strict=True)
        return [(at, value) for at, value in found if not math.isnan(value)]

    def at(self, moment: float) -> float | None:
        """The value that held at a moment."""
        index = bisect.bisect_right(self.times, moment) - 1
        if index < 0 or self.times[index] <= moment - LOOK_BACK_S or math.isnan(self.values[index]):
            return None
        return self.values[index]

    def forget(self, now: float, kept_s: float) -> None:
        """Drop what nobody looks back to; of what is long ago, keep a sample every few minutes."""
        times, values = self.times, self.values
        self.times, self.values = [], []
        for index, at in enumerate(times):
            is_close = at > now - _CLOSE_S
            is_due = not self.times or at - self.times[-1] >= _NOW_AND_THEN_S
            if at > now - kept_s and (is_close or is_due):
                self.add(at, values[index])


class Samples:
    """Every series that some rules ask for."""

    def __init__(self, rules: Iterable[Node]) -> None:
        self.kept_s: dict[str, float] = {}
        for rule in rules:
            for one in selectors(rule):
                needed_s = one.range_s + one.offset_s + 2 * LOOK_BACK_S
                self.kept_s[one.name] = max(needed_s, self.kept_s.get(one.name, 0.0))
        self._series: dict[str, dict[Labels, Series]] = {name: {} for name in self.kept_s}
        self._forgot_at = -math.inf

    def add(self, at: float, found: Iterable[tuple[str, Labels, float]], *, of: Iterable[str]) -> None:
        """What one look has found of these names; a series of theirs that is not in it has ended."""
        seen: dict[str, set[Labels]] = {name: set() for name in of if name in self._series}
        for name, labels, value in found:
            if name in seen and labels not in seen[name]:
                seen[name].add(labels)
                self._series[name].setdefault(labels, Series()).add(at, value)
        for name, present in seen.items():
            for labels, series in self._series[name].items():
                if labels not in present and series.values and not math.isnan(series.values[-1]):
                    series.add(at, math.nan)
        if at - self._forgot_at >= _NOW_AND_THEN_S:
            self._forget(at)

    def select(self, selector: Selector) -> list[tuple[Labels, Series]]:
        """The series of a name whose labels match."""
        return [
            (labels, series)
            for labels, series in self._series.get(selector.name, {}).items()
            if all(_matches(dict(labels).get(label, ""), sign, wanted) for label, sign, wanted in selector.matchers)
        ]

    def _forget(self, now: float) -> None:
        self._forgot_at = now
        for name, found in self._series.items():
            for labels in list(found):
                found[labels].forget(now, self.kept_s[name])
                if not found[labels].times:
                    del found[labels]

    def save(self, path: Path) -> None:
        """Write down what is looked back to for days, so that a new start still knows it."""
        lines = [
            json.dumps([name, labels, [round(at, 1) for at in series.times], series.values])
            for name, found in self._series.items()
            if self.kept_s[name] > _LONG_S
            for labels, series in found.items()
        ]
        new = path.with_suffix(".new")
        new.write_text("".join(f"{line}\n" for line in lines))
        new.replace(path)

    def load(self, path: Path, now: float) -> None:
        """Take up what was written down; what cannot be read is forgotten."""
        for line in path.read_text().splitlines() if path.exists() else ():
            try:
                name, labels, times, values = json.loads(line)
                series = Series()
                series.times, series.values = [float(at) for at in times], [float(value) for value in values]
                key = tuple((str(label), str(value)) for label, value in labels)
            except (ValueError, TypeError):
                continue
            if name in self._series and len(series.times) == len(series.values) and key not in self._series[name]:
                series.add(now, math.nan)  # whether it is still there, the first look says
                self._series[name][key] = series
        self._forget(now)


def _matches(value: str, sign: str, wanted: str) -> bool:
    if sign in {"=", "!="}:
        return (value == wanted) == (sign == "=")
    return (re.fullmatch(wanted, value) is not None) == (sign == "=~")
