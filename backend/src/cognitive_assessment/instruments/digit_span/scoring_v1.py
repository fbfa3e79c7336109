"""Rule `digit_span@1`: a trial is right if the digits of the last clear answer are exactly the right ones, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Measure, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion, missing_reason, newest_attempts, result_of
from cognitive_assessment.scoring.span import Estimate, Trial, is_stopped, longest_span, trials_right
from cognitive_assessment.scoring.spoken_point import Judgement, spoken_point
from cognitive_assessment.speech.spoken_numbers import DigitReading, read_digits
from cognitive_assessment.speech.spoken_text import Token, tokens_of

RULE = "digit_span@1"
_FILLERS = frozenset({"um", "uh", "er", "erm", "and", "then", "hm", "hmm", "mm", "oh", "ah", "well", "so", "okay"})
ASCII_DIGITS = frozenset("0123456789")


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one trial; `context.expected` holds the digits as they have to be said."""
    expected = context.expected or ""
    if not expected or not set(expected) <= ASCII_DIGITS:
        raise InvalidInput("The right digits of this trial are not known.", field="expected")
    tokens = tokens_of(answer.text)
    reading = read_digits(tokens, length=len(expected))
    said = _once(reading.digits, len(expected))
    others = {
        _once(read_digits(tokens_of(text), length=len(expected)).digits, len(expected)) for text in answer.alternatives
    }
    judgement = Judgement(
        answer=said or None,
        is_right=said == expected,
        spans=tuple((first, last) for _, first, last in reading.pieces),
        is_doubtful=reading.is_doubtful or said != reading.digits or _is_left_open(tokens, reading, len(expected)),
        expected=expected,
    )
    differing = [text == expected for text in sorted(others - {said, ""})]
    return spoken_point(context, answer, judgement, rule=RULE, alternatives_right=differing)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the spans of both directions; a trial passed over is missed, and one after the stop does not count."""
    newest = newest_attempts(answered)
    blocks = {rule["block"]: rule["misses"] for rule in part["stop_rules"]}
    given = {block: _given_trials(block, misses, newest, part) for block, misses in blocks.items()}
    measures = []
    for block, (trials, reason, is_open) in given.items():
        longest, right = (None, None) if reason else (longest_span(trials), trials_right(trials))
        measures.append(_measure(f"longest_{block}", "digits", longest, reason, is_open=is_open))
        measures.append(_measure(f"correct_{block}", "trials", right, reason, is_open=is_open))
    reasons = [reason for _, reason, _ in given.values() if reason]
    all_trials = [trial for trials, _, _ in given.values() for trial in trials]
    total = None if reasons else trials_right(all_trials)
    is_any_open = any(is_open for _, _, is_open in given.values())
    measures.append(_measure("correct_total", "trials", total, " ".join(reasons) or None, is_open=is_any_open))
    return result_of(part["instrument"], RULE, measures)


def _is_left_open(tokens: Sequence[Token], reading: DigitReading, length: int) -> bool:
    """Two answers joined by "or", or one digit too few beside one word that may be the missing one, misheard."""
    words = [at for at, token in enumerate(tokens) if token.kind == "word"]
    said = {at for _, first, last in reading.pieces for at in range(first, last)}
    ors = [at for at in words if tokens[at].text == "or"]
    if any(read_digits(tokens[:at]).digits and read_digits(tokens[at + 1 :]).digits for at in ors):
        return True
    others = [at for at in words if at not in said and tokens[at].text not in _FILLERS]
    return len(reading.digits) == length - 1 and len(others) == 1


def _once(digits: str, length: int) -> str:
    """An answer of the asked length that was said twice is that answer; a reviewer is shown it."""
    return digits[:length] if digits == 2 * digits[:length] else digits


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
