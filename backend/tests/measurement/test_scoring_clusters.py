"""Clusters and switches of words named in a minute."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitive_assessment.instruments.category_fluency.lexicon import WORDS, lexicon_of, subcategories_of
from cognitive_assessment.instruments.scoring import score_question
from cognitive_assessment.instruments.word_files import read_sets
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.clusters import clusters_in, count_switches, mean_cluster_size
from cognitive_assessment.simulation.vocabulary import THINGS

ANIMALS, FOOD = "animals", "fruits_and_vegetables"


def scored(text: str, item: str = ANIMALS, **answer: object) -> Score:
    context = QuestionContext("category_fluency", item, "en")
    return score_question("category_fluency", context, SpokenAnswer(text=text, **answer))  # type: ignore[arg-type]


# what was said, sizes of its clusters worked out by hand
MINUTES = [
    # three pets are one cluster of size 2, two cats one of 1; a giraffe and a salmon stand alone
    ("dog, cat, hamster, lion, tiger, giraffe, salmon", ANIMALS, [2, 1, 0, 0]),
    ("dog, cat, tiger, lion", ANIMALS, [1, 2]),  # the cat is a pet and one of the cats: it is in both
    ("cow, horse, donkey, pig", ANIMALS, [3]),  # horse and donkey are within the farm
    ("dog", ANIMALS, [0]),
    ("giraffe, salmon, ant", ANIMALS, [0, 0, 0]),  # nothing hangs together
    ("dog, dog, lion", ANIMALS, [1, 0]),  # a repetition is a word like another
    ("dog, hammer, cat", ANIMALS, [0, 0, 0]),  # so is an intrusion, which belongs nowhere
    ("dog, um, let me think, cat", ANIMALS, [1]),  # thinking aloud is not
    ("robin, sparrow, blackbird, shark, cod", ANIMALS, [2, 1]),
    ("lion, zebra, kangaroo, koala, emu, polar bear, penguin", ANIMALS, [1, 2, 1]),
    ("apple, pear, plum, orange, lemon, carrot, potato, turnip, pea, bean", FOOD, [2, 1, 2, 1]),
    ("apple, cherry, peach, mango, pineapple", FOOD, [2, 2, 1]),  # orchard; stones from cherry to mango; the tropics
    ("strawberry, leek, onion, banana", FOOD, [0, 1, 0]),
]


@pytest.mark.parametrize(("text", "item", "sizes"), MINUTES)
def test_clusters_worked_by_hand_after_the_rules_of_troyer_moscovitch_and_winocur_1997(text, item, sizes):
    values = scored(text, item).values
    assert values["mean_cluster_size"] == pytest.approx(sum(sizes) / len(sizes), abs=0.001)
    assert values["switches"] == len(sizes) - 1


def test_the_evidence_names_the_subcategories_of_every_word_and_its_clusters():
    notes = {one.text: one.note for one in scored("um dog, cat, tiger, hammer").evidence}
    assert notes["um"] is None
    assert notes["dog"] == "cluster 1 (dogs, dogs, wolves and foxes, farm, pets)"
    assert notes["cat"] == "cluster 1 and 2 (cats, farm, pets)"
    assert notes["tiger"] == "cluster 2 (asia, cats)"
    assert notes["hammer"] == "cluster 3 (no subcategory)"


def test_what_was_begun_after_the_minute_is_in_no_cluster_and_without_words_there_is_no_size():
    words = tuple(Word(text, at, at + 0.5, 0.99) for text, at in (("dog,", 1.0), ("cat,", 59.9), ("ant", 60.0)))
    values = scored("dog, cat, ant", words=words).values
    assert (values["mean_cluster_size"], values["switches"]) == (1, 0)
    assert "switches" not in scored("I can't think of any").values


@pytest.mark.parametrize("item", [ANIMALS, FOOD])
def test_the_scheme_speaks_of_known_things_and_holds_what_people_name_first(item):
    lexicon = lexicon_of(item, "en")
    names = {**lexicon.borderline, **lexicon.names}
    scheme = read_sets(WORDS / f"{item}_subcategories.txt")
    assert not [member for members in scheme.values() for member in members if member not in names]
    own = subcategories_of(item, "en")
    assert not [thing for thing in THINGS[item] if not own.get(names[thing])]


SETS = st.lists(st.frozensets(st.sampled_from("abcd"), max_size=3), min_size=1, max_size=20)


@given(SETS)
def test_clusters_hold_every_word_share_something_and_are_as_long_as_they_can_be(subcategories):
    clusters = clusters_in(subcategories)
    assert {at for one in clusters for at in range(one.first, one.last)} == set(range(len(subcategories)))
    assert 0 <= mean_cluster_size(clusters) < len(subcategories)
    assert 0 <= count_switches(clusters) < len(subcategories)
    for one in clusters:
        inside = subcategories[one.first : one.last]
        assert one.shared == frozenset.intersection(*inside)
        assert one.shared or one.size == 0
        assert one.last == len(subcategories) or not one.shared & subcategories[one.last]


@given(SETS)
def test_backwards_there_are_as_many_switches(subcategories):
    assert count_switches(clusters_in(subcategories[::-1])) == count_switches(clusters_in(subcategories))
