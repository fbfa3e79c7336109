"""What counts as an animal, what as the same one again, and what does not belong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitive_assessment.errors import NotFound
from cognitive_assessment.instruments.category_fluency.lexicon import lexicon_of, subcategories_of
from cognitive_assessment.instruments.scoring import score_instrument, score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.fluency import is_one_edit_apart

EVERYDAY = (
    "dog", "cat", "horse", "cow", "pig", "sheep", "goat", "chicken", "duck", "goose", "turkey", "rabbit", "mouse",
    "rat", "hamster", "lion", "tiger", "elephant", "giraffe", "zebra", "monkey", "gorilla", "chimpanzee", "bear",
    "wolf", "fox", "deer", "moose", "elk", "squirrel", "raccoon", "skunk", "beaver", "otter", "badger", "hedgehog",
    "kangaroo", "koala", "camel", "llama", "donkey", "rhino", "hippo", "crocodile", "alligator", "snake", "lizard",
    "turtle", "tortoise", "fish", "frog", "toad", "shark", "whale", "dolphin", "seal", "walrus", "penguin",
    "ostrich", "eagle", "hawk", "robin", "sparrow", "crow", "parrot", "pigeon", "swan", "flamingo", "peacock",
    "bee", "wasp", "ant", "fly", "mosquito", "spider", "butterfly", "moth", "beetle", "worm", "snail", "slug",
    "crab", "lobster", "octopus", "squid", "jellyfish", "starfish", "bat", "cheetah", "leopard", "jaguar",
    "panther", "cougar", "lynx", "hyena", "buffalo", "bison", "antelope", "gazelle", "gnu", "mole", "ferret",
    "weasel", "mink", "possum", "armadillo", "sloth", "owl",
)  # fmt: skip


def scored(text: str, item: str = "animals", **answer: object) -> Score:
    context = QuestionContext("category_fluency", item, "en")
    return score_question("category_fluency", context, SpokenAnswer(text=text, **answer))  # type: ignore[arg-type]


def labels(text: str, item: str = "animals") -> dict[str, str]:
    return {one.text: one.label for one in scored(text, item).evidence}


def counts(text: str, item: str = "animals") -> tuple[float, float, float]:
    values = scored(text, item).values
    return values["valid"], values["repetitions"], values["intrusions"]


def test_everyday_animals_count():
    assert counts(", ".join(EVERYDAY)) == (len(EVERYDAY), 0, 0)


def test_without_any_marks_too():
    assert counts(" ".join(EVERYDAY)) == (len(EVERYDAY), 0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "mouse, mice", "goose, geese", "ox, oxen", "wolf, wolves", "sheep, sheep", "pony, ponies", "fox, foxes",
        "hippo, hippopotamus", "rhinoceros, rhinos", "cat, kitty", "dog, doggies", "puma, mountain lion",
        "killer whale, orca",
        "crocodile, croc", "octopus, octopi", "budgie, parakeet", "bullfrog, bull frog", "guinea pig, guinea pigs",
    ],
)  # fmt: skip
def test_plurals_and_synonyms_are_repetitions(text):
    assert counts(text) == (1, 1, 0)


@pytest.mark.parametrize(
    "text", ["cow, bull, calf", "dog, poodle, puppy", "bird, robin, eagle", "black bear, brown bear, bear"]
)
def test_breeds_ages_and_kinds_each_count(text):
    assert counts(text) == (3, 0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "rose", "oak tree", "tulips", "clover", "hammer", "drill", "saw", "monkey wrench", "hot dog", "tiger lily",
        "horseradish",
        "teddy bear", "unicorn", "my uncle Benjamin", "carrot", "table",
    ],
)  # fmt: skip
def test_what_is_no_animal_does_not_count(text):
    valid, repetitions, intrusions = counts(text)
    assert (valid, repetitions) == (0, 0)
    assert intrusions >= 1


def test_the_longest_name_wins():
    assert labels("sea lion, polar bear, guinea pig") == {
        "sea lion": "valid",
        "polar bear": "valid",
        "guinea pig": "valid",
    }


def test_thinking_aloud_is_ignored():
    assert counts("um, let me think, a dog, and then, what else, a big cat, oh dear, I don't know") == (2, 0, 0)


def test_what_is_taken_back_or_looked_back_at():
    assert labels("dog, no not dog, wolf")["wolf"] == "valid"
    assert counts("dog, no not dog, wolf") == (1, 0, 0)
    assert counts("dog, cat, I said dog already, horse") == (3, 0, 0)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("we have no cat, just a dog", 1),
        ("dog. I don't like spiders. horse", 2),
        ("there are no lions here, dog", 1),
        ("I've never seen a wolf, dog", 1),
    ],
)
def test_a_thing_of_which_something_is_denied_does_not_count_and_is_looked_at(text, valid):
    score = scored(text)
    assert (score.values["valid"], score.status) == (valid, "needs_review")


def test_a_comment_that_looks_like_a_plural_names_nothing():
    assert counts("dog, does it count, cat") == (2, 0, 0)
    assert counts("I don't know, a dog, no, cat") == (2, 0, 0)


def test_what_sounds_alike_counts_and_is_looked_at():
    score = scored("dear, guerrilla, aligator")
    assert score.values["valid"] == 3
    assert score.status == "needs_review"


def test_nothing_said_is_not_scorable_and_nothing_found_is_zero():
    assert scored("").status == "not_scorable"
    assert scored("I can't think of any").values["valid"] == 0


def test_quarters_and_uncertainty_follow_from_the_words():
    words = (
        Word("dog", 1.0, 1.4, 0.9),
        Word("cat,", 16.0, 16.4, 0.8),
        Word("hammer", 31.0, 31.5, 0.9),
        Word("horse", 59.0, 59.5, 0.4),
    )
    score = scored("dog cat, hammer horse", words=words, probability_right=0.5)
    quarters = [score.values[f"valid_{name}_quarter"] for name in ("first", "second", "third", "fourth")]
    assert quarters == [1, 1, 0, 1]
    assert score.expected == pytest.approx(0.9 + 0.8 + 0.4)
    assert score.interval_90 == (1, 3)
    assert (score.evidence[0].onset_s, score.evidence[0].offset_s) == (1.0, 1.4)
    assert score.status == "needs_review"


def test_the_instrument_gives_the_counts_or_says_why_not():
    part = {
        "instrument": "category_fluency",
        "rule": "category_fluency@1",
        "questions": [{"item_id": "animals", "title": "Animals", "is_practice": False}],
    }
    given_answer = AnsweredQuestion("animals", 1, False, {}, scored("dog, cat, dog"), None)
    result = score_instrument("category_fluency", [given_answer], part)
    found = {measure.name: measure.value for measure in result.measures}
    assert (found["valid"], found["repetitions"], found["intrusions"]) == (2, 1, 0)
    missing = score_instrument("category_fluency", [], part)
    assert missing.status == "not_scorable"
    assert missing.reason


def test_fruits_and_vegetables():
    assert counts("apple, apples, zucchini, courgette, hammer, dog", "fruits_and_vegetables") == (2, 2, 2)
    assert len(lexicon_of("fruits_and_vegetables", "en").names) >= 300


@pytest.mark.parametrize(
    ("text", "item", "expected", "is_reviewed"),
    [
        ("cock, rooster, cockerel", "animals", (1, 2, 0), False),
        ("donkey, ass", "animals", (1, 1, 0), False),
        ("Mickey Mouse, Donald Duck, mouse", "animals", (1, 0, 2), False),
        ("bat, baseball bat", "animals", (1, 0, 1), False),
        ("turkey, chicken sandwich", "animals", (1, 0, 1), False),
        ("turkey, chicken dopiaza", "animals", (2, 0, 1), True),
        ("anemone, polyp, nymph, drone, larva, hydra", "animals", (6, 0, 0), True),
        ("dog, teapot", "animals", (1, 0, 1), True),  # a word that is not known
        ("leak, leek", "fruits_and_vegetables", (1, 1, 0), True),
        ("pear pair", "fruits_and_vegetables", (1, 1, 0), False),
        ("beet, beat", "fruits_and_vegetables", (1, 1, 0), False),
        ("brockley, carrot", "fruits_and_vegetables", (2, 0, 0), True),
        ("apple pie", "fruits_and_vegetables", (0, 0, 1), False),
        ("tomato ketchup, potato", "fruits_and_vegetables", (1, 0, 1), False),
        ("Granny Smith, Braeburn", "fruits_and_vegetables", (2, 0, 0), False),
        ("parsley, basil, mint", "fruits_and_vegetables", (3, 0, 0), True),
        ("apple, bread, dog", "fruits_and_vegetables", (1, 0, 2), False),
    ],
)
def test_what_is_named_by_another_name_part_of_another_thing_or_on_the_border(text, item, expected, is_reviewed):
    assert counts(text, item) == expected
    assert (scored(text, item).status == "needs_review") is is_reviewed


# what an examiner would have heard; things that count, and those said again
EACH = [
    ("Um, a hen. Chickens. A cockerel and, what's it called, a rooster.", "animals", 3, 1),
    ("hens and chicks and a chicken, a cock", "animals", 4, 0),
    ("worms, an earthworm, a night crawler", "animals", 2, 1),
    ("goat, billy goat, nanny goat, kid", "animals", 4, 0),
    ("a pig, a boar, a sow, a wild boar, piglets, oh and a wild pig", "animals", 5, 1),
    ("fox, red fox, vixen, a cub", "animals", 4, 0),
    ("penguin, emperor penguin, king penguin", "animals", 3, 0),
    ("a mouse, field mice, house mouse, mice", "animals", 3, 1),
    ("gorilla, a silverback gorilla", "animals", 2, 1),
    ("dog, doggy, a mongrel, mutt", "animals", 2, 2),
    ("sparrow, a sparrowhawk, kestrel, hawk", "animals", 4, 0),
    ("puma, cougar, mountain lion", "animals", 1, 2),  # three names of one animal
    ("cat, kitty, pussy cat", "animals", 1, 2),
    ("bunny, rabbit, buck, doe", "animals", 3, 1),
    ("Apple, Granny Smith, Cox, Bramley apples, Bramleys", "fruits_and_vegetables", 4, 1),
    ("tomatoes, cherry tomatoes, plum tomato", "fruits_and_vegetables", 3, 0),
    ("pepper, red pepper, green pepper, bell pepper", "fruits_and_vegetables", 3, 1),
    ("potatoes, spuds, new potatoes, sweet potato", "fruits_and_vegetables", 3, 1),
    ("onion, red onion, spring onion, scallions", "fruits_and_vegetables", 3, 1),
    ("green grapes, grapes, red grapes", "fruits_and_vegetables", 3, 0),
    ("peas, petits pois, mangetout, snow peas", "fruits_and_vegetables", 2, 1),
    ("courgette, zucchini, aubergine, eggplant", "fruits_and_vegetables", 2, 2),
]


@pytest.mark.parametrize(("text", "item", "valid", "repetitions"), EACH)
def test_names_of_sex_young_breed_and_kind_each_count(text, item, valid, repetitions):
    assert counts(text, item)[:2] == (valid, repetitions)


def test_the_first_version_took_some_of_them_for_another_name():
    context = QuestionContext("category_fluency", "animals", "en")
    answer = SpokenAnswer(text="chicken, hen, worm, earthworm")
    found = [score_question("category_fluency", context, answer, version=version).values for version in (1, 2)]
    assert [(one["valid"], one["repetitions"]) for one in found] == [(2, 2), (4, 0)]


@pytest.mark.parametrize("item", ["animals", "fruits_and_vegetables"])
def test_a_kind_that_stands_apart_is_of_the_subcategories_of_its_thing(item):
    before, now = lexicon_of(item, "en"), lexicon_of(item, "en", parts_kinds=True)
    own, of_now = subcategories_of(item, "en"), subcategories_of(item, "en", parts_kinds=True)
    apart = {now.names[name] for name in now.names if now.names[name] != before.names.get(name)}
    assert apart
    assert not [name for name in apart if not of_now[name] >= own.get(before.names.get(name, ""), frozenset())]


def test_the_lexicon_is_large_and_knows_one_language():
    assert len(lexicon_of("animals", "en").names) >= 1000
    with pytest.raises(NotFound):
        lexicon_of("animals", "de")


@given(st.text(max_size=200))
def test_any_text_is_covered_once_and_never_breaks(text):
    score = scored(text)
    if score.status != "not_scorable":
        assert score.values["valid"] <= len(text.split()) + text.count("-") + len(text)
        assert all(one.text for one in score.evidence)


@given(st.lists(st.sampled_from(EVERYDAY), min_size=1, max_size=30))
def test_valid_and_repetitions_add_up(names):
    valid, repetitions, intrusions = counts(", ".join(names))
    assert (valid, repetitions, intrusions) == (len(set(names)), len(names) - len(set(names)), 0)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("giraf", "giraff", True),
        ("tigre", "tiger", True),
        ("tiger", "tiger", False),
        ("lion", "line", False),
        ("a", "abc", False),
    ],
)
def test_one_edit(one, other, expected):
    assert is_one_edit_apart(one, other) is expected


def test_what_was_begun_after_the_minute_does_not_count():
    words = tuple(Word(text, at, at + 0.5, 0.99) for text, at in (("dog,", 1.0), ("cat,", 59.9), ("owl", 60.0)))
    score = scored("dog, cat, owl", words=words)
    assert [one.label for one in score.evidence] == ["valid", "valid", "ignored"]
    assert (score.values["valid"], score.values["valid_fourth_quarter"]) == (2, 1)


def test_words_that_disagree_with_the_text_give_no_interval():
    score = scored("dog, cat", words=(Word("else", 0, 1, 0.9),))
    assert (score.values["valid"], score.expected, score.interval_90) == (2, None, None)


def test_a_silent_minute_asked_twice_is_a_count_of_none_and_reviewed():
    score = scored("", is_silence=True)
    assert (score.status, score.values["valid"]) == ("needs_review", 0)


def test_a_name_does_not_run_over_a_pause():
    together = tuple(Word(text, at, at + 0.4, 0.99) for text, at in (("dog", 0.0), ("cat", 2.0), ("bird", 2.5)))
    apart = tuple(Word(text, at, at + 0.4, 0.99) for text, at in (("dog", 0.0), ("cat", 2.0), ("bird", 4.0)))
    assert [one.text for one in scored("dog cat bird", words=together).evidence] == ["dog", "cat bird"]
    assert [one.text for one in scored("dog cat bird", words=apart).evidence] == ["dog", "cat", "bird"]


def test_without_times_a_name_that_may_be_two_is_reviewed():
    assert scored("dog cat bird").status == "needs_review"
    assert scored("dog, cat, bird").status == "scored"
    assert scored("sea lion, guinea pig, killer whale").status == "scored"
