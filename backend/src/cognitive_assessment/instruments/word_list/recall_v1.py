"""A recall of the rules of `word_list`: words that came back, came twice, or are not in the list, by kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Evidence, Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.spoken_minute import UNSURE, confidence_of
from cognitive_assessment.scoring.spoken_point import no_words, words_of_tokens
from cognitive_assessment.scoring.uncertainty import (
    SHARE_UNKNOWN,
    distribution_of_count,
    expected_value,
    interval_90,
)
from cognitive_assessment.scoring.word_recall import INTRUSIONS, RecalledWord, WordsToRecall
from cognitive_assessment.speech.spoken_refusals import gives_up, says_nothing
from cognitive_assessment.speech.spoken_text import Token, tokens_of

Recall = Callable[[Sequence[Token], WordsToRecall], list[RecalledWord]]
PRIMACY, RECENCY = 3, 3  # the first three words that were heard, and the last three


def score_recall(
    context: QuestionContext, answer: SpokenAnswer, wanted: WordsToRecall, *, rule: str, recall: Recall
) -> Score:
    """Score one recall by what `recall` finds in it; `context.expected` holds the words in the order of hearing."""
    order = [word.strip() for word in (context.expected or "").split(",")]
    tokens = tokens_of(answer.text)
    if says_nothing(tokens):
        return no_words(context, answer, rule=rule, nothing=_values([], order, context.item_id))
    found = recall(tokens, wanted)
    words = words_of_tokens(answer, tokens)
    right = [one for one in found if one.label == "right"]
    reasons = _reasons(answer, found, tokens, words)
    expected, interval = _uncertainty(right, words, answer, wanted, recall)
    return Score(
        status="needs_review" if reasons else "scored",
        instrument=context.instrument,
        item_id=context.item_id,
        rule=rule,
        values=_values(found, order, context.item_id),
        answer=", ".join(one.word or "" for one in right) or None,
        evidence=tuple(_evidence(found, order, tokens, words, rule)),
        reason=" ".join(reasons) or None,
        probability_right=answer.probability_right,
        expected=expected,
        interval_90=interval,
    )


def _values(found: Sequence[RecalledWord], order: Sequence[str], item_id: str) -> dict[str, float]:
    labels = [one.label for one in found]
    right = {one.word for one in found if one.label == "right"}
    values = {"recalled": float(len(right)), "repetitions": float(labels.count("repetition"))}
    values |= {f"intrusions_{kind}": float(labels.count(kind)) for kind in INTRUSIONS}
    if item_id.startswith("learning_"):  # only there have the words a place
        first, last = order[:PRIMACY], order[-RECENCY:]
        values["primacy"] = float(len(right.intersection(first)))
        values["recency"] = float(len(right.intersection(last)))
        values["middle"] = values["recalled"] - values["primacy"] - values["recency"]
    return values


def _evidence(
    found: Sequence[RecalledWord],
    order: Sequence[str],
    tokens: Sequence[Token],
    words: Sequence[Word] | None,
    rule: str,
) -> list[Evidence]:
    """Everything that was said, and then what did not come back."""
    evidence = []
    for one in found:
        own = words[one.first : one.last] if words else ()
        text = " ".join(token.text for token in tokens[one.first : one.last] if token.kind != "mark")
        onset_s = min((word.onset_s for word in own), default=None)
        offset_s = max((word.offset_s for word in own), default=None)
        evidence.append(Evidence(text, one.label, float(one.label == "right"), rule, onset_s, offset_s))
    recalled = {one.word for one in found if one.label == "right"}
    return evidence + [Evidence(word, "missing", 0.0, rule) for word in order if word not in recalled]


def _reasons(
    answer: SpokenAnswer, found: Sequence[RecalledWord], tokens: Sequence[Token], words: Sequence[Word] | None
) -> list[str]:
    reasons = []
    if answer.needs_review:
        reasons.append(answer.reason or "The answer may have been misheard.")
    if any(one.is_doubtful and one.label == "right" for one in found):
        reasons.append("A word was recognised by its sound or with a letter changed, or may have been taken back.")
    if any(one.is_in_talk for one in found):
        reasons.append("A word was said in talk or in a question, and may not be meant as an answer.")
    if any(one.is_doubtful and one.word is not None and one.label == "ignored" for one in found):
        reasons.append("A word was left out because something was denied of it.")
    right = [one for one in found if one.label == "right"]
    if words is not None:
        if any(confidence_of(one, words) < UNSURE for one in right):
            reasons.append("Some words were not heard surely.")
        if any(one.label in INTRUSIONS for one in found):
            reasons.append("Some words are not in the list, or may have been misheard.")
    if not right and not gives_up(tokens):
        reasons.append("Nothing that was said is in the list.")
    return reasons


def _uncertainty(
    right: Sequence[RecalledWord],
    words: Sequence[Word] | None,
    answer: SpokenAnswer,
    wanted: WordsToRecall,
    recall: Recall,
) -> tuple[float | None, tuple[float, float] | None]:
    """From the confidences of the words that came back; another hearing that finds more of them widens the interval."""
    if words is None and answer.words:
        return None, None
    chances = distribution_of_count(
        [confidence_of(one, words) * (SHARE_UNKNOWN if one.is_in_talk else 1.0) for one in right]
    )
    low, high = interval_90(chances)
    others = [recall(tokens_of(text), wanted) for text in answer.alternatives]
    most = max([float(sum(one.label == "right" for one in other)) for other in others], default=high)
    return round(expected_value(chances), 2), (low, max(high, most))
