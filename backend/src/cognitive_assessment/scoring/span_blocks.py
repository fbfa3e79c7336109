"""Blocks of trials of growing length with a stop rule: which trials count, and what they amount to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.records.scores import InstrumentResult, Measure, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion, missing_reason, newest_attempts, result_of
from cognitive_assessment.scoring.span import Estimate, Trial, is_stopped, longest_span, trials_right


def score_span(
    answered: Sequence[AnsweredQuestion], part: Mapping[str, Any], *, rule: str, unit: str
) -> InstrumentResult:
    """Make the spans of every block; a trial passed over is missed, and one after the stop does not count.

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

    Returns
    -------
    InstrumentResult
        `longest_<block>` and `correct_<block>` for each block, and `correct_total`.
    """
    newest = newest_attempts(answered)
    blocks = {one["block"]: one["misses"] for one in part["stop_rules"]}
    given = {block: _given_trials(block, misses, newest, part) for block, misses in blocks.items()}
    measures = []
    for block, (trials, reason, is_open) in given.items():
        longest, right = (None, None) if reason else (longest_span(trials), trials_right(trials))
        measures.append(_measure(f"longest_{block}", unit, longest, reason, is_open=is_open))
        measures.append(_measure(f"correct_{block}", "trials", right, reason, is_open=is_open))
    reasons = [reason for _, reason, _ in given.values() if reason]
    all_trials = [trial for trials, _, _ in given.values() for trial in trials]
    total = None if reasons else trials_right(all_trials)
    is_any_open = any(is_open for _, _, is_open in given.values())
    measures.append(_measure("correct_total", "trials", total, " ".join(reasons) or None, is_open=is_any_open))
    return result_of(part["instrument"], rule, measures)


def _given_trials(
    block: str, misses: int, newest: Mapping[str, AnsweredQuestion], part: Mapping[str, Any]
) -> tuple[list[Trial], str | None, bool]:
    """List a block's trials up to its stop; else say what is missing; and whether any of them needs review."""
    trials: list[Trial] = []
    settled: list[tuple[int, float]] = []  # as when it was given: what waits for a reviewer is never a miss
    are_all_passed = True
    is_open = False
    for question in (q for q in part["questions"] if q["block"] == block and not q["is_practice"]):
        if is_stopped(settled, misses=misses):
            break
        answered = newest.get(question["item_id"])
        is_passed = answered is not None and answered.skipped_reason == "participant"
        reason = None if is_passed else missing_reason(answered, question["title"])
        if reason is not None:
            return trials, reason, is_open
        score = None if answered is None else answered.score
        trial = _trial(question["parameters"]["length"], score)
        is_doubtful = score is not None and score.status == "needs_review"
        trials.append(trial)
        settled.append((trial.length, 1.0 if is_doubtful else trial.points))
        are_all_passed = are_all_passed and is_passed
        is_open = is_open or is_doubtful
    return trials, "Every trial was passed over." if are_all_passed else None, is_open


def _trial(length: int, score: Score | None) -> Trial:
    """A trial that was passed over has no score, and is missed for certain."""
    if score is None:
        return Trial(length, 0.0, 0.0)
    points = score.values["points"]
    return Trial(length, points, points if score.expected is None else score.expected)


def _measure(name: str, unit: str, estimate: Estimate | None, reason: str | None, *, is_open: bool) -> Measure:
    if estimate is None:
        return Measure(name, None, unit, "not_scorable", reason)
    return Measure(
        name,
        estimate.value,
        unit,
        "needs_review" if is_open else "scored",
        "At least one trial has to be reviewed." if is_open else None,
        expected=estimate.expected,
        interval_90=estimate.interval_90,
    )
