"""Recordings through the real recognisers, and what is left of a job that runs twice."""

from __future__ import annotations

import random

import numpy as np
import pytest
import sqlalchemy as sa

from builders import owner_transaction
from cognitive_assessment import blobs
from cognitive_assessment.instruments.scoring import not_scorable
from cognitive_assessment.jobs import measure_recording, questions_in_plan, readers
from cognitive_assessment.simulation import sound
from cognitive_assessment.speech.decode import decode
from cognitive_assessment.store import questions, recordings
from recorded import spoken_digits
from systems import MODELS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (MODELS / "manifest.json").exists(), reason="models/ has not been made"),
]


def test_a_right_answer_is_scored_once_with_everything_that_shows_why(given, count):
    digits = given.planned("forward_3_1")[1]["stimulus"]["digits"]
    question_id, recording_id = given.speak("forward_3_1", spoken_digits(digits))
    for _ in range(2):
        measure_recording.run(str(recording_id))
    assert (count("scores"), count("transcripts")) == (1, 1)
    score = given.newest_score(question_id)
    assert (score["answer"], score["values"], score["outcome"]) == (digits, {"points": 1.0}, "right")
    assert 0.5 < score["probability_right"] <= 1
    assert score["versions"] == readers.versions()
    with owner_transaction() as connection:
        recording = recordings.get(connection, recording_id)
    assert recording["quality"]["is_usable"]
    assert len(recording["sha256"]) == 64
    assert max(recording["waveform"]) > 0.02
    key = blobs.key_ring().of(recording["user_id"])
    heard = decode(blobs.store().open(f"playback/{recording_id}", key, recording["playback_stored_bytes"]))
    assert heard.duration_s == pytest.approx(recording["duration_s"], abs=0.01)


def test_what_was_heard_while_its_person_withdrew_is_not_kept(given, count):
    _, recording_id = given.speak("forward_3_1", spoken_digits("123"))
    recording, session, question = measure_recording._load(recording_id)
    context = questions_in_plan.context_of(session, question, given.planned("forward_3_1")[1])
    given.withdraw()
    measure_recording._save(recording, question, None, not_scorable("digit_span", context, "Heard too late."))
    assert (count("scores"), count("transcripts")) == (0, 0)


def silence() -> bytes:
    return sound.encode(sound.compose([np.zeros(16_000, np.float32)], [1.0], rng=random.Random(1)))


@pytest.mark.parametrize(
    "content",
    [b"", b"This is a text, renamed to sound.", spoken_digits("123")[:150]],
    ids=["empty", "a text", "broken off"],
)
def test_what_cannot_be_read_is_asked_again_once_and_then_is_not_scorable_with_its_reason(given, content):
    for attempt, expected in ((1, "ask_again"), (2, "doubtful")):
        question_id, recording_id = given.speak("forward_3_1", content, attempt=attempt)
        measure_recording.run(str(recording_id))
        score = given.newest_score(question_id)
        assert (score["outcome"], score["status"]) == (expected, "not_scorable")
        assert score["reason"]
        assert score["values"] == {}


def test_an_empty_recording_says_so(given):
    question_id, recording_id = given.speak("forward_3_1", b"")
    measure_recording.run(str(recording_id))
    score = given.newest_score(question_id)
    assert (score["outcome"], score["reason"]) == ("ask_again", "The recording is empty.")


def test_silence_is_asked_again_once_and_then_earns_nothing_and_is_reviewed(given):
    for attempt, expected, values in (
        (1, ("ask_again", "not_scorable"), {}),
        (2, ("doubtful", "needs_review"), {"points": 0.0}),
    ):
        question_id, recording_id = given.speak("forward_3_1", silence(), attempt=attempt)
        measure_recording.run(str(recording_id))
        score = given.newest_score(question_id)
        assert ((score["outcome"], score["status"]), score["values"]) == (expected, values)
        assert score["reason"].startswith("No voice was found")


def test_an_altered_recording_is_not_scored(given):
    question_id, recording_id = given.speak("forward_3_1", spoken_digits("123"))
    path = next(path for path in blobs.store().folder.rglob(str(recording_id)))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    measure_recording.run(str(recording_id))
    assert given.newest_score(question_id)["status"] == "not_scorable"


def test_a_recording_without_its_question_or_not_whole_is_left_alone(given, count):
    question_id, recording_id = given.speak("forward_3_1", spoken_digits("123"))
    with owner_transaction() as connection:
        assert questions.get(connection, question_id) is not None
        connection.execute(sa.text("UPDATE recordings SET state = 'uploading'"))
    measure_recording.run(str(recording_id))
    assert count("scores") == 0


def test_the_models_are_verified_and_it_is_told_where_health_looks(given, count):
    assert readers.report_check()
    assert count("model_checks") == 1
    readers.withdraw_check()
    assert count("model_checks") == 0
