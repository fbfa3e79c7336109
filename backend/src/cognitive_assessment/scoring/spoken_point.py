"""One point for one spoken answer: shared by the rules that compare what was said with one right answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Evidence, Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.uncertainty import interval_90, probability_of_point
from cognitive_assessment.speech.spoken_refusals import gives_up, says_nothing
from cognitive_assessment.speech.spoken_text import Token, tokens_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer was taken for: the tokens `[first, last)` that gave it, and whether it is right.

    `answer` is None if no answer was found in the words.
    """

    answer: str | None
    is_right: bool
    spans: tuple[tuple[int, int], ...]
    is_doubtful: bool
    expected: str


def spoken_point(
    context: QuestionContext,
    answer: SpokenAnswer,
    judgement: Judgement,
    *,
    rule: str,
    alternatives_right: Sequence[bool] = (),
    searches_in_vain: bool = False,
) -> Score:
    """Score one spoken answer with one point or none.

    Parameters
    ----------
    context : QuestionContext
        The question.
    answer : SpokenAnswer
        What was heard.
    judgement : Judgement
        What the rule takes it for.
    rule : str
        The rule's name with its version.
    alternatives_right : sequence of bool, optional
        For every other hearing that reads differently: whether it would be right.
    searches_in_vain : bool, optional
        Whether "it's on the tip of my tongue" gives no answer, as "I don't know".

    Returns
    -------
    Score
        As `no_words` gives it if nothing was said; no point for "I don't know"; `needs_review` if words were said in
        which no answer was found, if they could be meant otherwise, or if they may have been misheard. Without an
        expected value where it was heard and nobody knows how surely.
    """
    tokens = tokens_of(answer.text)
    if says_nothing(tokens):
        return no_words(context, answer, rule=rule, nothing={"points": 0.0})
    has_given_up = judgement.answer is None and gives_up(tokens, or_searches=searches_in_vain)
    points = float(judgement.is_right)
    is_known = answer.probability_right is not None or not answer.words
    chance = probability_of_point(judgement.is_right, answer.probability_right, alternatives_right)
    reasons = _review_reasons(answer, judgement, has_given_up=has_given_up)
    label = "right" if judgement.is_right else "no_answer" if judgement.answer is None else "wrong"
    return Score(
        status="needs_review" if reasons else "scored",
        instrument=context.instrument,
        item_id=context.item_id,
        rule=rule,
        values={"points": points},
        answer=judgement.answer,
        evidence=_evidence(answer, tokens, judgement, label=label, points=points, rule=rule),
        reason=" ".join([*reasons, *([] if judgement.is_right else [f"The right answer was {judgement.expected}."])])
        or None,
        probability_right=answer.probability_right,
        expected=round(chance, 4) if is_known else None,
        interval_90=interval_90({0.0: 1 - chance, 1.0: chance}) if is_known else None,
    )


def no_words(context: QuestionContext, answer: SpokenAnswer, *, rule: str, nothing: Mapping[str, float]) -> Score:
    """Score an answer without words.

    Parameters
    ----------
    context : QuestionContext
        The question.
    answer : SpokenAnswer
        In which nothing was said, or only words that are no answer; the reason names these.
    rule : str
        The rule's name with its version.
    nothing : mapping of str to float
        The values of an answer that earns nothing.

    Returns
    -------
    Score
        These values, to be reviewed, if the person was silent when asked twice; else `not_scorable`.
    """
    heard = " ".join(token.text for token in tokens_of(answer.text) if token.kind != "mark")
    reason = answer.reason or (f'Nothing was said but "{heard}".' if heard else "Nothing was said.")
    if not answer.is_silence:
        return Score("not_scorable", context.instrument, context.item_id, rule, reason=reason)
    asked_twice = f"{reason} The person was asked twice."
    return Score("needs_review", context.instrument, context.item_id, rule, values=nothing, reason=asked_twice)


def _review_reasons(answer: SpokenAnswer, judgement: Judgement, *, has_given_up: bool) -> list[str]:
    reasons = []
    if answer.needs_review:
        reasons.append(answer.reason or "The answer may have been misheard.")
    if judgement.answer is None and not has_given_up:
        reasons.append("No answer was found in what was said.")
    elif judgement.is_doubtful and judgement.answer is not None:
        reasons.append("What was said could be meant in another way.")
    return reasons


def _evidence(
    answer: SpokenAnswer, tokens: Sequence[Token], judgement: Judgement, *, label: str, points: float, rule: str
) -> tuple[Evidence, ...]:
    """Name the words that gave the answer, with their place in the recording; all words where there is no answer."""
    spans = judgement.spans or ((0, len(tokens)),)
    text = " ".join(" ".join(token.text for token in tokens[first:last]) for first, last in spans)
    onset_s, offset_s = times_of(answer, tokens, spans)
    return (Evidence(text, label, points, rule, onset_s, offset_s),)


def times_of(
    answer: SpokenAnswer, tokens: Sequence[Token], spans: Sequence[tuple[int, int]]
) -> tuple[float | None, float | None]:
    """Give the stretch of the recording in which tokens were said.

    Parameters
    ----------
    answer : SpokenAnswer
        The answer with the words of the recogniser.
    tokens : sequence of Token
        The tokens of the answer's text.
    spans : sequence of tuple
        The tokens `[first, last)` in question.

    Returns
    -------
    tuple
        Onset and offset in seconds; None for a written answer, and where words and text do not agree.
    """
    owners = words_of_tokens(answer, tokens)
    if not spans or owners is None:
        return None, None
    words = [owners[at] for first, last in spans for at in range(first, last)]
    if not words:
        return None, None
    return min(word.onset_s for word in words), max(word.offset_s for word in words)


def words_of_tokens(answer: SpokenAnswer, tokens: Sequence[Token]) -> list[Word] | None:
    """Give for each token the word of the recogniser in which it was heard.

    Parameters
    ----------
    answer : SpokenAnswer
        The answer with the words of the recogniser.
    tokens : sequence of Token
        The tokens of the answer's text.

    Returns
    -------
    list of Word, or None
        As many as tokens; None for a written answer, and where words and text do not agree.
    """
    owned = [(word, token.text) for word in answer.words for token in tokens_of(word.text)]
    if not owned or [text for _, text in owned] != [token.text for token in tokens]:
        return None
    return [word for word, _ in owned]
