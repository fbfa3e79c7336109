"""Measures of connected speech on examples worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitive_assessment.records.speech import Word
from cognitive_assessment.speech.lexical_measures import (
    count_of_types,
    fillers_in,
    immediate_repetitions,
    moving_average_type_token_ratio,
)
from cognitive_assessment.speech.plain_stem import plain_stem
from cognitive_assessment.speech.speech_tempo import pauses_s, rate_per_minute, spoken_span_s
from cognitive_assessment.speech.spoken_text import tokens_of
from cognitive_assessment.speech.utterances import (
    mean_length_of_utterance,
    subordinators_per_utterance,
    utterances_in,
)

WORDS = st.lists(st.sampled_from(["the", "a", "dog", "runs", "um"]), max_size=30)


def timed(*spans: tuple[float, float]) -> list[Word]:
    return [Word("word", onset_s, offset_s, 0.9) for onset_s, offset_s in spans]


@pytest.mark.parametrize(
    ("text", "window", "ratio"),
    [
        ("a b c d", 2, 1.0),
        ("a a a a", 2, 0.5),
        # windows: a b (1), b a (1), a a (1/2) -> 2.5 / 3
        ("a b a a", 2, 2.5 / 3),
        # windows: the dog saw (1), dog saw the (1), saw the dog (1), the dog the (2/3) -> 11 / 12
        ("the dog saw the dog the", 3, 11 / 12),
        ("a b a", 3, 2 / 3),
    ],
)
def test_mattr_by_hand_after_covington_and_mcfall_2010_is_the_mean_ratio_of_all_windows(
    text: str, window: int, ratio: float
) -> None:
    assert moving_average_type_token_ratio(text.split(), window=window) == pytest.approx(ratio)


def test_mattr_after_covington_and_mcfall_2010_has_no_value_for_a_text_shorter_than_its_window() -> None:
    assert moving_average_type_token_ratio(["a", "b"], window=3) is None
    with pytest.raises(ValueError, match="at least one"):
        moving_average_type_token_ratio(["a"], window=0)


@given(WORDS, st.integers(1, 10))
def test_mattr_after_covington_and_mcfall_2010_lies_within_its_bounds_and_is_the_plain_ratio_for_one_window(
    words: list[str], window: int
) -> None:
    ratio = moving_average_type_token_ratio(words, window=window)
    assert (ratio is None) == (len(words) < window)
    if ratio is not None:
        assert 1 / window <= ratio <= 1
        assert moving_average_type_token_ratio(words, window=len(words)) == count_of_types(words) / len(words)


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("the the dog", ["the"]),
        ("the the the dog", ["the", "the"]),
        ("on the on the hill", ["on the"]),
        ("there is a there is a dog", ["there is a"]),
        ("a dog and a cat", []),
        ("very very big", []),
        ("no no it is a goat goat", ["goat"]),
        ("", []),
    ],
)
def test_what_is_said_at_once_again_is_a_retracing_as_in_macwhinney_2000(text: str, again: list[str]) -> None:
    words = text.split()
    assert [" ".join(words[at] for at in span) for span in immediate_repetitions(words)] == again


@given(WORDS)
def test_repetitions_never_overlap_and_leave_every_word_that_was_said(words: list[str]) -> None:
    again = [at for span in immediate_repetitions(words) for at in span]
    assert len(set(again)) == len(again)
    assert {words[at] for at in range(len(words)) if at not in again} == set(words)


def test_fillers_are_found_at_their_places() -> None:
    assert fillers_in(["um", "the", "er", "dog", "humming"]) == {0, 2}


def test_pauses_by_hand_after_goldman_eisler_1968_last_a_quarter_of_a_second_or_more() -> None:
    words = timed((1.0, 1.4), (1.5, 2.0), (2.25, 2.5), (2.74, 3.0), (4.2, 4.5))
    assert pauses_s(words) == pytest.approx((0.25, 1.2))
    assert spoken_span_s(words) == pytest.approx(3.5)
    assert pauses_s([]) == pauses_s(words[:1]) == ()


def test_words_that_overlap_hide_no_pause_and_make_none() -> None:
    assert pauses_s(timed((0.0, 2.0), (0.5, 1.0), (1.5, 1.9), (2.4, 2.6))) == pytest.approx((0.4,))


def test_words_per_minute_by_hand_as_in_nicholas_and_brookshire_1993() -> None:
    assert rate_per_minute(45, 30.0) == pytest.approx(90.0)
    assert rate_per_minute(3, 0.0) is None


@pytest.mark.parametrize(
    "forms",
    [
        "chase chases chased chasing",
        "run runs running ran",
        "drop drops dropped dropping",
        "carry carries carried carrying",
        "pull pulls pulled pulling",
        "dress dresses",
        "apple apples",
        "bus buses",
        "branch branches",
        "feed feeds feeding",
        "wave waves waved waving",
        "tree trees",
        "steal stole stealing steals",
        "lady ladies",
        "fly flying flies",
        "row rows rowed rowing",
    ],
)
def test_inflected_forms_have_one_stem(forms: str) -> None:
    irregular = {"ran": "run", "stole": "steal"}
    assert len({plain_stem(form, irregular) for form in forms.split()}) == 1, forms


@pytest.mark.parametrize(
    "others", ["bus bush", "king kin", "string strip", "red reed", "is i", "house horse", "sea see"]
)
def test_other_words_keep_stems_of_their_own(others: str) -> None:
    first, second = others.split()
    assert plain_stem(first, {}) != plain_stem(second, {})


def utterances(text: str, words: tuple[Word, ...] | None = None) -> tuple[list[str], ...] | None:
    tokens = tokens_of(text)
    places = [at for at, token in enumerate(tokens) if token.kind != "mark"]
    owned = [word for word in words for _ in tokens_of(word.text)] if words else None
    found = utterances_in(tokens, places, owned)
    return None if found is None else tuple([tokens[at].text for at in one] for one in found)


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("The dog ran. The boy shouted at it!", [3, 5]),
        ("Is it a boat? Yes.", [4, 1]),
        ("a man, a dog, and ... a kite.", [7]),  # a comma and a hesitation end nothing
        ("... . The end.", [2]),
        ("no marks and no times", None),
    ],
)
def test_utterances_end_at_marks_worked_by_hand(text, lengths):
    found = utterances(text)
    assert (None if found is None else [len(one) for one in found]) == lengths


def test_a_pause_of_two_seconds_ends_an_utterance_as_in_salt_2019():
    heard = [("a", 0.0), ("dog", 0.5), ("a", 2.9), ("boy", 5.0)]
    words = tuple(Word(text, at, at + 0.4, 0.9) for text, at in heard)
    assert utterances("a dog a boy", words) == (["a", "dog"], ["a", "boy"])  # 2.0 s, and then 1.7 s


def test_utterances_and_their_clauses_worked_by_hand():
    text = "The woman who runs is angry because the dog, which stole the food, is fast. She shouts."
    tokens = tokens_of(text)
    places = [at for at, token in enumerate(tokens) if token.kind != "mark"]
    found = utterances_in(tokens, places, None)
    assert found is not None
    assert mean_length_of_utterance(found) == (15 + 2) / 2
    assert subordinators_per_utterance(tokens, found) == 3 / 2  # who, because, which
