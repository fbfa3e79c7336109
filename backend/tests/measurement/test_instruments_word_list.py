"""Learning words: recalls as people really give them, by hand; recognition; delay; and the measures of the whole."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments import plan
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.kinds import Given
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.instruments.word_list.lists import words_to_recall
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import Score
from cognitive_assessment.records.speech import Word

LISTS = catalogue().texts["word_list", "en"].word_lists
DEFINITION = catalogue().instruments["word_list"]
GIVEN = {form: LISTS[form] for form in DEFINITION.forms}
# form A is given no more, but scored for whoever had it
PART = plan.part(Given(DEFINITION, catalogue().texts["word_list", "en"], "en", seed=3, form="A", place={}))
PLANNED = {question["item_id"]: question for question in PART["questions"]}
# form A, in the order in which a person heard it
ORDER = "bicycle, comb, glove, ladder, lighthouse, magazine, nurse, sausage, swamp, wallet"
RELATED, OTHER_LIST, FOIL, UNRELATED = "related", "other_list", "foil", "unrelated"

# what was said of form A; words recalled, repetitions, intrusions by kind
ANSWERS: list[tuple[str, int, int, list[str]]] = [
    ("Bicycle, comb, glove, ladder, lighthouse, magazine, nurse, sausage, swamp, wallet.", 10, 0, []),
    ("wallet swamp sausage nurse magazine lighthouse ladder glove comb bicycle", 10, 0, []),
    ("Um, bicycle ... er ... the wallet, and then comb.", 3, 0, []),
    ("bicycles, combs, gloves", 3, 0, []),  # the plural is the word
    ("a light house and a lady's wallet", 2, 0, [UNRELATED]),  # written in two, and a word of nobody's
    ("Wallet, wallet, the wallet.", 1, 2, []),
    ("Wallet, comb. Did I say wallet?", 2, 0, []),  # looking back is no repetition
    ("Comb. I said comb already. Nurse.", 2, 0, []),
    ("Bicycle, scarf, comb.", 2, 0, [RELATED]),  # like glove
    ("Bicycle, doctor, purse.", 1, 0, [RELATED, RELATED]),
    ("Bicycle, cheese.", 1, 0, [RELATED]),  # a foil that is like sausage
    ("Bicycle, candle, diamond.", 1, 0, [OTHER_LIST, OTHER_LIST]),
    ("Bicycle, piano, oven.", 1, 0, [FOIL, FOIL]),
    ("Bicycle, cowboy.", 1, 0, [FOIL]),  # of another form
    ("Bicycle, elephant, giraffe.", 1, 0, [UNRELATED, UNRELATED]),
    ("Bicycle, elephant, elephant.", 1, 1, [UNRELATED]),
    ("Bicycle, the boot, no, the glove.", 2, 0, []),  # taken back at once
    ("Bicycle, scarf, I mean glove.", 2, 0, []),
    ("Bicycle, scarf, sorry, glove.", 2, 0, []),
    ("Bicycle, no, not bicycle. Comb.", 1, 0, []),
    ("I don't know.", 0, 0, []),
    ("I can't remember any of them.", 0, 0, []),
    ("Bicycle. That's all I can remember.", 1, 0, []),
    ("Bicycle, comb, I don't know any more.", 2, 0, []),
    ("Let me think. What else was there? Ladder. My memory is terrible today.", 1, 0, []),
    ("Do I have to say them in any order? Okay. Swamp, nurse.", 2, 0, []),
    ("Say as many words as you can. Swamp, nurse.", 2, 0, []),  # the instruction, said again
    ("There was a ladder and there was a nurse in it.", 2, 0, []),
    ("Ten words. One, bicycle, two, comb, three, ladder.", 3, 0, []),
    ("\u200fBICYCLE and com\u00adb\x00", 2, 0, []),
    ("Lighthause, bicycel", 2, 0, []),  # mistyped, or heard with a letter changed
    ("house", 0, 0, [UNRELATED]),  # a part of a word is not the word
]


def scored(text: str, item_id: str = "learning_1", *, version: int = 3, **fields: Any) -> Score:
    context = QuestionContext("word_list", item_id, "en", expected=ORDER, parameters={"form": "A"})
    score = score_question("word_list", context, SpokenAnswer(text, **fields), version=version)
    assert score.rule == f"word_list@{version}"
    return score


@pytest.mark.parametrize(("text", "recalled", "repetitions", "intrusions"), ANSWERS)
def test_a_recall_counts_each_word_once_and_every_intrusion_by_its_kind(
    text: str, recalled: int, repetitions: int, intrusions: list[str]
) -> None:
    score = scored(text)
    found = [one.label for one in score.evidence if one.label in {RELATED, OTHER_LIST, FOIL, UNRELATED}]
    assert (score.values["recalled"], score.values["repetitions"], found) == (recalled, repetitions, intrusions)
    assert sum(one.points for one in score.evidence) == recalled
    assert [one.label for one in score.evidence].count("missing") == 10 - recalled
    kinds = {f"intrusions_{kind}": intrusions.count(kind) for kind in (RELATED, OTHER_LIST, FOIL, UNRELATED)}
    assert kinds.items() <= score.values.items()


@pytest.mark.parametrize(
    ("text", "recalled", "is_reviewed"),
    [
        ("bicycle. There was no nurse.", 1, True),
        ("bicycle, I don't see a nurse", 1, True),
        ("bicycle. I don't know ... nurse", 2, False),
        ("bicycle, not nurse", 1, False),
        ("Come on, I know this. Bicycle.", 1, False),
        ("come, bicycle", 2, True),
        ("bicycle and come and nurse", 3, True),
    ],
)
def test_a_word_of_which_something_is_denied_does_not_count_and_come_is_comb_only_by_itself(
    text: str, recalled: int, is_reviewed: bool
) -> None:
    score = scored(text)
    assert (score.values["recalled"], score.status == "needs_review") == (recalled, is_reviewed)


# what was said of form A among talk; words recalled, intrusions, and whether a person has to look
TALK: list[tuple[str, int, list[str], bool]] = [
    ("Can you hear me, nurse? Bicycle, comb.", 3, [], True),
    ("Nurse, can you hear me? Bicycle, comb.", 3, [], True),
    ("Can you hear me nurse bicycle comb", 3, [], True),  # as a recogniser without marks writes it
    ("Thank you, nurse. Bicycle, comb.", 3, [], True),
    ("Excuse me, nurse. Bicycle.", 2, [], True),
    ("Please get me the nurse. Bicycle.", 2, [], True),
    ("Where is the nurse? Bicycle.", 2, [], True),
    ("Nurse! Can you help me? Bicycle.", 2, [], True),
    ("Nurse, nurse, I need the toilet. Bicycle.", 2, [], True),
    ("Is the nurse there? Bicycle, comb.", 3, [], True),
    ("Was it the wallet? Bicycle.", 2, [], True),
    ("Bicycle. Do I need my wallet?", 2, [], True),
    ("I saw yesterday that nurse. Comb.", 2, [UNRELATED, UNRELATED], True),
    ("Bicycle. Can you hear me, doctor?", 1, [RELATED], True),  # nor is it surely an intrusion
    ("Can you hear me, nurse? Bicycle, nurse.", 2, [], False),  # it came by itself too
    ("Can you hear me? Bicycle, nurse.", 2, [], False),
    ("Bicycle, comb, can you say them again, ladder, wallet", 4, [], False),  # talk amid answers
    ("What else was there? Nurse.", 1, [], False),  # asked of oneself
    ("What else was there, nurse?", 1, [], False),
    ("I think it was a nurse, and then there was the comb.", 2, [], False),  # what leads to a word is no talk
    ("Bicycle, you know, the comb.", 2, [], False),
    ("Bicycle, I don't know, nurse.", 2, [], False),
    ("I remember the bicycle, the comb and the nurse.", 3, [], False),
    ("Bicycle? Comb?", 2, [], False),  # said unsurely, and said
    ("Let me see. Bicycle, comb. That's all I can remember.", 2, [], False),
]


@pytest.mark.parametrize(("text", "recalled", "intrusions", "is_reviewed"), TALK)
def test_a_word_that_may_have_been_said_to_somebody_counts_and_a_person_looks(
    text: str, recalled: int, intrusions: list[str], is_reviewed: bool
) -> None:
    score = scored(text)
    found = [one.label for one in score.evidence if one.label in {RELATED, OTHER_LIST, FOIL, UNRELATED}]
    assert (score.values["recalled"], found) == (recalled, intrusions)
    assert (score.status == "needs_review", "in talk or in a question" in (score.reason or "")) == (is_reviewed,) * 2
    of_the_first_version = scored(text, version=1)
    assert of_the_first_version.rule == "word_list@1"
    assert of_the_first_version.status == "scored"


def test_what_may_be_talk_widens_the_interval_by_itself() -> None:
    score = scored("Can you hear me, nurse? Bicycle, comb.")
    assert (score.values["recalled"], score.expected, score.interval_90) == (3, 2.5, (2, 3))


@pytest.mark.parametrize(
    ("text", "recalled", "repetitions", "intrusions"),
    [
        ("Light houses, combs.", 2, 0, []),
        ("The light-houses and the mag azines.", 2, 0, []),
        ("A step ladder.", 1, 0, []),
        ("Stepladder, ladder.", 1, 1, []),  # the same word twice
        ("step ladders, hair comb, pork sausages", 3, 0, []),
        ("A pair of gloves and a leather wallet.", 2, 0, []),
        ("Step, ladder.", 1, 0, [RELATED]),  # two words, and one of them is none of the list
        ("Bi cycles, sau sages.", 2, 0, []),
        ("a rope ladder, a boxing glove, a district nurse", 3, 0, []),
        ("house, light", 0, 0, [UNRELATED, RELATED]),
        ("Bicycle, a wellington boot.", 1, 0, [OTHER_LIST]),  # one word of another form, not two
        ("a pocket comb, a hair brush", 1, 0, [RELATED]),  # which is one thing, and like comb
    ],
)
def test_compounds_and_words_cut_in_two_are_the_word(
    text: str, recalled: int, repetitions: int, intrusions: list[str]
) -> None:
    score = scored(text)
    found = [one.label for one in score.evidence if one.label in {RELATED, OTHER_LIST, FOIL, UNRELATED}]
    assert (score.values["recalled"], score.values["repetitions"], found) == (recalled, repetitions, intrusions)
    assert score.status == ("scored" if recalled else "needs_review")


# what was said of the forms that are given now; words recalled, and intrusions
NOW = [
    ("E", "A taxi cab, a gold bracelet, cheddar cheese.", 3, []),
    ("E", "taxicab, taxi", 1, []),  # the same word twice
    ("E", "taxi, cab", 1, [RELATED]),  # two words
    ("E", "a piece of carpet, a bed mattress", 2, []),
    ("E", "cheese sandwich", 1, [OTHER_LIST]),  # another thing; it holds a word all the same
    ("E", "Taxi, dish, pass.", 2, []),
    ("E", "Pass.", 0, []),
    ("E", "Taxi. I give up, that's my lot.", 1, []),
    ("E", "Blimey, it's on the tip of my tongue. Swamp!", 1, []),
    ("F", "a grand piano, a pair of socks, two slices of bacon", 3, []),
    ("F", "electric tooth brush, covered wagon, brown envelope", 3, []),
    ("F", "socks, a pair of them, nurse", 2, []),
    ("G", "gas oven, church tower, bottle of perfume", 3, []),
    ("G", "an airline pilot flying a kite", 2, [UNRELATED]),  # "flying" is no word of a name here
    ("H", "An electric guitar, a flash of lightning, a postage stamp.", 3, []),
    ("H", "thunder and lightning", 1, [RELATED]),  # thunder is another thing
    ("H", "sponge cake", 1, [UNRELATED]),
    ("H", "the butcher's, rubber stamp, fingernail", 3, []),
]


@pytest.mark.parametrize(("form", "text", "recalled", "intrusions"), NOW)
def test_names_that_hold_a_word_of_the_forms_given_now(
    form: str, text: str, recalled: int, intrusions: list[str]
) -> None:
    context = QuestionContext(
        "word_list", "delayed", "en", expected=", ".join(LISTS[form].words), parameters={"form": form}
    )
    score = score_question("word_list", context, SpokenAnswer(text))
    found = [one.label for one in score.evidence if one.label in {RELATED, OTHER_LIST, FOIL, UNRELATED}]
    assert (score.values["recalled"], found, score.rule) == (recalled, intrusions, "word_list@3")


def test_before_the_third_version_giving_up_was_a_word() -> None:
    found = [scored("Bicycle, pass.", version=version).values["intrusions_unrelated"] for version in (2, 3)]
    assert found == [1, 0]


@pytest.mark.parametrize("form", LISTS)
def test_a_compound_is_one_word_of_the_list_and_holds_no_other(form: str) -> None:
    wanted = words_to_recall("word_list", form, "en", has_more=True)
    assert wanted.compounds.keys() > words_to_recall("word_list", form, "en").compounds.keys()
    context = QuestionContext(
        "word_list", "delayed", "en", expected=", ".join(LISTS[form].words), parameters={"form": form}
    )
    for compound, word in wanted.compounds.items():
        score = score_question("word_list", context, SpokenAnswer(compound))
        assert score.values["recalled"] == (word in LISTS[form].words), compound
        assert sum(score.values[f"intrusions_{kind}"] for kind in (RELATED, OTHER_LIST, FOIL, UNRELATED)) == (
            word not in LISTS[form].words
        ), compound
        own = {token for token in compound.split() if token in LISTS[form].words}
        assert own <= {word}


def test_the_place_in_the_list_as_it_was_heard_counts() -> None:
    score = scored("Swamp, bicycle, wallet, nurse, comb")
    assert (score.values["primacy"], score.values["middle"], score.values["recency"]) == (2, 1, 2)
    assert "primacy" not in scored("Swamp", "delayed").values  # after three orders a word has no place


@pytest.mark.parametrize("form", LISTS)
def test_every_word_of_every_form_is_known_and_every_other_one_has_a_kind(form: str) -> None:
    lists = LISTS[form]
    context = QuestionContext(
        "word_list", "learning_2", "en", expected=", ".join(lists.words), parameters={"form": form}
    )
    assert score_question("word_list", context, SpokenAnswer(", ".join(lists.words))).values["recalled"] == 10
    together = [other for name, other in LISTS.items() if name != form and other.series == lists.series]
    others = [word for other in together for word in [*other.words, *other.foils]]
    said = [*lists.foils, *others]
    score = score_question("word_list", context, SpokenAnswer(", ".join(said)))
    assert score.values["recalled"] == 0
    assert score.values["intrusions_unrelated"] == 0
    assert sum(value for name, value in score.values.items() if name.startswith("intrusions_")) == len(said)
    assert {"foil", "other_list", "related"} == set(words_to_recall("word_list", form, "en").strangers.values())


def test_all_words_are_different_and_half_of_the_foils_are_related() -> None:
    every = [word for lists in GIVEN.values() for word in [*lists.words, *lists.foils]]
    assert len(set(every)) == len(every) == 80
    assert all(len(lists.related) == len(lists.unrelated) == 5 for lists in LISTS.values())


def test_no_two_words_of_a_form_begin_or_end_alike() -> None:
    for form, lists in GIVEN.items():
        for one, other in itertools.combinations([*lists.words, *lists.foils], 2):
            assert one[:4] != other[:4], (form, one, other)
            assert one[-3:] != other[-3:], (form, one, other)


def test_a_form_that_is_given_no_more_is_scored_by_the_words_that_were_learnt_and_new_lists_change_nothing() -> None:
    assert set(LISTS) - set(GIVEN) == {"A", "B", "C", "D"}
    assert len({lists.series for lists in GIVEN.values()}) == 1
    own = LISTS["C"]
    asked = ", ".join(own.words)
    context = QuestionContext("word_list", "learning_1", "en", expected=asked, parameters={"form": "C"})
    assert score_question(context.instrument, context, SpokenAnswer(asked)).values["recalled"] == 10
    known = {word for name in "ABCD" for word in [*LISTS[name].words, *LISTS[name].foils]}
    new = {word for lists in GIVEN.values() for word in [*lists.words, *lists.foils]} - known
    assert not new & set(words_to_recall("word_list", "C", "en").strangers)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(ORDER.split(", ")), max_size=25))
def test_what_is_recalled_is_what_was_said_in_any_order(said: list[str]) -> None:
    values = scored(", ".join(said) or "I don't know").values
    assert values["recalled"] == len(set(said))
    assert values["repetitions"] == len(said) - len(set(said))
    assert values["primacy"] + values["middle"] + values["recency"] == values["recalled"]


def words_of(text: str, confidence: float = 0.95) -> tuple[Word, ...]:
    return tuple(Word(word, float(at), at + 0.5, confidence) for at, word in enumerate(text.split()))


def test_the_interval_follows_from_the_confidences_and_from_other_hearings() -> None:
    sure = scored("bicycle comb", words=words_of("bicycle comb", 1.0))
    assert (sure.expected, sure.interval_90, sure.status) == (2.0, (2.0, 2.0), "scored")
    unsure = scored("bicycle comb", words=words_of("bicycle comb", 0.4), alternatives=("bicycle comb glove",))
    assert (unsure.expected, unsure.interval_90) == (0.8, (0.0, 3.0))
    assert (unsure.status, unsure.reason) == ("needs_review", "Some words were not heard surely.")
    assert unsure.evidence[1].onset_s == 1.0


@pytest.mark.parametrize(
    ("text", "fields", "reason"),
    [
        ("bicycle elephant", {"words": words_of("bicycle elephant")}, "Some words are not in the list"),
        ("hello hello", {}, "Nothing that was said is in the list"),
        ("bicycle", {"needs_review": True, "reason": "The recording is noisy."}, "The recording is noisy."),
        ("lighthause", {}, "with a letter changed"),
        ("bicycle, no, comb", {}, "may have been taken back"),
        ("bicycle, cone", {}, "recognised by its sound"),
    ],
)
def test_what_is_doubtful_is_shown_to_a_reviewer(text: str, fields: dict[str, Any], reason: str) -> None:
    score = scored(text, **fields)
    assert score.status == "needs_review"
    assert reason in (score.reason or "")


def test_silence_is_scored_only_when_it_was_asked_twice_and_not_knowing_is_an_answer() -> None:
    assert scored("").status == "not_scorable"
    asked_twice = scored("", is_silence=True)
    assert (asked_twice.status, asked_twice.values["recalled"]) == ("needs_review", 0)
    assert scored("I don't know").status == "scored"


def test_without_the_list_nothing_is_scored() -> None:
    with pytest.raises(InvalidInput, match="list of this question"):
        score_question("word_list", QuestionContext("word_list", "learning_1", "en"), SpokenAnswer("bicycle"))
    context = QuestionContext("word_list", "learning_1", "en", expected=ORDER, parameters={"form": "Z"})
    with pytest.raises(InvalidInput, match="no list Z"):
        score_question("word_list", context, SpokenAnswer("bicycle"))


def test_a_plan_has_three_orders_a_delay_and_ten_foils() -> None:
    orders = [PLANNED[f"learning_{number}"]["expected"].split(", ") for number in (1, 2, 3)]
    assert all(sorted(order) == sorted(LISTS["A"].words) for order in orders)
    assert all(len(set(words)) == 3 for words in zip(*orders, strict=True))  # no word twice at the same place
    assert all(earlier[-1] != later[0] for earlier, later in itertools.pairwise(orders))
    stimulus = PLANNED["learning_1"]["stimulus"]
    assert [path.rpartition("/")[2] for path in stimulus["audio"]] == [f"{word}.ogg" for word in orders[0]]
    assert stimulus["interval_ms"] == 2000
    assert PLANNED["delayed"]["not_before"] == {"after": "learning_3", "delay_s": 300, "longest_s": 2700}
    assert sorted(PLANNED["recognition"]["parameters"]["words"]) == sorted([*LISTS["A"].words, *LISTS["A"].foils])


# --- recognition ---


def recognised(says_yes: Any, *, time_ms: float = 900.0, **summary: Any) -> Score:
    planned = PLANNED["recognition"]
    trials = tuple(
        {
            "position": at,
            "word": word,
            "response": says_yes(word),
            "onset_ms": at * 1000.0,
            "reaction_time_ms": time_ms,
            "input": "touch",
        }
        for at, word in enumerate(planned["parameters"]["words"])
    )
    context = QuestionContext(
        "word_list", "recognition", "en", expected=planned["expected"], parameters=planned["parameters"]
    )
    answer = TouchResponse(trials, {"completed": True, "duration_ms": 20_000.0, "interruption_count": 0, **summary})
    return score_question("word_list", context, answer)


def test_all_old_and_no_new_words_are_as_good_as_ten_and_ten_can_be() -> None:
    score = recognised(lambda word: word in LISTS["A"].words)
    assert score.status == "scored"
    assert score.values["hits"] == 10
    assert (score.values["false_alarms"], score.values["criterion"]) == (0, 0)
    assert score.values["d_prime"] == pytest.approx(3.381, abs=1e-3)


def test_a_foil_that_is_like_a_word_is_a_false_alarm_of_its_own_kind() -> None:
    score = recognised(lambda word: word in [*LISTS["A"].words, "cheese", "piano"])
    assert (score.values["false_alarms"], score.values["false_alarms_related"]) == (2, 1)
    texts = {one.text: one.label for one in score.evidence}
    assert texts["cheese (related foil): yes"] == texts["piano (foil): yes"] == "false_alarm"
    assert texts["kite (foil): no"] == "correct_rejection"


@pytest.mark.parametrize(
    ("says_yes", "fields", "reason"),
    [
        (lambda _: True, {}, "Every word was given the same answer."),
        (lambda _: False, {}, "Every word was given the same answer."),
        (lambda word: word in LISTS["A"].words, {"time_ms": 120.0}, "20 answers came faster"),
        (lambda word: word in LISTS["A"].words, {"interruption_count": 2}, "interrupted 2 times"),
    ],
)
def test_answers_that_cannot_be_meant_go_to_a_reviewer(says_yes: Any, fields: dict[str, Any], reason: str) -> None:
    score = recognised(says_yes, **fields)
    assert score.status == "needs_review"
    assert reason in (score.reason or "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda trials: trials[:-1], "19 of 20 words were answered."),
        (lambda trials: [*trials, trials[-1]], "21 of 20 words were answered."),
        (lambda trials: [{**trials[0], "word": "zebra"}, *trials[1:]], "not those of this session's plan"),
        (lambda trials: [{}, *trials[1:]], "not complete"),
    ],
)
def test_a_block_that_is_not_whole_is_not_scored(change: Any, reason: str) -> None:
    planned = PLANNED["recognition"]
    trials = [
        {"position": at, "word": word, "response": True, "onset_ms": 0.0, "reaction_time_ms": 900.0}
        for at, word in enumerate(planned["parameters"]["words"])
    ]
    context = QuestionContext(
        "word_list", "recognition", "en", expected=planned["expected"], parameters=planned["parameters"]
    )
    score = score_question("word_list", context, TouchResponse(tuple(change(trials)), {}))
    assert (score.status, score.values) == ("not_scorable", {})
    assert reason in (score.reason or "")


# --- the whole ---

START = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)


def answered(texts: dict[str, str], *, delay_s: float = 320.0, without: tuple[str, ...] = ()) -> list[AnsweredQuestion]:
    """Answers to the whole of form A; the delayed recall is put `delay_s` after the last trial was answered."""
    found = []
    for at, (item_id, planned) in enumerate(PLANNED.items()):
        if item_id in without:
            continue
        put = START + dt.timedelta(seconds=100.0 * at)
        if item_id == "delayed":
            put = found[-1].answered_at + dt.timedelta(seconds=delay_s)  # type: ignore[operator]
        if item_id == "recognition":
            score = recognised(lambda word: word in LISTS["A"].words)
        else:
            context = QuestionContext(
                "word_list", item_id, "en", expected=planned["expected"], parameters=planned["parameters"]
            )
            score = score_question("word_list", context, SpokenAnswer(texts[item_id]))
        end = put + dt.timedelta(seconds=30)
        found.append(AnsweredQuestion(item_id, 1, False, planned["parameters"], score, None, put, end))
    return found


SAID = {
    "learning_1": "bicycle, comb, glove, ladder, scarf",
    "learning_2": "bicycle, comb, glove, ladder, nurse, swamp, comb",
    "learning_3": "bicycle, comb, glove, ladder, nurse, swamp, wallet, magazine",
    "delayed": "bicycle, comb, glove, nurse, swamp, wallet, elephant",
}


def measured(texts: dict[str, str] = SAID, **fields: Any) -> dict[str, Any]:
    result = score_instrument("word_list", answered(texts, **fields), PART)
    return {measure.name: measure for measure in result.measures}


def test_the_measures_of_the_whole_by_hand() -> None:
    found = measured()
    values = {name: measure.value for name, measure in found.items()}
    expected = {
        "trial_1": 4, "trial_2": 6, "trial_3": 8, "total_learning": 18, "learning_slope": 2.0, "delayed_recall": 6,
        "savings": 75.0, "repetitions": 1, "intrusions_related": 1, "intrusions_unrelated": 1,
        "intrusions_other_list": 0, "intrusions_foil": 0, "hits": 10, "false_alarms": 0, "criterion": 0,
    }  # fmt: skip
    assert expected.items() <= values.items()
    assert values["delay"] == pytest.approx(5.33)
    assert {measure.status for measure in found.values()} == {"scored"}
    assert found["total_learning"].interval_90 == (18.0, 18.0)
    words = {measure.name for measure in catalogue().instruments["word_list"].measures}
    assert set(found) == words


def test_primacy_and_recency_are_shares_of_what_was_heard_first_and_last() -> None:
    first = {item: ", ".join(PLANNED[item]["expected"].split(", ")[:3]) for item in SAID}
    values = {name: measure.value for name, measure in measured(first).items()}
    assert (values["primacy"], values["middle"], values["recency"]) == (100.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("delay_s", "reason"), [(200.0, "instead of at least 5 min"), (4000.0, "instead of at most 45 min")]
)
def test_a_delay_that_was_not_kept_is_told_with_the_delay_that_passed(delay_s: float, reason: str) -> None:
    found = measured(delay_s=delay_s)
    for name in ("delayed_recall", "savings", "delay"):
        assert found[name].status == "needs_review"
        assert reason in (found[name].reason or "")
    assert found["total_learning"].status == "scored"
    assert found["delay"].value == pytest.approx(delay_s / 60, abs=0.01)


def test_a_delay_that_clocks_disagree_about_by_a_second_was_kept() -> None:
    assert measured(delay_s=299.0)["delay"].status == "scored"


def test_savings_of_nothing_cannot_be_told() -> None:
    found = measured({**SAID, "learning_3": "I don't know"})
    assert "savings" not in found
    assert found["delayed_recall"].value == 6


@pytest.mark.parametrize(
    ("missing", "gone", "kept"),
    [
        (
            "learning_2",
            {"trial_2", "total_learning", "learning_slope", "repetitions", "primacy"},
            {"trial_1", "savings"},
        ),
        ("delayed", {"delayed_recall", "savings", "intrusions_foil"}, {"total_learning", "hits"}),
        ("recognition", {"hits", "d_prime"}, {"delayed_recall", "total_learning"}),
    ],
)
def test_what_rests_on_a_missing_answer_is_not_scored_and_the_rest_is(
    missing: str, gone: set[str], kept: set[str]
) -> None:
    found = measured(without=(missing,))
    assert {found[name].status for name in gone} == {"not_scorable"}
    assert all("there is no answer" in (found[name].reason or "") for name in gone)
    assert {found[name].status for name in kept} == {"scored"}
