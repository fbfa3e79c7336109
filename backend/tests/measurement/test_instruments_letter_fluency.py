"""Letter fluency: minutes as an examiner hears them, with every word labelled."""

from __future__ import annotations

import csv

import pytest

from cognitive_assessment.errors import InvalidInput, NotFound
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.letter_fluency.lexicon import LETTERS, WORDS, lexicon_of, names_too
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.instruments.word_files import read_groups, read_words
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.simulation.vocabulary import OTHER_THINGS, THINGS

# letter, what was said, valid words, (repetitions, variants, intrusions)
MINUTES = [
    ("b", "Boy, ball, bat, bag, bat.", "boy, ball, bat, bag", (1, 0, 0)),
    ("b", "ball balls ball", "ball", (1, 1, 0)),
    ("b", "the banana, a bear and a bus", "banana, bear, bus", (0, 0, 0)),
    ("b", "big, bigger, biggest", "big", (0, 2, 0)),
    ("b", "bake, baker, baked, baking", "bake", (0, 3, 0)),
    ("b", "buy, bought, boat", "buy, boat", (0, 1, 0)),
    ("b", "butter, butterfly, buttercup", "butter, butterfly, buttercup", (0, 0, 0)),
    ("b", "black bird, bluebell", "black bird, bluebell", (0, 0, 0)),
    ("b", "B, b b b ... bee, for example", "bee", (0, 0, 1)),
    ("b", "um boy, er, ball but I can't think of any more", "boy, ball", (0, 0, 0)),
    ("b", "Boris, Boston, Britain, bread", "bread", (0, 0, 3)),
    ("m", "Mother, Mary, moon, Manchester", "mother, moon", (0, 0, 2)),
    ("m", "mouse, mice", "mouse", (0, 1, 0)),
    ("m", "monkey ... oh dear, my mind is blank ... mountain", "monkey, mountain", (0, 0, 0)),
    ("m", "Is that a minute? magnet, machine", "magnet, machine", (0, 0, 0)),
    ("m", "mum, mummy, mother, ma", "mum, mummy, mother, ma", (0, 0, 0)),
    ("m", "mmm, oh my goodness, how many do you want? marble", "marble", (0, 0, 0)),
    ("d", "dog, no, not dog, door", "door", (0, 0, 0)),
    ("d", "dance, dancer, dancing, do I go on? duck", "dance, duck", (0, 2, 0)),
    ("d", "I do not know ... donkey", "donkey", (0, 0, 0)),
    ("d", "Derek, David, December, Denmark, daffodil", "daffodil", (0, 0, 4)),
    ("d", "dive, dove, dived", "dive, dove", (0, 1, 0)),
    ("p", "phone, psychology, pneumonia, photo", "phone, psychology, pneumonia, photo", (0, 0, 0)),
    ("p", "paper, pen, I said paper already, pens, pencil", "paper, pen, pencil", (0, 1, 0)),
    ("p", "please give me a moment, plate, pizza, podcast", "plate, pizza, podcast", (0, 0, 0)),
    ("p", "table, lamp, potato", "potato", (0, 0, 2)),
    ("p", "pea 1 potato 2 potatoes 3", "pea, potato", (0, 1, 0)),
    ("b", "Bob, Bill, Ben, Beth", "bob, bill", (0, 0, 2)),
    ("b", "Brazil, Bolivia, Berlin, Bath", "bath", (0, 0, 3)),
    ("d", "David, dog, Don, Dick, Dolly, Daisy, Drew", "dog, don, dick, dolly, daisy, drew", (0, 0, 1)),
    ("m", "Mike, Max, Matt, mop", "mike, max, matt, mop", (0, 0, 0)),
    ("m", "Marseille, Manila, Mecca, Moses, Mars", None, (0, 0, 5)),
    ("p", "Peg, Pat, pot", "peg, pat, pot", (0, 0, 0)),
    ("m", "man, men, make, made", "man, make", (0, 2, 0)),
    ("b", "break, broke, broken, blow, blew, build, built", "break, blow, build", (0, 4, 0)),
    ("b", "bend, bent, bite, bit, beat, beaten", "bend, bite, beat", (0, 3, 0)),
    ("b", "bear, bore, borne, born, boring, bake, bakery", "bear, boring, bake", (0, 4, 0)),
    ("d", "dig, dug, drive, drove, draw, drawn, drink, drunk", "dig, drive, draw, drink", (0, 4, 0)),
    ("d", "do, done, datum, data, dark, darken", "do, datum, dark", (0, 3, 0)),
    ("p", "pay, paid, prove, proven, person, people", "pay, prove, person", (0, 3, 0)),
    ("d", "dog. dunno any more", "dog", (0, 0, 0)),
    ("d", "dog, duh", "dog", (0, 0, 0)),
    ("d", "dog. damn it, I don't know. door", "dog, door", (0, 0, 0)),
    ("p", "I don't know", None, (0, 0, 0)),
    ("p", "\u200fPAPER,\x00 pepper\u2019s, p\u00e9n", "paper, pepper", (0, 0, 1)),
]


def scored(letter: str, text: str, **fields: object) -> Score:
    context = QuestionContext("letter_fluency", f"letter_{letter}", "en", parameters={"letter": letter})
    return score_question("letter_fluency", context, SpokenAnswer(text, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(("letter", "text", "answer", "others"), MINUTES)
def test_words_count_once_by_stem_and_without_names_worked_by_hand(
    letter: str, text: str, answer: str | None, others: tuple[int, int, int]
) -> None:
    score = scored(letter, text)
    values = score.values
    assert score.answer == answer
    assert (values["repetitions"], values["variants"], values["intrusions"]) == others
    assert values["valid"] == len((answer or "").split(", ")) * bool(answer) == sum(e.points for e in score.evidence)


@pytest.mark.parametrize("text", ["boy, ball, boy", "but I can't think of anything", "be honest, I don't know ... bed"])
def test_clear_words_are_scored_without_a_reviewer(text: str) -> None:
    assert scored("b", text).status == "scored"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("boy. but. ball", "about the task only"),
        ("boy, biscit", "a letter changed"),
        ("boy, Boston", "are names"),
        ("boy, blorf", "not in the list"),
        ("boy, Bill", "names of people or places"),
        ("boy, bath", "names of people or places"),
    ],
)
def test_what_could_be_meant_otherwise_goes_to_a_reviewer(text: str, why: str) -> None:
    score = scored("b", text)
    assert score.status == "needs_review"
    assert why in (score.reason or "")


@pytest.mark.parametrize("text", ["", "um ... er", "\u200f"])
def test_nothing_said_is_not_scorable(text: str) -> None:
    assert (scored("b", text).status, dict(scored("b", text).values)) == ("not_scorable", {})


def test_words_lie_in_their_quarter_count_only_in_time_and_doubt_widens_the_interval() -> None:
    heard = [("boy,", 1.0, 0.99), ("ball,", 16.0, 0.4), ("but", 20.0, 0.9), ("I", 20.2, 0.9), ("bed", 44.9, 0.99)]
    heard += [("bread", 46.0, 0.99), ("bus.", 60.0, 0.99)]
    words = tuple(Word(text, at, at + 0.2, confidence) for text, at, confidence in heard)
    score = scored("b", "boy, ball, but I bed bread bus.", words=words, probability_right=0.9)
    assert score.answer == "boy, ball, bed, bread"
    quarters = ("first", "second", "third", "fourth")
    assert [score.values[f"valid_{name}_quarter"] for name in quarters] == [1, 1, 1, 1]
    assert (score.evidence[-1].text, score.evidence[-1].label) == ("bus", "ignored")
    assert score.expected == pytest.approx(3.37)
    assert score.interval_90 == (3.0, 4.0)
    assert "not heard surely" in (score.reason or "")


def test_an_item_without_its_letter_and_an_unknown_letter_are_refused() -> None:
    with pytest.raises(InvalidInput, match="letter"):
        score_question("letter_fluency", QuestionContext("letter_fluency", "letter_b", "en"), SpokenAnswer("boy"))
    with pytest.raises(NotFound, match="letter q"):
        lexicon_of("q", "en")


def test_the_measures_are_the_one_questions_and_nothing_without_an_answer() -> None:
    part = {
        "instrument": "letter_fluency",
        "questions": [{"item_id": "letter_b", "title": "Words with B in 60 seconds", "is_practice": False}],
    }
    score = scored("b", "boy, ball")
    answered = AnsweredQuestion("letter_b", 1, is_practice=False, parameters={}, score=score, skipped_reason=None)
    measures = {m.name: m for m in score_instrument("letter_fluency", [answered], part).measures}
    assert (measures["valid"].value, measures["valid"].interval_90) == (2, (2, 2))
    assert measures["valid_first_quarter"].status == "not_scorable"  # typed, so without times
    missing = score_instrument("letter_fluency", [], part)
    assert {m.value for m in missing.measures} == {None}


def test_every_form_has_a_letter_of_its_own_with_a_list() -> None:
    definition = catalogue().instruments["letter_fluency"]
    assert [item.form for item in definition.items] == definition.forms
    assert sorted(item.parameters["letter"] for item in definition.items) == sorted(LETTERS)


@pytest.mark.parametrize("letter", LETTERS)
def test_a_list_holds_words_of_its_letter_only_each_once_and_each_family_names_a_member(letter: str) -> None:
    with (WORDS / f"{letter}.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["word"]: row["family"] for row in csv.DictReader(file)}
    assert len(rows) > 4000
    assert all(word.startswith(letter) and word.isascii() and word.islower() for word in rows)
    assert set(rows.values()) <= set(rows)
    assert list(rows) == sorted(rows)


def test_what_the_table_of_irregular_forms_calls_a_variant_is_in_one_family_with_its_word() -> None:
    families = {word: name for letter in LETTERS for word, name in lexicon_of(letter, "en").names.items()}
    apart = read_groups(WORDS / "apart.txt")
    table = read_groups(WORDS / "variants.txt")
    pairs = [(word, base) for word, base in table.items() if {word, base} <= families.keys() and word not in apart]
    assert len(pairs) > 200
    assert [pair for pair in pairs if families[pair[0]] != families[pair[1]]] == []


def test_a_name_is_refused_or_counts_for_review_and_never_both() -> None:
    known = {word for letter in LETTERS for word in lexicon_of(letter, "en").names}
    assert known.isdisjoint(read_words(WORDS / "names_refused.txt"))
    assert names_too() <= known


@pytest.mark.parametrize("letter", LETTERS)
def test_what_the_simulated_participant_says_is_valid_and_what_strays_is_not(letter: str) -> None:
    things = THINGS[f"letter_{letter}"]
    assert scored(letter, ", ".join(things)).values["valid"] == len(things)
    assert scored(letter, ", ".join(OTHER_THINGS)).values["valid"] == 0
