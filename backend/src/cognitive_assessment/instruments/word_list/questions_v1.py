"""The questions of the rules of `word_list`: recalls, which are spoken, and the recognition, which is touched."""

from __future__ import annotations

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.word_list.lists import words_to_recall
from cognitive_assessment.instruments.word_list.recall_v1 import Recall, score_recall
from cognitive_assessment.instruments.word_list.recognition_v1 import score_recognition
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import Score


def score_question(
    context: QuestionContext,
    answer: SpokenAnswer | TouchResponse,
    *,
    rule: str,
    recall: Recall,
    has_more: bool = False,
) -> Score:
    """Score a recall by the words that were to be learnt, in the order in which they were heard, or the recognition."""
    parameters = context.parameters or {}
    form = parameters.get("form")
    if form is None or context.expected is None:
        raise InvalidInput("The list of this question is not known.", field="parameters.form")
    if ("words" in parameters) != isinstance(answer, TouchResponse):  # only what is recognised is shown word by word
        wanted = "touched" if "words" in parameters else "spoken"
        raise InvalidInput(
            f"An answer to {context.item_id} of {context.instrument} has to be {wanted}.", field="response"
        )
    lists = words_to_recall(context.instrument, form, context.locale, has_more=has_more)
    if isinstance(answer, TouchResponse):
        related = [word for word, kind in lists.strangers.items() if kind == "related"]
        return score_recognition(context, answer, frozenset(related), rule=rule)
    return score_recall(context, answer, lists, rule=rule, recall=recall)
