"""Sentence repetition: sentences as people say them again, word by word."""

from __future__ import annotations

import csv

import pytest

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.catalogue import FOLDER, catalogue
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.instruments.sentence_repetition.sentence_v1 import alike
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.speech.spoken_text import tokens_of

CUP = "She put the green cup back upstairs."
TEXTS = catalogue().texts["sentence_repetition", "en"]
BREAD = "Before the wedding she drove quickly towards the village and bought fresh bread."

# what was said of "She put the green cup back upstairs", words right, words in order, whole sentence
ANSWERS = [
    ("She put the green cup back upstairs.", 7, 7, 1),
    ("she put the green cup back upstairs", 7, 7, 1),
    ("Um, she put ... er ... the green cup back upstairs.", 7, 7, 1),
    ("She put the green cup back up stairs.", 7, 7, 1),
    ("She put the green cup upstairs.", 6, 6, 0),
    ("She put the green cup back upstairs, I think.", 7, 7, 1),
    ("Okay. She put the green cup back upstairs. Is that right?", 7, 7, 1),
    ("She put the, the green cup back upstairs.", 7, 7, 1),
    ("She put, she put the green cup back upstairs.", 7, 7, 1),
    ("She put the red, no, the green cup back upstairs.", 7, 7, 1),
    ("She put the red sorry green cup back upstairs.", 7, 7, 1),
    ("She put the red cup. Let me start again. She put the green cup back upstairs.", 7, 7, 1),
    ("She put the green cup back. Let me try again. I can't.", 6, 6, 0),
    ("She put the red cup back upstairs.", 6, 6, 0),
    ("She put the nice green cup back upstairs.", 7, 7, 0),  # all there, and one more
    ("She put the cup green back upstairs.", 7, 6, 0),  # all there, two exchanged
    ("Upstairs she put back the green cup.", 7, 5, 0),
    ("She put the green cups back upstairs.", 6, 6, 0),
    ("He put the green cup back downstairs.", 5, 5, 0),
    ("Something about a green cup.", 2, 2, 0),
    ("cup", 1, 1, 0),
    ("the cup, the cup, the cup", 2, 2, 0),  # counts as often as it stands in the sentence
    ("I don't know", 0, 0, 0),
    ("I can't remember any of that", 0, 0, 0),
    ("\u200fSHE put the gre\u00aden cup back upstairs\x00", 7, 7, 1),
]


# the sentence, what was said with a remark that holds words of it, words right, and whether a person has to look
REMARKS = [
    ("a6", "Can you repeat that? The woman who sold me these apples", 7, False),
    ("a6", "The woman who sold me these apples. That's all I remember.", 7, False),
    ("a6", "The woman who sold me these apples, that's it.", 7, False),
    ("a6", "The woman who sold me these apples. Mary, who was that at the door?", 7, False),
    ("a6", "The woman who sold me these apples. That was too long for me.", 7, False),
    ("a6", "The woman, what was it, who sold me these apples", 7, False),
    ("a6", "Who was that at the door? The woman who sold me these apples", 7, False),
    ("a6", "I can't remember any of that.", 0, False),
    ("a4", "The neighbour keeps his old. I forget the rest.", 5, False),
    ("a4", "The neighbour keeps his old ... what was the rest?", 5, False),
    ("a4", "The neighbour keeps his old I forget the rest", 5, True),  # without a mark the word may be meant
    ("a4", "The neighbour keeps the rest is gone", 3, True),
    ("a4", "The neighbour keeps, I don't know, behind the shed", 6, False),
    ("a4", "What was it? The neighbour keeps his bike behind the shed all winter.", 9, False),
    ("a4", "The I don't know neighbour", 2, False),  # what goes on with the sentence is none of the remark
    ("a4", "The neighbour, I think, and his old bicycle", 5, False),
    ("a5", "Each sentence is heard only once, and the sentences get longer. After the concert they walked", 5, False),
    ("a5", "After the concert they walked slowly. And that was it, I've forgotten the end.", 6, False),
    ("a5", "After the concert. Something, something. And talked about music.", 7, False),
    ("c5", "Before the wedding she drove. I missed the part about the village.", 7, False),  # "the village" came back
    ("d5", "Behind the station I waited alone. I can't do the rest.", 6, False),  # "I" is a word of the sentence
    ("d6", "If you do not remember all of it, say as much as you can. The girl who lent me that lamp", 7, False),
    ("a2", "She put the green cup back upstairs. Is that the one?", 7, False),
]


def scored(text: str, sentence: str = CUP, *, version: int = 2, **fields: object) -> Score:
    context = QuestionContext("sentence_repetition", "a2", "en", expected=sentence, parameters={"words": 7})
    answer = SpokenAnswer(text, **fields)  # type: ignore[arg-type]
    return score_question("sentence_repetition", context, answer, version=version)


@pytest.mark.parametrize(("text", "right", "in_order", "whole"), ANSWERS)
def test_words_count_wherever_and_also_in_their_order_worked_by_hand(
    text: str, right: int, in_order: int, whole: int
) -> None:
    score = scored(text)
    assert score.values == {"words_right": right, "words_in_order": in_order, "sentences_right": whole}
    assert sum(one.points for one in score.evidence) == right
    assert [one.label for one in score.evidence].count("missing") == 7 - right


@pytest.mark.parametrize(("item_id", "text", "right", "is_reviewed"), REMARKS)
def test_a_remark_brings_back_no_word_of_the_sentence(item_id: str, text: str, right: int, is_reviewed: bool) -> None:
    score = scored(text, TEXTS.stimuli[item_id].text)
    assert (score.values["words_right"], score.status == "needs_review") == (right, is_reviewed)
    assert score.rule == "sentence_repetition@2"


def test_by_the_first_version_a_word_of_a_remark_came_back() -> None:
    said = "Can you repeat that? The woman who sold me these apples"
    found = [scored(said, TEXTS.stimuli["a6"].text, version=version) for version in (1, 2)]
    assert [one.values["words_right"] for one in found] == [8, 7]
    assert [one.values["words_in_order"] for one in found] == [7, 7]


@pytest.mark.parametrize(
    "text",
    [
        "Before the wedding she drove quickly toward the village and bought fresh bred.",
        "before the wedding she drove quickly towards the village, and bought fresh bread",
    ],
)
def test_spelling_and_sound_make_no_difference(text: str) -> None:
    assert scored(text, BREAD).values["sentences_right"] == 1


@pytest.mark.parametrize(("text", "right"), [("The", 1), ("and then", 0), ("Right, okay.", 0), ("now", 0)])
def test_a_small_word_is_an_answer_and_no_silence(text: str, right: int) -> None:
    score = scored(text)
    assert score.values["words_right"] == right
    assert score.status == ("scored" if right else "needs_review")


@pytest.mark.parametrize(
    ("text", "is_reviewed"),
    [
        ("She put the grin cup back upstairs.", True),
        ("She put the green cap back upstairs.", True),
        ("She'd put the green cup back upstairs.", True),
        ("She's put the green cup back upstairs.", True),
        ("She put the blue cup back upstairs.", False),
        ("She put the green jug back upstairs.", False),
        ("She put the cup back upstairs.", False),
        ("She took the green cup back upstairs.", False),
    ],
)
def test_a_word_much_like_the_one_in_whose_place_it_stands_is_looked_at(text: str, is_reviewed: bool) -> None:
    assert (scored(text).status == "needs_review") is is_reviewed


def test_the_forms_are_alike_in_length_and_in_the_frequency_of_their_words() -> None:
    with (FOLDER / "sentence_repetition" / "forms.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["form"]: row for row in csv.DictReader(file)}
    assert list(rows) == catalogue().instruments["sentence_repetition"].forms
    for form, row in rows.items():
        sentences = [text.text for name, text in TEXTS.stimuli.items() if name.startswith(form.lower())]
        words = [token.text for text in sentences for token in tokens_of(text) if token.kind == "word"]
        figures = (len(sentences), len(words), round(sum(map(len, words)) / len(words), 2))
        assert figures == (int(row["sentences"]), int(row["words"]), float(row["letters_a_word"]))
        assert figures[:2] == (6, 60)
    for name, most in {"letters_a_word": 0.5, "zipf_of_rarer": 0.3, "rarer_words": 4, "lowest_zipf": 0.4}.items():
        values = [float(row[name]) for row in rows.values()]
        assert max(values) - min(values) <= most, name


def test_contractions_are_their_words() -> None:
    assert scored("It's not that she can't", "It is not that she cannot").values["sentences_right"] == 1
    assert scored("We didn't", "We did not").values["sentences_right"] == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("She put the green cups back upstairs.", "by little"),
        ("She put the greet cup back upstairs.", "by little"),
        ("What a lovely morning", "Nothing that was said"),
    ],
)
def test_what_a_recogniser_may_have_misheard_goes_to_a_reviewer(text: str, why: str) -> None:
    score = scored(text)
    assert score.status == "needs_review"
    assert why in (score.reason or "")


@pytest.mark.parametrize("text", ["She put the green cup back upstairs.", "She put the cup", "I don't know"])
def test_a_clear_answer_is_scored(text: str) -> None:
    assert scored(text).status == "scored"


@pytest.mark.parametrize("text", ["", "um ... er", "\u200f"])
def test_nothing_said_is_not_scorable(text: str) -> None:
    assert (scored(text).status, dict(scored(text).values)) == ("not_scorable", {})


def test_a_very_long_answer_is_read_too() -> None:
    assert scored("well " * 20_000 + CUP).values["words_right"] == 7


def test_points_lie_where_the_word_was_said_and_another_hearing_widens_the_interval() -> None:
    heard = [("She", 0.99), ("put", 0.99), ("the", 0.99), ("bean", 0.4), ("cup", 0.6), ("back.", 0.99)]
    words = tuple(Word(text, float(at), at + 0.5, confidence) for at, (text, confidence) in enumerate(heard))
    text = " ".join(word for word, _ in heard)
    score = scored(text, words=words, probability_right=0.6, alternatives=(CUP,))
    assert [(one.text, one.label, one.onset_s) for one in score.evidence] == [
        ("she", "right", 0.0), ("put", "right", 1.0), ("the", "right", 2.0), ("green", "missing", None),
        ("cup", "right", 4.0), ("back", "right", 5.0), ("upstairs", "missing", None), ("bean", "added", 3.0),
    ]  # fmt: skip
    assert score.expected == pytest.approx(4.56)
    assert score.interval_90 == (4.0, 7.0)


def test_a_question_without_its_sentence_is_refused() -> None:
    with pytest.raises(InvalidInput, match="sentence"):
        score_question("sentence_repetition", QuestionContext("sentence_repetition", "a1", "en"), SpokenAnswer("x"))


def test_sums_need_every_sentence() -> None:
    questions = [{"item_id": f"a{n}", "title": f"Sentence {n}", "is_practice": False} for n in (1, 2)]
    part = {"instrument": "sentence_repetition", "questions": questions}
    answered = [
        AnsweredQuestion(f"a{n}", 1, is_practice=False, parameters={}, score=scored(text), skipped_reason=None)
        for n, text in ((1, CUP), (2, "She put the cup"))
    ]
    whole = score_instrument("sentence_repetition", answered, part)
    assert [(m.name, m.value) for m in whole.measures] == [
        ("words_right", 11), ("words_in_order", 11), ("sentences_right", 1),
    ]  # fmt: skip
    assert (whole.measures[0].expected, whole.measures[0].interval_90) == (11, (11, 11))
    part_of_it = score_instrument("sentence_repetition", answered[:1], part)
    assert {m.value for m in part_of_it.measures} == {None}
    assert part_of_it.status == "not_scorable"


def test_the_forms_have_sentences_of_the_same_lengths_and_share_none() -> None:
    definition = catalogue().instruments["sentence_repetition"]
    lengths: dict[str, list[int]] = {}
    for item in definition.items:
        count = len(tokens_of(TEXTS.stimuli[item.id].text.rstrip(".")))
        assert item.parameters["words"] == count
        lengths.setdefault(item.form or "", []).append(count)
    assert lengths == {form: [5, 7, 9, 11, 13, 15] for form in definition.forms}
    assert len({text.text for text in TEXTS.stimuli.values()}) == len(definition.items)


def test_every_word_that_sounds_alike_stands_in_a_sentence() -> None:
    words = {token.text for text in TEXTS.stimuli.values() for token in tokens_of(text.text)}
    assert set(alike().values()) - words == set()


def test_the_sentence_is_heard_and_nowhere_shown() -> None:
    plan = catalogue().make_plan("spoken", "en", 7)
    part = next(part for part in plan["parts"] if part["instrument"] == "sentence_repetition")
    for question in part["questions"]:
        assert question["stimulus"]["audio"] == [f"/stimuli/en/sentence_repetition/{question['item_id']}.ogg"]
        shown = {key: value for key, value in question.items() if key not in {"asked", "expected"}}
        assert question["expected"] not in str(shown)
    assert "baker" not in str(catalogue().public_view(None, "en"))
