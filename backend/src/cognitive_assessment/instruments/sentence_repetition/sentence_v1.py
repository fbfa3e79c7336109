"""The answers of the rules of `sentence_repetition`: how many words came back, and how many in their order."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.word_files import read_groups
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Measure, Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.answered import (
    AnsweredQuestion,
    missing_reason,
    newest_attempts,
    result_of,
    summed_uncertainty,
)
from cognitive_assessment.scoring.said_again import LeaveOut, SaidAgain, SaidWord, plain_words, said_again
from cognitive_assessment.scoring.spoken_point import no_words, words_of_tokens
from cognitive_assessment.scoring.uncertainty import distribution_of_count, expected_value, interval_90
from cognitive_assessment.speech.spoken_refusals import gives_up
from cognitive_assessment.speech.spoken_text import Token, tokens_of

UNITS = {"words_right": "words", "words_in_order": "words", "sentences_right": "sentences"}


def score_question(
    context: QuestionContext, answer: SpokenAnswer, *, rule: str, leave_out: LeaveOut | None = None
) -> Score:
    """Compare one answer with its sentence, which `context.expected` holds."""
    sentence = tokens_of(context.expected or "")
    if not sentence:
        raise InvalidInput("The sentence of this question is not known.", field="expected")
    tokens = tokens_of(answer.text)
    if not plain_words(tokens, {}):
        return no_words(context, answer, rule=rule, nothing=dict.fromkeys(UNITS, 0.0))
    came_back = said_again(sentence, tokens, alike(), leave_out)
    words = words_of_tokens(answer, tokens)
    values = _values(came_back)
    reasons = _reasons(answer, came_back, tokens)
    expected, interval = _uncertainty(came_back, words, answer, sentence, leave_out)
    return Score(
        status="needs_review" if reasons else "scored",
        instrument=context.instrument,
        item_id=context.item_id,
        rule=rule,
        values=values,
        answer=" ".join(_in_said_order(came_back)) or None,
        evidence=tuple(_evidence(came_back, tokens, words, rule)),
        reason=" ".join(reasons) or None,
        probability_right=answer.probability_right,
        expected=expected,
        interval_90=interval,
    )


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any], *, rule: str) -> InstrumentResult:
    """Add up the sentences of this form; with one of them missing there is no sum.

    The interval adds the ends of the sentences' intervals: words of one recording are misheard together, so this is
    wider than independent words would make it.
    """
    newest = newest_attempts(answered)
    planned = [question for question in part["questions"] if not question["is_practice"]]
    missing = [missing_reason(newest.get(one["item_id"]), one["title"]) for one in planned]
    reason = " ".join(text for text in missing if text is not None) or None
    if reason is not None:
        measures = [Measure(name, None, unit, "not_scorable", reason) for name, unit in UNITS.items()]
        return result_of(part["instrument"], rule, measures)
    scores = [score for one in planned if (score := newest[one["item_id"]].score) is not None]
    status = "needs_review" if any(score.status == "needs_review" for score in scores) else "scored"
    why = " ".join(dict.fromkeys(score.reason for score in scores if score.reason)) or None
    expected, interval = summed_uncertainty(scores)
    measures = [
        Measure(
            name,
            sum(score.values[name] for score in scores),
            unit,
            status,  # type: ignore[arg-type]
            why,
            expected if name == "words_right" else None,
            interval if name == "words_right" else None,
        )
        for name, unit in UNITS.items()
    ]
    return result_of(part["instrument"], rule, measures)


@functools.cache
def alike() -> Mapping[str, str]:
    """Words that sound alike or are spelt in two ways, to one of them."""
    return read_groups(Path(__file__).with_name("alike.txt"))


def _values(came_back: SaidAgain) -> dict[str, float]:
    return {
        "words_right": float(sum(one is not None for one in came_back.found)),
        "words_in_order": float(len(came_back.in_order)),
        "sentences_right": float(came_back.is_whole),
    }


def _in_said_order(came_back: SaidAgain) -> list[str]:
    found = [one for one in came_back.found if one is not None]
    return [one.text for one in sorted([*found, *came_back.added], key=lambda one: one.first)]


def _evidence(came_back: SaidAgain, tokens: Sequence[Token], words: Sequence[Word] | None, rule: str) -> list[Evidence]:
    """Every word of the sentence in its order, and then what was added."""
    evidence = []
    for at, (word, one) in enumerate(zip(came_back.words, came_back.found, strict=True)):
        if one is None:
            evidence.append(Evidence(word, "missing", 0.0, rule, None, None))
            continue
        label = "right" if at in came_back.in_order else "out_of_order"
        evidence.append(_shown(one, label, 1.0, tokens, words, rule))
    return evidence + [_shown(one, "added", 0.0, tokens, words, rule) for one in came_back.added]


def _shown(
    one: SaidWord, label: str, points: float, tokens: Sequence[Token], words: Sequence[Word] | None, rule: str
) -> Evidence:
    text = " ".join(token.text for token in tokens[one.first : one.last])
    own = words[one.first : one.last] if words else ()
    onset_s = min((word.onset_s for word in own), default=None)
    return Evidence(text, label, points, rule, onset_s, max((word.offset_s for word in own), default=None))


def _reasons(answer: SpokenAnswer, came_back: SaidAgain, tokens: Sequence[Token]) -> list[str]:
    reasons = []
    if answer.needs_review:
        reasons.append(answer.reason or "The answer may have been misheard.")
    if came_back.is_doubtful:
        reasons.append("A word differs from the sentence by little, and may have been misheard.")
    if came_back.is_unsure_remark:
        reasons.append("A word of the sentence was left out as part of a remark, and may have been none.")
    if not any(came_back.found) and not gives_up(tokens):
        reasons.append("Nothing that was said is in the sentence.")
    return reasons


def _uncertainty(
    came_back: SaidAgain,
    words: Sequence[Word] | None,
    answer: SpokenAnswer,
    sentence: Sequence[Token],
    leave_out: LeaveOut | None,
) -> tuple[float | None, tuple[float, float] | None]:
    """From the confidences of the words that came back; another hearing that finds more of them widens the interval."""
    if words is None and answer.words:
        return None, None
    found = [one for one in came_back.found if one is not None]
    sure = [min(word.confidence for word in words[one.first : one.last]) if words else 1.0 for one in found]
    chances = distribution_of_count(sure)
    low, high = interval_90(chances)
    others = [said_again(sentence, tokens_of(text), alike(), leave_out) for text in answer.alternatives]
    most = max([float(sum(one is not None for one in other.found)) for other in others], default=high)
    return round(expected_value(chances), 2), (low, max(high, most))
