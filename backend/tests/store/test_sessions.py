from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from builders import participant, put, recording, session, spoken
from cognitive_assessment.errors import Conflict, NotFound
from cognitive_assessment.store import job_queue, questions, recordings, sessions
from cognitive_assessment.store.tables import questions as questions_table


def jobs(connection: sa.Connection) -> list[str]:
    query = sa.text("SELECT task_name FROM procrastinate_jobs ORDER BY id")
    return list(connection.execute(query).scalars())


def test_starting_again_returns_the_same_session(connection):
    person = participant(connection)
    first = session(connection, person)
    again, _ = sessions.start(connection, first["id"], user_id=person["id"], **values_of(first))
    assert again == first
    assert connection.execute(sa.text("SELECT count(*) FROM sessions")).scalar() == 1


def test_an_id_of_somebody_elses_session_is_refused(connection):
    first = session(connection, participant(connection))
    with pytest.raises(Conflict):
        sessions.start(connection, first["id"], user_id=participant(connection, label="P-2")["id"], **values_of(first))


def test_a_stranger_does_not_find_a_session(connection):
    first = session(connection, participant(connection))
    with pytest.raises(NotFound):
        sessions.get_own(connection, first["id"], participant(connection, label="P-2")["id"])
    with pytest.raises(NotFound):
        sessions.get_in_organisation(connection, first["id"], uuid.uuid4())


def test_the_recording_last_or_the_response_last_queue_one_job_each(connection):
    of = session(connection, participant(connection))
    for is_response_first in (True, False):
        question_id = uuid.uuid4()
        sound = recording(connection, of, question_id=question_id)
        answer = spoken(sound["id"], item_id=f"item_{is_response_first}")
        before = len(jobs(connection))
        if is_response_first:
            put(connection, of, answer, question_id=question_id)
            assert len(jobs(connection)) == before
            recordings.advance(connection, sound, received_bytes=100, stored_bytes=140)
        else:
            recordings.advance(connection, sound, received_bytes=100, stored_bytes=140)
            assert len(jobs(connection)) == before
            put(connection, of, answer, question_id=question_id)
        assert jobs(connection)[before:] == ["measure_recording"]


def test_the_same_response_again_is_harmless_and_another_is_refused(connection):
    of = session(connection, participant(connection))
    answer = spoken(uuid.uuid4())
    row, is_new = put(connection, of, answer)
    assert is_new
    again, is_new = put(connection, of, answer, question_id=row["id"])
    assert (again, is_new) == (row, False)
    with pytest.raises(Conflict):
        put(connection, of, spoken(uuid.uuid4()), question_id=row["id"])
    with pytest.raises(Conflict, match="another tab"):
        put(connection, of, spoken(uuid.uuid4()))
    assert connection.execute(sa.select(sa.func.count()).select_from(questions_table)).scalar() == 1


def test_a_session_with_something_missing_is_not_closed(connection):
    person = participant(connection)
    of = session(connection, person)
    question_id = uuid.uuid4()
    sound = recording(connection, of, question_id=question_id)
    put(connection, of, spoken(sound["id"]), question_id=question_id)
    with pytest.raises(Conflict, match="1 of 2 answers"):
        sessions.complete(connection, of["id"], person["id"], question_count=2)
    with pytest.raises(Conflict, match="1 recordings have not arrived"):
        sessions.complete(connection, of["id"], person["id"], question_count=1)
    assert sessions.get(connection, of["id"])["state"] == "open"


def test_closing_again_is_harmless_and_queues_one_result(connection):
    person = participant(connection)
    of = session(connection, person)
    first = sessions.complete(connection, of["id"], person["id"], question_count=0)
    assert sessions.complete(connection, of["id"], person["id"], question_count=0) == first
    assert jobs(connection) == ["make_result"]
    with pytest.raises(Conflict, match="closed"):
        put(connection, first, spoken(uuid.uuid4()))


def test_a_job_waiting_is_not_queued_twice_and_the_transaction_goes_on(connection):
    for _ in range(2):
        job_queue.defer(connection, "make_result", once="make_result:x", session_id="x")
    assert jobs(connection) == ["make_result"]
    assert job_queue.counts(connection) == {"todo": 1}


def test_outcomes_wait_until_a_score_is_there(connection):
    of = session(connection, participant(connection))
    row, _ = put(connection, of, spoken(uuid.uuid4()))
    found = questions.outcomes(connection, of["id"], "digit_span")
    assert [(o["question_id"], o["outcome"]) for o in found] == [(row["id"], "waiting")]
    assert questions.outcomes(connection, of["id"], "orientation") == []


def values_of(row):
    names = ("battery", "locale", "time_zone", "clock_offset_s", "seed", "plan", "device", "consent", "is_simulated")
    return {name: row[name] for name in names}
