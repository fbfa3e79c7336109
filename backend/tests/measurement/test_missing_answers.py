"""For every instrument there is: what was not answered is never scored, whatever is missing and why."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from cognitive_assessment.instruments import generate, plan
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.kinds import TRIALS, Given
from cognitive_assessment.instruments.scoring import AnsweredQuestion, not_scorable, score_instrument, score_question
from cognitive_assessment.records.answers import QuestionContext, TouchResponse
from cognitive_assessment.records.scores import Score
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.simulation.touch import HANDS

SLUGS = sorted(catalogue().instruments)
PLACE = {"town": "Ulm", "region": "Bavaria", "country": "Germany", "building": "Clinic"}
Trials = Sequence[dict[str, Any]]


def part_of(slug: str) -> dict[str, Any]:
    """The instrument's part of a plan, whatever battery gives it."""
    definition = catalogue().instruments[slug]
    form = definition.forms[0] if definition.forms else None
    seed = generate.seed_for(7, slug)
    return plan.part(Given(definition, catalogue().texts[slug, "en"], "en", seed=seed, form=form, place=PLACE))


def answered(part: dict[str, Any], score: Callable[[dict[str, Any]], Score | None], skipped: str | None) -> Any:
    return [
        AnsweredQuestion(q["item_id"], 1, q["is_practice"], q["parameters"], score(q), skipped)
        for q in part["questions"]
    ]


def unreadable(slug: str) -> Callable[[dict[str, Any]], Score]:
    return lambda q: not_scorable(slug, QuestionContext(slug, q["item_id"], "en"), "It cannot be read.")


WAYS = {
    "nothing was answered": lambda _, __: [],
    "all was passed over": lambda _, part: answered(part, lambda _: None, "participant"),
    "there was no microphone": lambda _, part: answered(part, lambda _: None, "microphone"),
    "nothing has been scored": lambda _, part: answered(part, lambda _: None, None),
    "nothing could be read": lambda slug, part: answered(part, unreadable(slug), None),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("slug", SLUGS)
def test_without_its_answers_an_instrument_has_no_value(slug: str, way: str) -> None:
    part = part_of(slug)
    result = score_instrument(slug, WAYS[way](slug, part), part)
    assert result.status == "not_scorable"
    assert result.measures
    for measure in result.measures:
        assert (measure.value, measure.expected, measure.interval_90, measure.band) == (None, None, None, None)
        assert measure.status == "not_scorable"
        assert measure.reason


TOUCHED = [
    (slug, question["item_id"])
    for slug in SLUGS
    for question in part_of(slug)["questions"]
    if question["kind"] in TRIALS and not question["is_practice"]
]
# what is gone of the trials that count; a last one that is gone cannot be told from one that was never made
GONE: dict[str, Callable[[Trials], Trials]] = {
    "all": lambda _: [],
    "the first": lambda counted: counted[1:],
    "one in the middle": lambda counted: [*counted[: len(counted) // 2], *counted[len(counted) // 2 + 1 :]],
    "every second": lambda counted: counted[::2],
    "none, but one is there twice": lambda counted: [counted[0], *counted],
}


@pytest.mark.parametrize("gone", GONE)
@pytest.mark.parametrize(("slug", "item_id"), TOUCHED)
def test_trials_that_are_missing_or_doubled_are_never_scored(slug: str, item_id: str, gone: str) -> None:
    question = next(one for one in part_of(slug)["questions"] if one["item_id"] == item_id)
    parameters = question["parameters"]
    heard = (question.get("expected") or "").split(", ")
    response, _, _ = HANDS[question["kind"]]({**parameters, "heard": heard}, PROFILES["typical"], random.Random(3))
    practice = [trial for trial in response["trials"] if trial.get("is_practice")]
    counted = [trial for trial in response["trials"] if not trial.get("is_practice")]
    context = QuestionContext(slug, item_id, "en", expected=question.get("expected"), parameters=parameters)
    whole = score_question(slug, context, TouchResponse(tuple(response["trials"]), response["summary"]))
    assert whole.status in {"scored", "needs_review"}, whole.reason
    assert whole.values
    left = GONE[gone](counted)
    if question["kind"] == "form" and not parameters["sums"] and left and gone != "none, but one is there twice":
        return  # it counts the questions that were answered, and makes nothing of them
    score = score_question(slug, context, TouchResponse((*practice, *left), response["summary"]))
    assert score.status == "not_scorable"
    assert (dict(score.values), score.expected, score.interval_90) == ({}, None, None)
    assert score.reason


def test_every_kind_of_touch_question_has_a_simulated_hand_so_that_the_table_is_whole() -> None:
    assert set(HANDS) == set(TRIALS)
    assert {catalogue().instruments[slug].kind for slug, _ in TOUCHED} >= {"form", "symbol_digit"}
