"""What an answer was worth, and why: a score carries its evidence, its rule and its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ScoreStatus = Literal["scored", "needs_review", "not_scorable"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was said or done, what the rule took it for, and where in the recording it is.

    `label` is the rule's word for it (`right`, `wrong`, `valid`, `repetition`, `intrusion`, `ignored` ...); `points`
    what it added, so that those of all rows make the value that says how much was right; `rule` the rule's name with
    its version; times are seconds in the recording, absent for written or touch answers. `strokes` numbers the strokes
    of a drawing that it rests on; `note` says in words what else the rule found.
    """

    text: str
    label: str
    points: float
    rule: str
    onset_s: float | None = None
    offset_s: float | None = None
    strokes: tuple[int, ...] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one question.

    `values` holds the named raw scores, such as `points` or `valid`. A score that is `not_scorable` has no values and a
    `reason`; there is no default. `expected` and `interval_90` give the main value's uncertainty where recognition is
    uncertain: the mean over competing hypotheses and the central 90 % of it.
    """

    status: ScoreStatus
    instrument: str
    item_id: str
    rule: str
    values: Mapping[str, float] = field(default_factory=dict)
    answer: str | None = None
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
    probability_right: float | None = None
    expected: float | None = None
    interval_90: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One raw score of a whole instrument, such as the longest span, with its unit and its uncertainty.

    `band` is the published stretch in which it lies, in words, where the instrument has such stretches.
    """

    name: str
    value: float | None
    unit: str
    status: ScoreStatus
    reason: str | None = None
    expected: float | None = None
    interval_90: tuple[float, float] | None = None
    band: str | None = None


@dataclass(frozen=True, slots=True)
class InstrumentResult:
    """All measures of one instrument in one session."""

    instrument: str
    status: ScoreStatus
    rule: str
    measures: tuple[Measure, ...]
    reason: str | None = None
