"""Questionnaires: exact wording, sums and bands as published, and the ways in which people really answer forms."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments import notices
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.kinds import TRIALS
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.simulation import form_trials
from cognitive_assessment.simulation.profiles import PROFILES

SUMMARY = {"duration_ms": 60_000.0, "completed": True, "interruption_count": 0}
FREQUENCY = ("not_at_all", "several_days", "more_than_half", "nearly_every_day")
MOOD = {part["instrument"]: part for part in catalogue().make_plan("mood", "en", 1)["parts"]}
# one point for "no" to 1, 5, 7, 11 and 13, for "yes" to the others (Sheikh and Yesavage 1986)
GDS_KEY = ["no" if number in {1, 5, 7, 11, 13} else "yes" for number in range(1, 16)]


def parameters(slug: str) -> dict[str, Any]:
    found: dict[str, Any] = MOOD[slug]["questions"][0]["parameters"]
    return found


def trial(position: int, item: str, option: str | None, **fields: Any) -> dict[str, Any]:
    made = {
        "position": position,
        "item": item,
        "option": option,
        "onset_ms": 4000.0 * position,
        "reaction_time_ms": None if option is None else 2500.0,
        "time_ms": 4000.0,
        "change_count": 0,
        "input": None if option is None else "touch",
    }
    return made | fields


def trials_of(slug: str, options: list[str | None]) -> list[dict[str, Any]]:
    ids = [item["id"] for item in parameters(slug)["items"]]
    return [trial(at, item, option) for at, (item, option) in enumerate(zip(ids, options, strict=False))]


def score(slug: str, trials: list[dict[str, Any]]) -> Score:
    context = QuestionContext(slug, "form", "en", parameters=parameters(slug))
    return score_question(slug, context, TouchResponse(tuple(trials), SUMMARY))


def frequency(points: str) -> list[str | None]:
    """Answers by their points; `-` for one that was left out."""
    return [None if point == "-" else FREQUENCY[int(point)] for point in points]


def gds(points: str) -> list[str | None]:
    other = {"yes": "no", "no": "yes"}
    return [
        None if point == "-" else key if point == "1" else other[key]
        for point, key in zip(points, GDS_KEY, strict=False)
    ]


def result(slug: str, found: Score | None, skipped: str | None = None) -> InstrumentResult:
    answered = [AnsweredQuestion("form", 1, False, {}, found, skipped)]
    return score_instrument(slug, answered, MOOD[slug])


def words(slug: str) -> list[str]:
    return [item["text"] for item in parameters(slug)["items"]]


def test_the_wording_of_the_phq_9_is_that_of_the_distributed_form() -> None:
    assert words("phq_9") == [
        "Little interest or pleasure in doing things",
        "Feeling down, depressed, or hopeless",
        "Trouble falling or staying asleep, or sleeping too much",
        "Feeling tired or having little energy",
        "Poor appetite or overeating",
        "Feeling bad about yourself — or that you are a failure or have let yourself or your family down",
        "Trouble concentrating on things, such as reading the newspaper or watching television",
        "Moving or speaking so slowly that other people could have noticed? Or the opposite — being so fidgety or "
        "restless that you have been moving around a lot more than usual",
        "Thoughts that you would be better off dead or of hurting yourself in some way",
        "If you checked off any problems, how difficult have these problems made it for you to do your work, take care "
        "of things at home, or get along with other people?",
    ]
    scales = parameters("phq_9")["scales"]
    stem = "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
    assert scales["frequency"]["stem"]["text"] == stem
    options = [(option["text"], option["points"]) for option in scales["frequency"]["options"]]
    assert options == [
        ("Not at all", 0),
        ("Several days", 1),
        ("More than half the days", 2),
        ("Nearly every day", 3),
    ]
    assert [option["text"] for option in scales["difficulty"]["options"]] == [
        "Not difficult at all",
        "Somewhat difficult",
        "Very difficult",
        "Extremely difficult",
    ]


def test_the_wording_of_the_gad_7_is_that_of_the_distributed_form() -> None:
    assert words("gad_7") == [
        "Feeling nervous, anxious or on edge",
        "Not being able to stop or control worrying",
        "Worrying too much about different things",
        "Trouble relaxing",
        "Being so restless that it is hard to sit still",
        "Becoming easily annoyed or irritable",
        "Feeling afraid as if something awful might happen",
    ]
    stem = "Over the last 2 weeks, how often have you been bothered by the following problems?"
    assert parameters("gad_7")["scales"]["frequency"]["stem"]["text"] == stem


def test_the_wording_and_the_key_of_the_gds_15_are_those_of_the_published_form() -> None:
    assert words("gds_15") == [
        "Are you basically satisfied with your life?",
        "Have you dropped many of your activities and interests?",
        "Do you feel that your life is empty?",
        "Do you often get bored?",
        "Are you in good spirits most of the time?",
        "Are you afraid that something bad is going to happen to you?",
        "Do you feel happy most of the time?",
        "Do you often feel helpless?",
        "Do you prefer to stay at home, rather than going out and doing new things?",
        "Do you feel you have more problems with memory than most?",
        "Do you think it is wonderful to be alive now?",
        "Do you feel pretty worthless the way you are now?",
        "Do you feel full of energy?",
        "Do you feel that your situation is hopeless?",
        "Do you think that most people are better off than you are?",
    ]
    for number, key in enumerate(GDS_KEY):
        alone = ["1" if at == number else "0" for at in range(15)]
        assert score("gds_15", trials_of("gds_15", gds("".join(alone)))).values == {"total": 1}, key


def test_the_example_of_the_phq_manual_is_16_moderately_severe() -> None:
    # Instruction manual, instructions for PHQ and GAD-7 measures, "Use as severity and outcome measures":
    # "the PHQ-9 depression severity score is 16 (3 items scored 1, 2 items scored 2, and 3 items scored 3)"
    found = score("phq_9", trials_of("phq_9", [*frequency("111223330"), "very_difficult"]))
    assert (found.status, found.values) == ("scored", {"total": 16})
    measure = result("phq_9", found).measures[0]
    assert (measure.value, measure.unit, measure.band) == (16, "points", "moderately severe symptoms (15 to 19)")


def test_the_example_of_the_hl7_personal_health_record_format_guide_is_a_gad_7_of_3_minimal() -> None:
    """HL7/personal-health-record-format-ig, examples `QuestionnaireResponse-` and `Observation-ScoredAssessment-GAD7`.

    Several days of worrying too much, of trouble relaxing and of being easily annoyed, the rest not at all: 3, minimal.
    """
    found = score("gad_7", trials_of("gad_7", frequency("0011010")))
    assert (found.status, found.values) == ("scored", {"total": 3})
    assert str(result("gad_7", found).measures[0].band).startswith("minimal")


def test_worked_by_hand_by_the_gds_15_key_of_the_msd_manual_after_sheikh_and_yesavage_1986() -> None:
    """One point for "no" to 1, 5, 7, 11 and 13 and for "yes" to the others; more than 5 suggest depression.

    "No" to 1, 5 and 13, "yes" to 2, 4, 9 and 10: 3 and 4 are 7; "yes" to 7 and 11 earns nothing.
    """
    said = ["no", "yes", "no", "yes", "no", "no", "yes", "no", "yes", "yes", "yes", "no", "no", "no", "no"]
    found = score("gds_15", trials_of("gds_15", [*said]))
    assert (found.status, found.values) == ("scored", {"total": 7})
    assert str(result("gds_15", found).measures[0].band).startswith("mild")


# Kroenke, Spitzer and Williams 2001: 5, 10, 15, 20; Spitzer and others 2006: 5, 10, 15; Greenberg 2012: 5, 9, 12.
BANDS = {
    "phq_9": [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately severe"),
        (19, "moderately severe"),
        (20, "severe"),
        (27, "severe"),
    ],
    "gad_7": [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "severe"),
        (21, "severe"),
    ],
    "gds_15": [
        (0, "normal"),
        (4, "normal"),
        (5, "mild"),
        (8, "mild"),
        (9, "moderate"),
        (11, "moderate"),
        (12, "severe"),
        (15, "severe"),
    ],
}


@pytest.mark.parametrize(("slug", "total", "band"), [(s, *one) for s, found in BANDS.items() for one in found])
def test_every_limit_of_the_published_bands(slug: str, total: int, band: str) -> None:
    count, most = {"phq_9": (9, 3), "gad_7": (7, 3), "gds_15": (15, 1)}[slug]
    points = [min(most, max(0, total - most * at)) for at in range(count)]
    text = "".join(map(str, points))
    found = result(slug, score(slug, trials_of(slug, gds(text) if slug == "gds_15" else frequency(text))))
    assert found.measures[0].value == total
    assert str(found.measures[0].band).startswith(f"{band} ")
    assert "depress" not in str(found.measures[0].band)  # a band is no diagnosis


PHQ_PATTERNS = [
    ("000000000", 0),
    ("333333333", 27),
    ("111111111", 9),
    ("222222222", 18),
    ("012301230", 12),
    ("321032103", 15),
    ("300000000", 3),
    ("000000003", 3),
    ("030303030", 12),
    ("111222333", 18),
    ("00000000-", None),
    ("-00000000", None),
    ("3333-3333", None),
    ("---------", None),
    ("3", None),
    ("33333333", None),
    ("--------3", None),
    ("0-0-0-0-0", None),
    ("123", None),
    ("00000000", None),
    ("022022022", 12),
]
GAD_PATTERNS = [
    ("0000000", 0),
    ("3333333", 21),
    ("1111111", 7),
    ("2222222", 14),
    ("0123012", 9),
    ("3210321", 12),
    ("3000000", 3),
    ("0000003", 3),
    ("0303030", 9),
    ("1112223", 12),
    ("1010101", 4),
    ("1100111", 5),
    ("000000-", None),
    ("-000000", None),
    ("333-333", None),
    ("-------", None),
    ("3", None),
    ("333333", None),
    ("------3", None),
    ("0-0-0-0", None),
    ("22", None),
]
GDS_PATTERNS = [
    ("000000000000000", 0),
    ("111111111111111", 15),
    ("101010101010101", 8),
    ("010101010101010", 7),
    ("100000000000000", 1),
    ("000000000000001", 1),
    ("000001111100000", 5),
    ("111110000000000", 5),
    ("000010100010100", 4),
    ("111111111000000", 9),
    ("111111111111000", 12),
    ("111111110000000", 8),
    ("00000000000000-", None),
    ("-00000000000000", None),
    ("1111111-1111111", None),
    ("---------------", None),
    ("1", None),
    ("11111111111111", None),
    ("--------------1", None),
    ("0-0-0-0-0-0-0-0", None),
    ("11111", None),
]


@pytest.mark.parametrize(
    ("slug", "points", "total"),
    [("phq_9", *one) for one in PHQ_PATTERNS]
    + [("gad_7", *one) for one in GAD_PATTERNS]
    + [("gds_15", *one) for one in GDS_PATTERNS],
)
def test_patterns_of_answers(slug: str, points: str, total: int | None) -> None:
    found = score(slug, trials_of(slug, gds(points) if slug == "gds_15" else frequency(points)))
    if total is None:
        assert found.status == "not_scorable"
        assert not found.values
        assert "no answer" in str(found.reason)
        measure = result(slug, found).measures[0]
        assert (measure.value, measure.band, measure.status) == (None, None, "not_scorable")
        assert "no answer" in str(measure.reason)
    else:
        assert (found.status, found.values) == ("scored", {"total": total})
        assert sum(one.points for one in found.evidence) == total


def test_the_question_about_difficulty_counts_in_nothing_and_may_be_left_out() -> None:
    hard = score("phq_9", trials_of("phq_9", [*frequency("100000000"), "extremely_difficult"]))
    left_out = score("phq_9", trials_of("phq_9", [*frequency("100000000"), None]))
    not_put = score("phq_9", trials_of("phq_9", frequency("000000000")))
    assert hard.values == left_out.values == {"total": 1}
    assert hard.evidence[-1].label == "not_counted"
    assert left_out.evidence[-1].label == "missing"
    assert (not_put.evidence[-1].label, not_put.values) == ("not_asked", {"total": 0})


def test_a_difficulty_that_was_answered_before_the_points_were_taken_back_is_ignored() -> None:
    found = score("phq_9", trials_of("phq_9", [*frequency("000000000"), "very_difficult"]))
    assert (found.status, found.values, found.evidence[-1].label) == ("scored", {"total": 0}, "not_asked")


AWKWARD = [
    ("an item twice", lambda t: [*t, t[0]], "two answers"),
    ("an item twice, the other way", lambda t: [*t, {**t[0], "option": "nearly_every_day"}], "two answers"),
    ("an unknown item", lambda t: [*t, trial(9, "shoe_size", "several_days")], "not in this form"),
    ("an item of another form", lambda t: [*t, trial(9, "nervous", "several_days")], "not in this form"),
    ("an unknown option", lambda t: [{**t[0], "option": "often"}, *t[1:]], "none of those"),
    ("an option of another scale", lambda t: [{**t[0], "option": "very_difficult"}, *t[1:]], "none of those"),
    ("the option's words", lambda t: [{**t[0], "option": "Not at all"}, *t[1:]], "none of those"),
    ("points in place of an option", lambda t: [{**t[0], "option": "0"}, *t[1:]], "none of those"),
    ("nothing", lambda _: [], "no answer"),
    ("only the last page", lambda t: t[-1:], "no answer"),
    ("the last one lost", lambda t: t[:-1], "no answer"),
    ("the first one lost", lambda t: t[1:], "no answer"),
    ("one in the middle lost", lambda t: t[:4] + t[5:], "no answer"),
    ("seen and left out", lambda t: [{**t[0], "option": None, "reaction_time_ms": None}, *t[1:]], "question 1 has no"),
    ("two left out", lambda t: [{**one, "option": None} for one in t[:2]] + t[2:], "questions 1, 2 have no"),
]


@pytest.mark.parametrize(("change", "words"), [one[1:] for one in AWKWARD], ids=[one[0] for one in AWKWARD])
def test_what_is_no_whole_answer_is_not_scored(change: Any, words: str) -> None:
    found = score("phq_9", change(trials_of("phq_9", frequency("012301230"))))
    assert (found.status, dict(found.values)) == ("not_scorable", {})
    assert words in str(found.reason)


def test_answers_in_another_order_or_after_going_back_count_as_they_stand() -> None:
    trials = trials_of("phq_9", frequency("012301230"))
    changed = [{**one, "change_count": 7, "time_ms": 90_000.0} for one in reversed(trials)]
    assert score("phq_9", changed).values == score("phq_9", trials).values == {"total": 12}


def test_answers_faster_than_anybody_reads_are_looked_at() -> None:
    trials = [{**one, "reaction_time_ms": 120.0} for one in trials_of("gad_7", frequency("0000000"))]
    found = score("gad_7", trials)
    assert (found.status, found.values) == ("needs_review", {"total": 0})
    assert found.reason == "7 answers came faster than anybody can read."


def test_a_form_that_was_passed_over_has_no_measure() -> None:
    found = result("phq_9", None, skipped="participant")
    assert (found.status, found.measures[0].value) == ("not_scorable", None)
    assert score_instrument("phq_9", [], MOOD["phq_9"]).status == "not_scorable"


def test_the_newest_attempt_counts() -> None:
    first, second = (score("gad_7", trials_of("gad_7", frequency(text))) for text in ("0000000", "1111111"))
    answered = [AnsweredQuestion("form", at, False, {}, one, None) for at, one in ((2, second), (1, first))]
    assert score_instrument("gad_7", answered, MOOD["gad_7"]).measures[0].value == 7


def test_a_form_takes_no_voice_and_no_plan_without_items() -> None:
    with pytest.raises(InvalidInput):
        score_question("gad_7", QuestionContext("gad_7", "form", "en"), SpokenAnswer("never"))
    with pytest.raises(InvalidInput):
        score_question("gad_7", QuestionContext("gad_7", "form", "en", parameters={}), TouchResponse((), SUMMARY))


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9), st.randoms())
def test_the_sum_is_the_sum_whatever_the_order(points: list[int], chance: random.Random) -> None:
    trials = trials_of("phq_9", frequency("".join(map(str, points))))
    chance.shuffle(trials)
    assert score("phq_9", trials).values == {"total": sum(points)}


@given(st.lists(st.sampled_from("0123-"), min_size=9, max_size=9))
def test_a_missing_answer_is_never_a_zero(points: list[str]) -> None:
    found = score("phq_9", trials_of("phq_9", frequency("".join(points))))
    assert ("total" in found.values) == ("-" not in points)


@pytest.mark.parametrize("option", [*FREQUENCY, None])
def test_any_answer_but_not_at_all_to_the_ninth_question_raises_the_flag(option: str | None) -> None:
    trials = [trial(8, "self_harm", option)]  # also where the form was broken off after it
    raised = notices.raised(parameters("phq_9"), trials, notices.FLAG)
    assert [one["id"] for one in raised] == (["self_harm"] if option in FREQUENCY[1:] else [])
    assert all(one["shows_help"] for one in raised)


def test_no_other_answer_raises_it() -> None:
    others = trials_of("phq_9", frequency("333333330"))
    assert notices.raised(parameters("phq_9"), others, notices.FLAG) == []
    for slug, options in (("gad_7", frequency("3333333")), ("gds_15", gds("1" * 15))):
        assert notices.raised(parameters(slug), trials_of(slug, options), notices.FLAG) == []


def test_a_flag_that_was_answered_both_ways_is_raised() -> None:
    trials = [trial(8, "self_harm", "not_at_all"), trial(8, "self_harm", "several_days")]
    assert notices.raised(parameters("phq_9"), trials, notices.FLAG)


WRONG_TRIALS = [
    {"item": "shoe_size"},
    {"item": "Interest"},
    {"option": "often"},
    {"option": "very_difficult"},
    {"option": 1},
    {"reaction_time_ms": None},
    {"input": None},
    {"input": "eye"},
    {"change_count": -1},
    {"change_count": 1.5},
    {"position": "first"},
    {"onset_ms": -1},
    {"time_ms": float("nan")},
    {"comment": "hello"},
]


@pytest.mark.parametrize("change", WRONG_TRIALS, ids=str)
def test_a_trial_that_no_form_reports_is_refused(change: dict[str, Any]) -> None:
    right = trial(0, "interest", "several_days")
    TRIALS["form"].model_validate(right, context=parameters("phq_9"))
    with pytest.raises(ValidationError):
        TRIALS["form"].model_validate(right | change, context=parameters("phq_9"))


@pytest.mark.parametrize(("slug", "profile", "seed"), list(itertools.product(MOOD, PROFILES, range(5))))
def test_the_simulated_hand_answers_whole_forms(slug: str, profile: str, seed: int) -> None:
    given_parameters = parameters(slug)
    response = form_trials.make(given_parameters, PROFILES[profile], random.Random(seed))
    again = form_trials.make(given_parameters, PROFILES[profile], random.Random(seed))
    assert response == again
    for one in response["trials"]:
        TRIALS["form"].model_validate(one, context=given_parameters)
    assert score(slug, response["trials"]).status == "scored"


def test_the_profiles_differ_in_their_burden() -> None:
    def mean(profile: str) -> float:
        made = [form_trials.make(parameters("phq_9"), PROFILES[profile], random.Random(seed)) for seed in range(40)]
        return sum(score("phq_9", one["trials"]).values["total"] for one in made) / len(made)

    assert mean("typical") < 5 < mean("slow") < mean("impaired")
