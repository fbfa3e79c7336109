"""Words are where the voice is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cognitive_assessment.records.speech import Stretch, Word
from cognitive_assessment.speech.word_times import pauses_before, snapped


def words(*times):
    return tuple(Word(f"w{at}", onset, offset, 0.9) for at, (onset, offset) in enumerate(times))


def times(found):
    return [(word.onset_s, word.offset_s) for word in found]


def test_a_word_that_begins_in_silence_begins_with_the_voice():
    stretches = (Stretch(1.156, 2.4), Stretch(4.1, 5.0))
    assert times(snapped(words((0.0, 2.4), (2.4, 4.9)), stretches)) == [(1.156, 2.4), (4.1, 4.9)]


def test_a_gap_within_a_word_is_no_end_of_it():
    stretches = (Stretch(0.5, 0.8), Stretch(0.95, 1.4))
    assert times(snapped(words((0.3, 1.5)), stretches)) == [(0.5, 1.4)]


def test_a_word_without_voice_keeps_its_times():
    assert times(snapped(words((3.0, 3.2)), (Stretch(0.5, 0.8),))) == [(3.0, 3.2)]
    assert times(snapped(words((3.0, 3.2)), ())) == [(3.0, 3.2)]


def test_pauses_are_found_between_words():
    assert pauses_before(words((0.0, 0.4), (0.5, 0.9), (1.5, 1.8))) == {2}


SPANS = st.lists(st.tuples(st.floats(0, 60), st.floats(0.01, 5)), max_size=12).map(
    lambda found: sorted((onset, onset + length) for onset, length in found)
)


@given(SPANS, SPANS)
def test_a_word_never_grows_and_never_turns_round(word_spans, voice_spans):
    given_words = words(*word_spans)
    for before, after in zip(given_words, snapped(given_words, [Stretch(*span) for span in voice_spans]), strict=True):
        assert before.onset_s - 1e-3 <= after.onset_s <= after.offset_s <= before.offset_s + 1e-3
