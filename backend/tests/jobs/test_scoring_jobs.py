"""Jobs on answers and results: what each leaves behind, and that a second run leaves nothing more."""

from __future__ import annotations

import asyncio
import io

import numpy as np
import procrastinate
import pytest
import sqlalchemy as sa
from procrastinate.jobs import Job

from builders import owner_transaction
from cognitive_assessment import config
from cognitive_assessment.errors import StorageFull, Unavailable, UntrustedModel
from cognitive_assessment.jobs import app as jobs_app
from cognitive_assessment.jobs import give_up, make_result, measure_recording, playback, readers, score_response
from cognitive_assessment.speech.decode import SAMPLE_RATE_HZ, decode
from cognitive_assessment.store import overrides, questions


def outcome(given, question_id) -> str:
    with owner_transaction() as connection:
        found = questions.outcomes(connection, given.session["id"], None)
    return next(one["outcome"] for one in found if one["question_id"] == question_id)


def test_a_touch_response_is_scored_once_however_often_the_job_runs(given, count):
    question_id = given.press()
    assert count("procrastinate_jobs", "score_response") == 1
    assert outcome(given, question_id) == "waiting"
    for _ in range(2):
        score_response.run(str(question_id))
    assert count("scores") == 1
    assert outcome(given, question_id) == "done"


def test_a_skipped_question_has_nothing_to_score(given, count):
    question_id = given.put("block", {"kind": "skipped", "reason": "participant"})
    assert count("procrastinate_jobs") == 0
    score_response.run(str(question_id))
    assert count("scores") == 0
    assert outcome(given, question_id) == "done"


def test_nothing_more_is_made_of_an_answer_once_its_person_has_withdrawn(given, count):
    question_id = given.press()
    given.withdraw()
    score_response.run(str(question_id))
    give_up.run("score_response", {"question_id": str(question_id)})
    make_result.run(str(given.session["id"]))
    assert (count("scores"), count("results")) == (0, 0)


def test_the_result_waits_for_the_last_score_and_is_made_once(given, count):
    question_id = given.press()
    total = given.skip_the_rest("block")
    make_result.run(str(given.session["id"]))
    assert count("results") == 0  # the session is still open
    given.complete(total)
    make_result.run(str(given.session["id"]))
    assert count("results") == 0  # an answer is still waiting
    score_response.run(str(question_id))
    assert count("procrastinate_jobs", "make_result") == 1
    for _ in range(2):
        make_result.run(str(given.session["id"]))
    assert count("results") == 1
    newest = given.newest_result()
    by_slug = {one["instrument"]: one for one in newest["instruments"]}
    assert by_slug["symbol_digit"]["status"] == "scored"
    assert by_slug["digit_span"]["status"] == "not_scorable"
    assert by_slug["digit_span"]["measures"][0]["reason"]


def test_without_its_model_a_recording_waits(given, count, monkeypatch, tmp_path):
    monkeypatch.setenv("CAS_MODELS_DIR", str(tmp_path / "none"))
    config.settings.cache_clear()
    monkeypatch.setattr(readers, "_loaded", [])
    question_id, recording_id = given.speak("forward_3_1", b"anything")
    with pytest.raises(UntrustedModel):
        measure_recording.run(str(recording_id))
    assert (count("scores"), outcome(given, question_id)) == (0, "waiting")
    assert not readers.report_check()


def test_work_that_fails_for_good_still_gives_the_session_a_result(given, count):
    question_id, recording_id = given.speak("forward_3_1", b"anything")
    given.complete(given.skip_the_rest("forward_3_1"))
    for _ in range(2):
        give_up.run("measure_recording", {"recording_id": str(recording_id)})
    assert (count("scores"), outcome(given, question_id)) == (1, "doubtful")
    make_result.run(str(given.session["id"]))
    assert count("results") == 1


def test_giving_up_leaves_a_score_that_is_there(given, count):
    question_id = given.press()
    score_response.run(str(question_id))
    give_up.run("score_response", {"question_id": str(question_id)})
    assert (count("scores"), outcome(given, question_id)) == (1, "done")


def test_a_result_that_cannot_be_made_is_given_up_with_a_reason_and_made_later(given, count):
    question_id = given.press()
    given.complete(given.skip_the_rest("block"))
    score_response.run(str(question_id))
    session_id = str(given.session["id"])
    give_up.run("make_result", {"session_id": session_id})
    newest = given.newest_result()
    assert {(one["status"], one["reason"]) for one in newest["instruments"]} == {("not_scorable", give_up.NO_RESULT)}
    make_result.run(session_id)
    newest = given.newest_result()
    assert {one["instrument"]: one["status"] for one in newest["instruments"]}["symbol_digit"] == "scored"


def job(attempts: int) -> Job:
    return Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="x", attempts=attempts)


@pytest.mark.parametrize("passing", [UntrustedModel, Unavailable, StorageFull])
def test_what_passes_is_tried_without_end_and_never_rarer_than_every_quarter_minute(passing):
    for attempts in (0, 1, 10, 10_000):
        decision = jobs_app.BackOff().get_retry_decision(exception=passing("away"), job=job(attempts))
        assert isinstance(decision, procrastinate.RetryDecision)
    waits = [min(2 ** min(attempts, 4), 15) for attempts in range(10)]
    assert max(waits) == 15


def test_what_is_broken_is_given_up_after_six_times():
    strategy = jobs_app.BackOff()
    decisions = [strategy.get_retry_decision(exception=jobs_app.Broken(n), job=job(n)) for n in range(1, 9)]
    assert [decision is not None for decision in decisions] == [True] * 5 + [False] * 3


async def run_once(app: procrastinate.App) -> None:
    """Take up every job that waits, whenever it should run, once."""
    with owner_transaction() as connection:
        connection.execute(sa.text("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'"))
    async with app.open_async():
        await app.run_worker_async(wait=False, concurrency=1, install_signal_handlers=False, listen_notify=False)


def test_waiting_for_what_is_away_uses_up_no_fault(given, count, monkeypatch, database):
    faults = iter([*[Unavailable("away")] * 8, *[RuntimeError("broken")] * 6])

    def fail(**_: str) -> None:
        raise next(faults)

    question_id = given.press()
    monkeypatch.setattr(score_response, "run", fail)
    app = jobs_app.make_app(database.app_url)
    for _ in range(8 + 5):
        asyncio.run(run_once(app))
        assert count("scores") == 0
    asyncio.run(run_once(app))
    assert next(faults, None) is None
    assert (count("scores"), outcome(given, question_id)) == (1, "doubtful")


def test_what_staff_hear_is_what_the_recogniser_heard():
    heard = np.sin(np.arange(20_000) * 0.05).astype(np.float32) * 0.7
    copy = decode(io.BytesIO(playback.encode_flac(heard, SAMPLE_RATE_HZ)))
    assert copy.sample_rate_hz == SAMPLE_RATE_HZ
    assert copy.samples.shape == heard.shape
    assert np.max(np.abs(copy.samples - heard)) <= 1.5 / 32_768  # one step of 16 bits, and the half that rounding takes


@pytest.mark.parametrize("size", [0, 1, 599, 600, 601, 100_001])
def test_the_waveform_keeps_every_peak(size):
    samples = np.zeros(size, np.float32)
    samples[size // 3 : size // 3 + 1] = -0.8
    drawn = measure_recording.waveform(samples)
    assert len(drawn) == min(600, size)
    assert max(drawn, default=0) == (0.8 if size else 0)


def test_a_score_by_hand_makes_the_result_anew_and_keeps_the_machines_beside_it(given, count):
    question_id = given.press()
    score_response.run(str(question_id))
    total = given.skip_the_rest("block")
    given.complete(total)
    make_result.run(str(given.session["id"]))

    def measured() -> dict:
        make_result.run(str(given.session["id"]))
        result = given.newest_result()
        part = next(one for one in result["instruments"] if one["instrument"] == "symbol_digit")
        return {measure["name"]: measure for measure in part["measures"]}

    def by_hand(values) -> None:
        with owner_transaction() as connection:
            question = questions.get(connection, question_id)
            overrides.add(connection, question, values=values, reason="Counted again.", made_by=None, seal=given.seal)

    machine = measured()["right"]["value"]
    assert "machine_value" not in measured()["right"]
    by_hand({"right": machine + 2})
    assert count("procrastinate_jobs", "make_result") == 2  # that of completing, and one of its own
    changed = measured()
    assert (changed["right"]["value"], changed["right"]["machine_value"]) == (machine + 2, machine)
    assert "machine_value" not in changed["errors"]
    by_hand(None)
    assert "machine_value" not in measured()["right"]
    assert measured()["right"]["value"] == machine
    assert count("results") == 3
    assert count("scores") == 1


def test_a_score_by_hand_is_in_the_result_of_a_session_that_is_closed_meanwhile(given, count):
    question_id = given.press()
    score_response.run(str(question_id))
    total = given.skip_the_rest("block")
    with owner_transaction() as connection:
        question = questions.get(connection, question_id)
        overrides.add(connection, question, values={"right": 3.0}, reason="Counted.", made_by=None, seal=given.seal)
        given.complete(total)
        make_result.run(str(given.session["id"]))  # before this score can be seen
    assert count("results") == 1
    assert count("procrastinate_jobs", "make_result") == 2, "so that there is one more to come"
    make_result.run(str(given.session["id"]))
    result = given.newest_result()
    part = next(one for one in result["instruments"] if one["instrument"] == "symbol_digit")
    assert {measure["name"]: measure["value"] for measure in part["measures"]}["right"] == 3.0
