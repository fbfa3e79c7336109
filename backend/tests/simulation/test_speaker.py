"""How the simulated participant answers aloud: every spoken question of every battery, with a sound of its own."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import numpy as np
import pytest

from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.scoring import score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.simulation import answers
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.simulation.speaker import Speaker, Spoken, heard_in, listening_s
from cognitive_assessment.simulation.vocabulary import NAMED
from cognitive_assessment.simulation.voice import Voice

NOW = dt.datetime(2027, 3, 1, 10, tzinfo=dt.UTC)
PARTS = catalogue().make_plan("full", "en", 3)["parts"]
SPOKEN = [(part, question) for part in PARTS for question in part["questions"] if question["kind"] == "spoken"]


@pytest.fixture(scope="module")
def speaker() -> Speaker:
    return Speaker(Voice({}, random.Random(1)), PROFILES["typical"], 4, "UTC")


def spoken(speaker: Speaker, part: dict[str, Any], question: dict[str, Any]) -> Spoken:
    rng = speaker.chance(part["instrument"], question["item_id"])
    if (question["stimulus"] or {}).get("kind") == "sentence":
        return speaker.say_again(question, np.ones(32_000, np.float32) / 10, rng)
    found = speaker.answer(question, heard_in(part, question), rng, now=NOW)
    assert found is not None, f"no word for {part['instrument']}/{question['item_id']}"
    return found


def test_every_spoken_question_of_the_whole_battery_is_answered_within_its_time(speaker):
    assert {part["instrument"] for part, _ in SPOKEN} >= {"orientation", "naming", "sentence_repetition"}
    for part, question in SPOKEN:
        answer = spoken(speaker, part, question)
        if (question["stimulus"] or {}).get("kind") != "sentence":  # that takes as long as its sound
            assert 0 < listening_s(question) < 30
        assert answer.said
        assert 0 < answer.samples.size <= question["answer"]["max_s"] * 16_000
        assert np.max(np.abs(answer.samples)) > 0.02


def test_the_same_seed_answers_with_the_same_sound_and_another_with_another(speaker):
    part, question = next(one for one in SPOKEN if one[0]["instrument"] == "category_fluency")
    other = Speaker(speaker.voice, speaker.profile, 5, "UTC")
    first, again = spoken(speaker, part, question), spoken(speaker, part, question)
    assert np.array_equal(first.samples, again.samples)
    assert spoken(other, part, question).said != first.said


def test_each_thing_in_every_form_has_a_name_that_the_rule_takes():
    for form in "ABCD":
        of_form = {item: name for item, name in NAMED.items() if item.startswith(form.lower())}
        assert len(of_form) == 15
        for item, name in of_form.items():
            expected = " | ".join(catalogue().texts["naming", "en"].names[item])
            context = QuestionContext("naming", item, "en", expected=expected)
            assert score_question("naming", context, SpokenAnswer(name)).values["points"] == 1, item


def test_who_loses_the_thread_names_another_thing_more_often():
    def astray(profile: str) -> int:
        said = [answers.name_said("a_picture_1", PROFILES[profile], random.Random(seed)) for seed in range(200)]
        return sum(one != ["rabbit"] for one in said)

    assert astray("typical") == 0 < astray("slow") < astray("impaired")
