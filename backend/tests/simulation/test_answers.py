"""What the simulated participant says: within its voice, as its profile has it, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
from zoneinfo import ZoneInfo

import pytest

from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.category_fluency.lexicon import lexicon_of
from cognitive_assessment.instruments.orientation.points_v1 import ITEMS
from cognitive_assessment.instruments.scoring import score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.simulation import answers
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.simulation.vocabulary import OTHER_THINGS, THINGS, every_word
from cognitive_assessment.simulation.voice import SYNTHETIC, Voice

PLAN = catalogue().make_plan("brief", "en", 3)
QUESTIONS = {
    question["item_id"]: question
    for part in PLAN["parts"]
    if part["instrument"] == "orientation"
    for question in part["questions"]
}


def things(profile: str, seed: int, kind: str = "animals") -> list[str]:
    return answers.things_said(kind, PROFILES[profile], random.Random(seed))


def test_every_word_has_its_recording_as_it_was_made_and_no_other_is_there():
    hashes = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in SYNTHETIC.glob("*.ogg")}
    assert hashes == json.loads((SYNTHETIC / "manifest.json").read_text())["words"]
    assert sorted(hashes) == every_word()
    assert sum(path.stat().st_size for path in SYNTHETIC.iterdir()) < 800_000


def test_no_browser_is_given_the_participants_words():
    public = REPOSITORY_ROOT / "frontend" / "public"
    shown = {hashlib.sha256(path.read_bytes()).hexdigest() for path in public.rglob("*.ogg")}
    assert shown
    assert not shown & {hashlib.sha256(path.read_bytes()).hexdigest() for path in SYNTHETIC.glob("*.ogg")}


def test_a_word_is_a_word_long_and_loud_enough():
    voice = Voice({}, random.Random(1))
    for word in every_word():
        samples = voice.say(word, random.Random(1))
        assert 0.2 < samples.size / 16_000 < 1.4, word
        assert abs(samples).max() > 0.05, word


@pytest.mark.parametrize("kind", ["animals", "fruits_and_vegetables"])
def test_things_are_of_their_kind_and_the_others_are_not(kind):
    lexicon = lexicon_of(kind, "en")
    assert [thing for thing in THINGS[kind] if lexicon.find([thing]) is None] == []
    named = {lexicon.find([thing])[1] for thing in THINGS[kind]}
    assert len(named) == len(THINGS[kind])
    assert [thing for thing in OTHER_THINGS if (lexicon.find([thing]) or ("", None))[1] is not None] == []


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Sydney"])
@pytest.mark.parametrize("month", range(1, 13))
def test_who_is_oriented_is_right_on_every_day_and_at_every_hour(zone, month):
    for hour in range(0, 24, 3):
        now = dt.datetime(2027, month, 1 + hour, hour, 20, tzinfo=ZoneInfo(zone))
        for item_id, question in QUESTIONS.items():
            phrase = answers.orientation_phrase(question, now, PROFILES["typical"], random.Random(1))
            assert set(phrase) <= set(every_word())
            read, accepted_at, _ = ITEMS[item_id]
            assert read(" ".join(phrase)).value in accepted_at(now, question["parameters"]), (item_id, now, phrase)


def test_a_place_is_nothing_that_the_voice_knows():
    question = {"item_id": "town", "parameters": {}}
    now = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    assert answers.orientation_phrase(question, now, PROFILES["typical"], random.Random(1)) == []


def test_numbers_taken_down_are_within_the_voice_and_read_as_they_were_meant():
    question = {"item_id": "sevens", "parameters": {"start": 100, "subtrahend": 7, "steps": 5}}

    def steps_right(profile: str) -> float:
        right = 0.0
        for seed in range(100):
            said = answers.subtraction_phrases(question, PROFILES[profile], random.Random(seed))
            assert {word for phrase in said for word in phrase} <= set(every_word())
            context = QuestionContext("serial_subtraction", "sevens", "en", parameters=question["parameters"])
            score = score_question("serial_subtraction", context, SpokenAnswer(", ".join(map(" ".join, said))))
            assert len(said) == len((score.answer or "").split(",")) == 5
            right += score.values["correct_steps"]
        return right / 100

    assert 4 < steps_right("typical") < 5
    assert 0 < steps_right("impaired") < steps_right("slow") < steps_right("typical")


def test_profiles_differ_in_how_many_things_they_name_how_often_again_and_how_far_astray():
    def per_session(profile: str) -> tuple[float, float, float]:
        said = [things(profile, seed) for seed in range(200)]
        astray = [sum(one in OTHER_THINGS for one in some) for some in said]
        different = [len(set(some)) - out for some, out in zip(said, astray, strict=True)]
        again = [len(some) - len(set(some)) for some in said]
        return sum(different) / 200, sum(again) / 200, sum(astray) / 200

    typical, slow, impaired = map(per_session, ("typical", "slow", "impaired"))
    assert typical[0] == pytest.approx(20, abs=1)
    assert slow[0] == pytest.approx(13, abs=1)
    assert impaired[0] == pytest.approx(7, abs=1)
    assert impaired[1] > 2 * typical[1]
    assert typical[2] == 0 < slow[2] < impaired[2]


def test_the_same_seed_says_the_same_and_another_does_not():
    assert things("impaired", 4) == things("impaired", 4)
    assert things("impaired", 4) != things("impaired", 5)


def test_things_come_ever_more_slowly_and_all_end_within_the_minute():
    firsts, lasts = 0, 0
    for seed in range(100):
        gaps_s = answers.gaps_before_things_s([0.6] * 20, 0.8, 60.0, random.Random(seed))
        onsets_s = [sum(gaps_s[: place + 1]) + 0.6 * place for place in range(len(gaps_s))]
        assert onsets_s[-1] + 0.6 < 60.0
        assert min(gaps_s) >= 0.35
        firsts += sum(onset_s < 15 for onset_s in onsets_s)
        lasts += sum(onset_s >= 45 for onset_s in onsets_s)
    assert firsts > 2 * lasts > 0
    assert len(answers.gaps_before_things_s([5.0] * 20, 0.8, 60.0, random.Random(1))) < 12


HEARD = ["bicycle comb glove ladder lighthouse magazine nurse sausage swamp wallet".split()] * 3  # noqa: SIM905


def recalled(profile: str, seed: int, trials: int, *, is_delayed: bool = False) -> list[str]:
    heard = HEARD[:trials] + ([[]] if is_delayed else [])
    rng, strengths = random.Random(f"{seed}/{trials}/{is_delayed}"), random.Random(seed)
    return answers.words_recalled(heard, PROFILES[profile], rng, strengths=strengths)


def test_more_words_come_back_from_trial_to_trial_and_fewer_to_the_impaired():
    mean = {
        (profile, trials): sum(len(set(recalled(profile, seed, trials)) & set(HEARD[0])) for seed in range(60)) / 60
        for profile in PROFILES
        for trials in (1, 2, 3)
    }
    for profile in PROFILES:
        assert mean[profile, 1] < mean[profile, 2] < mean[profile, 3]
    assert mean["typical", 3] > mean["slow", 3] > mean["impaired", 3]


def test_after_the_delay_the_typical_keep_most_and_the_impaired_little():
    kept = {
        profile: sum(len(set(recalled(profile, seed, 3, is_delayed=True)) & set(HEARD[0])) for seed in range(60)) / 60
        for profile in PROFILES
    }
    assert kept["typical"] > 7
    assert kept["impaired"] < 2


def test_what_is_recalled_is_the_same_for_the_same_seed_and_within_the_voice():
    voice = Voice({}, random.Random(1))
    for profile in PROFILES:
        assert recalled(profile, 3, 2) == recalled(profile, 3, 2)
        assert all(voice.can_say(word) for seed in range(20) for word in recalled(profile, seed, 3))
