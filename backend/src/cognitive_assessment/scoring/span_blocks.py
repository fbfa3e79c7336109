"""Blocks of trials of growing length with a stop rule: which trials count, and what they amount to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cognitive_assessment.records.scores import InstrumentResult, Measure, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion, missing_reason, newest_attempts, result_of
from cognitive_assessment.scoring.span import Estimate, Trial, is_stopped, longest_span, trials_right


def score_span(
    answered: Sequence[AnsweredQuestion],
    part: Mapping[str, Any],
    *,
    rule: str,
    unit: str,
    is_passed_missed: bool,
    is_doubt_missed: bool = False,
) -> InstrumentResult:
    """Make the spans of every block; a trial after the stop does not count.

    Parameters
    ----------
    answered : sequence of AnsweredQuestion
        In any order; each trial has a value `points`, 0 or 1.
    part : mapping
        The instrument's part of the session's plan, whose stop rules name the blocks.
    rule : str
        The rule's name with its version.
    unit : str
        What a sequence consists of, such as `digits`.
    is_passed_missed : bool
        Whether a trial that was passed over is a miss, as the first versions of the rules had it. Else nobody knows
        whether it would have been right: it ends no block, and the block is to be reviewed.
    is_doubt_missed : bool, optional
        Whether a trial without a point that waits for a reviewer is a miss until then, and may end its block; what was
        given after it counts once somebody has found it right. Else it ends none.

    Returns
    -------
    InstrumentResult
        `longest_<block>` and `correct_<block>` for each block, and `correct_total`.
    """
    newest = newest_attempts(answered)
    blocks = {one["block"]: one["misses"] for one in part["stop_rules"]}
    given = {
        block: _given(block, misses, newest, part, is_passed_missed=is_passed_missed, is_doubt_missed=is_doubt_missed)
        for block, misses in blocks.items()
    }
    measures = []
    for block, one in given.items():
        longest, right = (None, None) if one.missing else (longest_span(one.trials), trials_right(one.trials))
        measures.append(_measure(f"longest_{block}", unit, longest, one.missing, one.to_review))
        measures.append(_measure(f"correct_{block}", "trials", right, one.missing, one.to_review))
    missing = [one.missing for one in given.values() if one.missing]
    total = None if missing else trials_right([trial for one in given.values() for trial in one.trials])
    to_review = list(dict.fromkeys(reason for one in given.values() for reason in one.to_review))
    measures.append(_measure("correct_total", "trials", total, " ".join(missing) or None, to_review))
    return result_of(part["instrument"], rule, measures)


@dataclass(slots=True)
class _Given:
    """A block's trials up to its stop; what is missing of it, if anything is; and why a person has to look at it."""

    trials: list[Trial] = field(default_factory=list)
    missing: str | None = None
    is_open: bool = False
    passed: list[str] = field(default_factory=list)

    @property
    def to_review(self) -> list[str]:
        reasons = ["At least one trial has to be reviewed."] if self.is_open else []
        if self.passed:
            titles = "; ".join(self.passed)
            reasons.append(f"Passed over, so that nobody knows whether it would have been right: {titles}.")
        return reasons


def _given(
    block: str,
    misses: int,
    newest: Mapping[str, AnsweredQuestion],
    part: Mapping[str, Any],
    *,
    is_passed_missed: bool,
    is_doubt_missed: bool,
) -> _Given:
    given = _Given()
    settled: list[tuple[int, float]] = []
    are_all_passed = True
    for question in (q for q in part["questions"] if q["block"] == block and not q["is_practice"]):
        if is_stopped(settled, misses=misses):
            break
        answered = newest.get(question["item_id"])
        is_passed = answered is not None and answered.skipped_reason == "participant"
        given.missing = None if is_passed else missing_reason(answered, question["title"])
        if given.missing is not None:
            return given
        score = None if answered is None else answered.score
        trial = _trial(question["parameters"]["length"], score, is_passed_missed=is_passed_missed)
        is_doubtful = score is not None and score.status == "needs_review"
        given.trials.append(trial)
        is_open = trial.probability is None or (is_doubtful and not is_doubt_missed)
        settled.append((trial.length, 1.0 if is_open else trial.points))
        are_all_passed = are_all_passed and is_passed
        given.is_open = given.is_open or is_doubtful
        if trial.probability is None:
            given.passed.append(question["title"])
    given.missing = "Every trial was passed over." if are_all_passed else None
    return given


def _trial(length: int, score: Score | None, *, is_passed_missed: bool) -> Trial:
    """A trial that was passed over has no score."""
    if score is None:
        return Trial(length, 0.0, 0.0 if is_passed_missed else None)
    points = score.values["points"]
    return Trial(length, points, points if score.expected is None else score.expected)


def _measure(name: str, unit: str, estimate: Estimate | None, missing: str | None, to_review: Sequence[str]) -> Measure:
    if estimate is None:
        return Measure(name, None, unit, "not_scorable", missing)
    return Measure(
        name,
        estimate.value,
        unit,
        "needs_review" if to_review else "scored",
        " ".join(to_review) or None,
        expected=estimate.expected,
        interval_90=estimate.interval_90,
    )
