"""Picture description: what people really say in front of a picture, and what was told of it."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitive_assessment.errors import InvalidInput, NotFound
from cognitive_assessment.instruments.catalogue import FOLDER, catalogue
from cognitive_assessment.instruments.picture_description.description_v1 import UNITS
from cognitive_assessment.instruments.picture_description.lexicon import units_of
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.simulation.vocabulary import THINGS

PICTURES = Path(__file__).parents[3] / "frontend/public/stimuli/pictures"
FORMS = "ABCD"
WHOLE = {
    "A": "Um, this is a picture of a lake. A man is rowing a boat and a woman is swimming. There are two swans. A "
    "dog has stolen the sausage from the picnic and a lady is running after it. A boy's kite got stuck in the "
    "the tree. There's a house on the hill.",
    "B": "It's a street with some shops. A lady is riding her bike. There is a bus and a traffic light. A woman "
    "kneels on the pavement because her apples have rolled out of the bag. A cat is up in the tree and a man "
    "is climbing a ladder to get it. And there's someone in a wheelchair.",
    "C": "On a farm there is a house. The goat is eating the washing, a dress, and the woman is running towards it."
    " A man is repairing the tractor because the wheel came off. A boy on a ladder is picking apples, and a "
    "girl with a bucket is feeding the hens.",
    "D": "At the station a train is leaving. A man is running late for the train and his clothes are falling out of"
    " his suitcase. A woman waves from the window. A boy lost his balloon and it's flying away. A man plays "
    "the accordion. There are two birds eating bread. There's a clock and mountains in the background.",
}
# form, what was said, units, (words, fillers, repetitions)
AWKWARD = [
    ("A", "Dog. Kite. Boat.", "thing_1 thing_2 thing_3", (3, 0, 0)),
    ("A", "um um the the dog, er, the dog", "thing_2", (2, 3, 2)),
    ("A", "A hot dog.", "", (3, 0, 0)),
    ("A", "There is no dog and no boat.", "", (7, 0, 0)),
    ("A", "A cat, no, a dog.", "thing_2", (5, 0, 0)),
    ("A", "A dog, no, a cat.", "", (5, 0, 0)),
    ("A", "The boat, I mean the kite", "thing_3", (4, 0, 0)),
    ("A", "Oh no, the dog stole the hot dogs!", "event_2 thing_2", (6, 0, 0)),
    ("A", "He's rowing", "event_1", (2, 0, 0)),
    ("A", "Two people, one rows and the other swims", "event_1 person_1 person_2", (8, 0, 0)),
    ("A", "A man", "", (2, 0, 0)),
    ("A", "The ducks were swimming on the pond", "person_2 place_1 thing_5", (7, 0, 0)),
    ("A", "I can see a kite, I think, what else, that's all.", "thing_3", (2, 0, 0)),
    ("A", "dog dog dog dog", "thing_2", (1, 0, 3)),
    ("A", "THE DOGS\u200f, \x00the d\u00f6g", "thing_2", (4, 0, 0)),
    ("B", "Her shopping spilled, fruits are rolling down the road", "event_1 place_1 thing_3", (9, 0, 0)),
    ("B", "the kitty got stuck on a branch", "event_2 thing_1", (7, 0, 0)),
    ("B", "the firemen rescue it with a ladder", "event_4 person_3 thing_2", (7, 0, 0)),
    ("B", "traffic lights and a wheel chair", "person_4 thing_5", (6, 0, 0)),
    ("B", "a cyclist, a coach, a cat", "person_1 thing_1 thing_4", (6, 0, 0)),
    ("C", "The billygoat chewed her frock", "event_1 thing_3 thing_4", (5, 0, 0)),
    ("C", "roosters, hens and chickens", "thing_5", (4, 0, 0)),
    ("C", "He's mending a flat tire", "event_4 thing_2", (5, 0, 0)),
    ("C", "I fed the chickens when I was a child", "event_3 person_4 thing_5", (9, 0, 0)),
    ("C", "a sheep and two horses", "", (5, 0, 0)),
    ("D", "the red balloon flew off", "event_2 thing_4", (5, 0, 0)),
    ("D", "his socks and trousers dropped out of the case", "event_1 thing_2", (9, 0, 0)),
    ("D", "nine o'clock at the railway station", "place_1 thing_3", (6, 0, 0)),
    ("D", "She misses the train, she's too late", "event_4 thing_1", (7, 0, 0)),
    ("D", "a busker", "person_4", (2, 0, 0)),
]


def scored(form: str, text: str, *, locale: str = "en", **fields: Any) -> Score:
    item = f"scene_{form.lower()}"
    context = QuestionContext("picture_description", item, locale, parameters={"form": form})
    return score_question("picture_description", context, SpokenAnswer(text, **fields))


def heard(text: str, *, confidence: float = 0.95, every_s: float = 0.5, last_s: float = 0.3) -> dict[str, Any]:
    """The words of a text, one begun every so many seconds."""
    words = text.split()
    return {
        "words": tuple(
            Word(one, at * every_s + 1, at * every_s + 1 + last_s, confidence) for at, one in enumerate(words)
        )
    }


@pytest.mark.parametrize(
    ("form", "text", "units"),
    [
        ("A", "water under the bridge, at home we had a rug", "place_1"),
        ("A", "there is a rug with a basket on it", "thing_4"),
        ("A", "I can't see any dog or kite", ""),
        ("A", "I can't see a dog but there is a kite", "thing_3"),
        ("A", "I don't see anything. A boat on a lake.", "place_1 thing_1"),
        ("B", "a light red dress", ""),
        ("B", "a light blue dress and a red hat", ""),
        ("B", "the light is red", "thing_5"),
        ("B", "a red light", "thing_5"),
        ("B", "the lights have turned green", "thing_5"),
        ("D", "it's getting late, is it late", ""),
        ("D", "he is late for the train", "event_4 thing_1"),
        ("D", "in the case of this picture I would say", ""),
        ("D", "his case burst open", "event_1 thing_2"),
        ("D", "a steam engine", "thing_1"),
        ("D", "a search engine", ""),
    ],
)
def test_an_everyday_word_is_no_unit_by_itself_and_what_is_not_seen_is_none(form: str, text: str, units: str) -> None:
    assert units_told(scored(form, text), form) == units


def units_told(score: Score, form: str) -> str:
    titles = {unit.title: unit.id for unit in units_of(form, "en", has_more=True).units}
    return " ".join(sorted(titles[one.text.partition(" (")[0]] for one in score.evidence if one.label == "unit"))


@pytest.mark.parametrize("form", FORMS)
def test_whoever_tells_everything_has_all_units_each_with_its_words(form: str) -> None:
    score = scored(form, WHOLE[form])
    assert score.values["units"] == 15
    assert {one.label for one in score.evidence} <= {"unit", "filler", "repetition", "ignored"}
    assert score.status == "scored"


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_have_fifteen_units_of_the_same_kinds(form: str) -> None:
    kinds = [unit.id.rpartition("_")[0] for unit in units_of(form, "en", has_more=True).units]
    assert kinds == ["place"] * 2 + ["person"] * 4 + ["thing"] * 5 + ["event"] * 4
    others = "".join(WHOLE[other] for other in FORMS if other != form)
    assert scored(form, others).values["units"] < 12


# as people speak of the figures: by whom they take them for, and by what they do
OTHER_WORDS = [
    ("A", "The husband is rowing the boat.", "event_1 person_1 thing_1"),
    ("A", "his wife's having a swim", "person_2"),
    ("A", "Granny's running after the dog", "event_4 person_3 thing_2"),
    ("A", "the grandson can't reach his kite", "person_4 thing_3"),
    ("B", "a housewife has dropped her bag", "event_1 person_2"),
    ("B", "grandad's on the ladder", "person_3 thing_2"),
    ("B", "there's an uncle, or something, riding a bicycle", "event_3 person_1"),
    ("C", "The goat's eating a skirt", "event_1 thing_3 thing_4"),
    ("C", "The goat's got hold of her dress", "event_1 thing_3 thing_4"),
    ("C", "a blouse and a petticoat on the line", "thing_4"),
    ("C", "his wife is feeding the chickens", "event_3 person_4 thing_5"),
    ("C", "and the husband's mending the tractor", "event_4 person_1 thing_1"),
    ("D", "an accordion player", "person_4"),
    ("D", "a chap with a concertina", "person_4"),
    ("D", "a football player", ""),
    ("D", "a coat's fallen out of the suitcase", "event_1 thing_2"),
    ("C", "a man in a coat", ""),
    ("D", "the wife is waving from the window", "person_2"),
    ("D", "A husband. A wife.", ""),  # somebody is there, and nothing more is told
    ("D", "no accordion player", ""),
]


@pytest.mark.parametrize(("form", "text", "units"), OTHER_WORDS)
def test_people_and_things_are_told_by_other_words_too(form: str, text: str, units: str) -> None:
    assert units_told(scored(form, text), form) == units


def test_the_first_version_knew_fewer_words() -> None:
    context = QuestionContext("picture_description", "scene_c", "en", parameters={"form": "C"})
    answer = SpokenAnswer("The goat's eating a skirt and the wife runs")
    found = [score_question("picture_description", context, answer, version=version).values for version in (1, 2)]
    assert [one["units"] for one in found] == [2, 4]


@pytest.mark.parametrize(("form", "text", "units", "counts"), AWKWARD)
def test_awkward_descriptions(form: str, text: str, units: str, counts: tuple[int, int, int]) -> None:
    score = scored(form, text)
    assert units_told(score, form) == units
    assert (score.values["words"], score.values["fillers"], score.values["repetitions"]) == counts
    assert score.values["units"] == sum(one.points for one in score.evidence)
    assert score.status == "needs_review"
    assert "Hardly anything" in (score.reason or "")


def test_one_word_for_a_person_counts_for_one_unit() -> None:
    one = scored("A", "A man rows, is running and stretches for a kite, jumping")
    two = scored("A", "A man rows, a lady is running and a boy reaches for a kite, jumping")
    assert sum(one_unit.startswith("person") for one_unit in units_told(one, "A").split()) == 1
    assert sum(one_unit.startswith("person") for one_unit in units_told(two, "A").split()) == 3


def test_a_person_goes_to_the_unit_that_has_no_other() -> None:
    # the girl stands closer to the apples than to the feeding, but the apples have somebody already
    told = scored("C", "Somebody is up a ladder picking apples. A girl in pink is feeding the chickens")
    assert {"person_3", "person_4"} <= set(units_told(told, "C").split())


def test_words_that_lie_too_far_apart_make_no_unit() -> None:
    near = "the kite flew high and landed in a tree"
    far = "the kite flew high up and then suddenly came down again in a tree"
    assert "event_3" in units_told(scored("A", near), "A")
    assert "event_3" not in units_told(scored("A", far), "A")


def test_evidence_has_the_seconds_of_its_words_and_names_what_is_missing() -> None:
    text = "well there is a dog that took away the sausage on the grass"
    score = scored("A", text, **heard(text))
    found = {one.text: one for one in score.evidence}
    assert found["the dog (dog)"].onset_s == 3.0
    assert found["the dog (dog)"].offset_s == pytest.approx(3.3)
    assert found["the dog takes the food (dog \u2026 took away)"].offset_s == pytest.approx(4.8)
    assert found["the kite"].label == "missing"
    assert found["the kite"].onset_s is None


def test_tempo_by_hand_has_words_and_units_per_minute_and_pauses_of_a_quarter_of_a_second() -> None:
    # twelve words, one begun every 0.5 s for 0.3 s: 5.8 s in all, eleven gaps of 0.2 s; then every second: 0.7 s
    text = "there is a dog and a kite and a boat over there"
    quick, slow = scored("A", text, **heard(text)), scored("A", text, **heard(text, every_s=1.0))
    assert quick.values["words_per_minute"] == pytest.approx(124.1)
    assert quick.values["units_per_minute"] == pytest.approx(31.0)
    assert quick.values["pauses"] == 0
    assert "mean_pause" not in quick.values
    assert slow.values["pauses"] == 11
    assert slow.values["mean_pause"] == pytest.approx(0.7)


def test_a_measure_without_basis_is_left_out() -> None:
    written = scored("A", WHOLE["A"]).values
    assert {"units_per_minute", "words_per_minute", "pauses", "mean_pause", "latency"}.isdisjoint(written)
    assert "mattr" not in written
    assert 0.5 < scored("B", WHOLE["B"]).values["mattr"] < 0.9
    few = scored("A", "a dog", **heard("a dog"))
    assert {"units_per_minute", "words_per_minute", "pauses"}.isdisjoint(few.values)


# how many of the fifteen a listener with the picture before them would count
NATURAL = [
    (
        "A",
        "So there's a little boy trying to get his kite down from the tree. Then there's a dog running off with a hot "
        "dog, and his owner, the mother, I guess, is running behind him. There's a picnic all set out on a red and "
        "white blanket with a basket, some cheese and an apple. "
        "Two swans in the lake, a man rowing and a woman swimming.",
        13,
    ),
    (
        "B",
        "A busy street scene. There's a coach going one way and a girl on a bicycle. Somebody dropped their shopping "
        "bag and the apples are rolling all over the pavement. There's a fellow in a wheelchair waiting at the lights. "
        "And a chap's gone up a ladder to fetch the cat out of the tree. Office block, shop, house.",
        15,
    ),
    (
        "C",
        "It's a farmyard. Goat's got hold of the lady's dress that was on the line and she's running to stop it. The "
        "farmer's kneeling down to put the wheel back on the tractor. Somebody's up a ladder picking apples. A girl in "
        "pink is feeding the chickens. There's a cow in the field and rain coming.",
        14,
    ),
    (
        "D",
        "A train is about to leave the station, and a man is running to catch it, and his suitcase has come open, his "
        "clothes are spilling out. A lady's waving from the train. A child has let go of a balloon. There's a busker "
        "playing the accordion with a hat for money. Two birds are pecking at bread. It's nine o'clock. Mountains.",
        15,
    ),
    ("A", "The sun is shining. Everything is green. It reminds me of my holidays with my wife in Bavaria.", 0),
    ("B", "There is a thing and the thing is going there, you know, the other one, that goes up and down.", 0),
]


@pytest.mark.parametrize(("form", "text", "by_hand"), NATURAL)
def test_natural_descriptions_come_within_one_unit_of_a_count_by_hand(form: str, text: str, by_hand: int) -> None:
    assert abs(scored(form, text).values["units"] - by_hand) <= 1


def test_utterances_are_measured_where_the_transcript_tells_where_they_end() -> None:
    values = scored("A", "A man rows a boat, um, because he likes the lake. A dog runs.").values
    assert (values["mean_utterance_length"], values["subordinators_per_utterance"]) == (6.5, 0.5)
    assert "mean_utterance_length" not in scored("A", "a man rows a boat because he likes the lake a dog runs").values
    assert "mean_utterance_length" not in scored("A", "A dog runs. A man rows.").values


def test_words_and_times_that_disagree_give_no_times_and_no_interval() -> None:
    score = scored("A", "a dog runs", **heard("a cat runs"))
    assert score.expected is None
    assert score.interval_90 is None
    assert score.evidence[0].onset_s is None


def test_latency_runs_from_the_picture_to_the_first_word_that_is_no_filler() -> None:
    text = "um a dog"
    assert scored("A", text, recording_onset_s=-0.25, **heard(text)).values["latency"] == pytest.approx(1.25)
    assert "latency" not in scored("A", text, **heard(text)).values


def test_what_is_begun_after_ninety_seconds_does_not_count() -> None:
    text = "a dog " + " ".join(["and"] * 10) + " kite"
    score = scored("A", text, **heard(text, every_s=8))
    assert units_told(score, "A") == "thing_2"


def test_uncertain_hearing_is_in_the_expected_value_and_goes_to_a_person() -> None:
    text = "there is a dog and a boat and a kite on the lake"
    sure, unsure = scored("A", text, **heard(text)), scored("A", text, **heard(text, confidence=0.4))
    assert sure.values["units"] == unsure.values["units"] == 4
    assert sure.expected == pytest.approx(3.8)
    assert sure.status == "scored"
    assert unsure.expected == pytest.approx(1.6)
    assert unsure.interval_90 is not None
    assert unsure.interval_90[0] < 1.6 < unsure.interval_90[1]
    assert (unsure.status, unsure.reason) == ("needs_review", "Some units were not heard surely.")


def test_a_unit_told_twice_counts_once_and_as_surely_as_its_surest_mention() -> None:
    words = tuple(
        Word(one, at, at + 0.4, 0.3 if at == 1 else 0.9) for at, one in enumerate(["the", "dog", "and", "the", "dog"])
    )
    score = scored("A", "the dog and the dog", words=words)
    assert (score.values["units"], score.expected) == (1, 0.9)


@pytest.mark.parametrize("text", ["I can't see the picture", "there is no picture, the screen is black", "I'm blind"])
def test_whoever_does_not_see_the_picture_goes_to_a_person(text: str) -> None:
    score = scored("A", text)
    assert score.status == "needs_review"
    assert "may not have seen" in (score.reason or "")


def test_silence_is_no_description() -> None:
    nothing = scored("A", "um ... er")
    assert (nothing.status, nothing.values) == ("not_scorable", {})
    silent = scored("A", "", is_silence=True, reason="No voice was heard.")
    assert (silent.status, silent.values) == ("needs_review", {"units": 0.0, "words": 0.0})


def test_i_do_not_know_is_told_as_nothing_and_seen_by_a_person() -> None:
    score = scored("A", "I don't know")
    assert (score.status, score.values["units"], score.values["words"]) == ("needs_review", 0, 0)


def test_an_unknown_form_or_language_is_told() -> None:
    with pytest.raises(NotFound, match="form Z"):
        scored("Z", "a dog")
    with pytest.raises(NotFound, match="language"):
        scored("A", "ein Hund", locale="de")
    with pytest.raises(InvalidInput, match="form"):
        score_question(
            "picture_description", QuestionContext("picture_description", "scene_a", "en"), SpokenAnswer("a")
        )


def test_measures_are_those_that_have_a_basis_and_a_missing_answer_has_none() -> None:
    part = catalogue().make_plan("full", "en", 3)["parts"]
    own = next(one for one in part if one["instrument"] == "picture_description")
    item = own["questions"][0]["item_id"]
    form = own["questions"][0]["parameters"]["form"]
    answered = AnsweredQuestion(
        item, 1, is_practice=False, parameters={}, score=scored(form, WHOLE[form]), skipped_reason=None
    )
    result = score_instrument("picture_description", [answered], own)
    assert {one.name for one in result.measures} == set(answered.score.values if answered.score else ())
    assert next(one for one in result.measures if one.name == "units").value == 15
    missing = score_instrument("picture_description", [], own)
    assert missing.status == "not_scorable"
    assert {one.name for one in missing.measures} == set(UNITS)


def test_nothing_that_the_browser_gets_names_what_is_in_the_picture() -> None:
    for seed in range(8):
        plan = catalogue().make_plan("full", "en", seed)
        own = next(one for one in plan["parts"] if one["instrument"] == "picture_description")
        question = own["questions"][0]
        shown = re.findall(
            r"[a-z]+", " ".join([question["title"], question["item_id"], question["stimulus"]["image"]]).lower()
        )
        form = question["parameters"]["form"]
        assert scored(form, " ".join(shown)).values["units"] == 0


def test_the_forms_have_figures_that_are_alike() -> None:
    with (FOLDER / "picture_description" / "forms.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["form"]: row for row in csv.DictReader(file)}
    assert list(rows) == list(FORMS)
    for form, row in rows.items():
        drawing = (PICTURES / f"scene_{form.lower()}.svg").read_text(encoding="utf-8")
        drawn = re.findall(r"<(?:path|circle|ellipse|rect|line|polyline|polygon|use)\b", drawing)
        assert (int(row["units"]), int(row["drawn_elements"])) == (
            len(units_of(form, "en", has_more=True).units),
            len(drawn),
        )
    for name, most in {"zipf": 0.35, "lowest_zipf": 0.6, "letters_a_word": 2.0}.items():
        values = [float(row[name]) for row in rows.values()]
        assert max(values) - min(values) <= most, name


@pytest.mark.parametrize("form", FORMS)
def test_a_scene_is_a_small_drawing_of_its_own_without_text_script_or_reference(form: str) -> None:
    text = (PICTURES / f"scene_{form.lower()}.svg").read_text(encoding="utf-8")
    assert len(text.encode()) < 80_000
    assert not re.search(r"<(script|text|image|use|style|foreignObject|a)\b|href|url\(|\son\w+=", text)
    assert re.findall(r"https?://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("form", FORMS)
def test_the_simulated_participant_names_things_of_the_scene(form: str) -> None:
    told = scored(form, ", ".join(THINGS[f"scene_{form.lower()}"]))
    assert told.values["units"] >= 3


@given(st.lists(st.sampled_from([*WHOLE["A"].split(), "no", "not", "sorry,", "um"]), max_size=40))
def test_every_description_is_scored_with_one_point_a_unit_at_most(words: list[str]) -> None:
    text = " ".join(words)
    score = scored("A", text, **heard(text))
    told = [one for one in score.evidence if one.label == "unit"]
    assert len(told) == score.values.get("units", 0) <= 15
    assert sum(one.points for one in score.evidence) == len(told)
    assert score.values.get("types", 0) <= score.values.get("words", 0)
