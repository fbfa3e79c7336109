"""What staff see of a session: the list, the result with its evidence, the sound; and that others see nothing."""

from __future__ import annotations

import datetime as dt
import functools
import secrets
import uuid

import pytest
import sqlalchemy as sa

from api_clients import (
    Upload,
    leave_out_the_rest,
    make_playable,
    require_problem,
    session_body,
    skipped_body,
    sound,
    spoken_body,
)
from builders import owner_transaction
from cognitive_assessment import blobs
from cognitive_assessment.records.scores import Evidence, Score
from cognitive_assessment.records.speech import Hypothesis, Transcript, Word
from cognitive_assessment.store import audit, recordings, scores

SOUND = sound(150_000)
HEARD = secrets.token_bytes(100_000)


@pytest.fixture
def answered(upload: Upload) -> Upload:
    """A session with one spoken answer, scored as a worker would, and one skipped."""
    upload.create(len(SOUND))
    upload.patch(0, SOUND)
    path = f"/api/sessions/{upload.session_id}/questions"
    upload.person("PUT", f"{path}/{upload.question_id}", json=spoken_body(upload.recording_id))
    upload.person("PUT", f"{path}/{uuid.uuid4()}", json=skipped_body())
    return upload


def measured(upload: Upload) -> None:
    """What the worker leaves behind, kept through the same store functions."""
    recording_id, rule = uuid.UUID(upload.recording_id), "digit_span@1"
    word = Word("five", 0.8, 1.1, 0.97)
    heard = Transcript(
        text="five eight two",
        words=(word,),
        recogniser="tiny.en@1",
        language="en",
        mean_log_probability=-0.2,
        no_speech_probability=0.01,
        compression_ratio=1.0,
        alternatives=(Hypothesis("beam", "five eight too"),),
    )
    score = Score(
        status="scored",
        instrument="digit_span",
        item_id="forward_3_1",
        rule=rule,
        values={"points": 1.0},
        answer="582",
        evidence=(Evidence("5", "right", 0.0, rule, 0.8, 1.1),),
        probability_right=0.98,
    )
    make_playable(upload.recording_id, HEARD, duration_s=4.2, waveform=[0.0, 0.3])
    with owner_transaction() as connection:
        row = recordings.get(connection, recording_id)
        assert row is not None
        key = blobs.key_ring().of(row["user_id"])
        seal = functools.partial(blobs.seal_json, key)
        scores.add_transcript(connection, recording_id, heard, seal=seal)
        versions = {"software": "0.1.0", "recogniser": "tiny.en@1"}
        scores.add(connection, uuid.UUID(upload.question_id), score, seal=seal, outcome="right", versions=versions)


def test_a_running_session_shows_what_is_there_and_makes_nothing_up(answered, staff):
    body = staff("GET", f"/api/sessions/{answered.session_id}/result").get_json()
    assert (body["status"], body["progress"]) == ("in_progress", {"done": 0, "total": 1})
    digit_span = next(i for i in body["instruments"] if i["instrument"] == "digit_span")
    assert (digit_span["status"], digit_span["measures"]) == (None, [])
    spoken, skipped = digit_span["questions"]
    assert (spoken["status"], spoken["values"], spoken["answer"]) == (None, None, None)
    assert (skipped["skipped"], skipped["recording"]) == ("participant", None)


def test_every_point_can_be_traced_to_the_recording_and_the_rule(answered, session, staff):
    measured(answered)
    answer = staff("GET", f"/api/sessions/{answered.session_id}/result")
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.get_json()
    assert body["versions"]["recogniser"] == "tiny.en@1"
    assert body["session"]["participant_label"] == "P-001"
    question = next(i for i in body["instruments"] if i["instrument"] == "digit_span")["questions"][0]
    put = next(q for part in session["plan"]["parts"] for q in part["questions"] if q["item_id"] == "forward_3_1")
    digits = put["stimulus"]["digits"]
    assert (question["answer"], question["expected"], question["values"]) == ("582", digits, {"points": 1.0})
    assert question["asked"] == " ".join(digits)
    assert question["evidence"][0]["onset_s"] == 0.8
    assert question["transcript"]["words"][0] == {"text": "five", "onset_s": 0.8, "offset_s": 1.1, "confidence": 0.97}
    assert question["recording"]["audio_url"] == f"/api/recordings/{answered.recording_id}/audio"
    assert question["recording"]["settings"] == {"autoGainControl": False}


def test_the_outcome_is_told_to_the_participant_without_the_score(answered):
    measured(answered)
    path = f"/api/sessions/{answered.session_id}/outcomes?instrument=digit_span"
    outcomes = answered.person("GET", path).get_json()["outcomes"]
    assert outcomes[0] == {
        "question_id": answered.question_id,
        "item_id": "forward_3_1",
        "attempt": 1,
        "outcome": "right",
    }


def recording_of(answered, staff):
    body = staff("GET", f"/api/sessions/{answered.session_id}/result").get_json()
    return next(i for i in body["instruments"] if i["instrument"] == "digit_span")["questions"][0]["recording"]


def test_the_sound_is_what_the_recogniser_heard_and_never_what_was_uploaded(answered, staff):
    path = f"/api/recordings/{answered.recording_id}/audio"
    assert "is prepared" in require_problem(staff("GET", path), 404)["detail"]
    assert recording_of(answered, staff)["audio_url"] is None
    measured(answered)
    assert recording_of(answered, staff)["audio_url"] == path
    heard = staff("GET", path)
    assert (heard.mimetype, heard.data) == ("audio/flac", HEARD)
    assert heard.headers["Cache-Control"] == "no-store"
    assert heard.headers["Accept-Ranges"] == "bytes"


def test_a_recording_in_which_the_scanner_found_something_is_not_played(answered, staff):
    measured(answered)
    with owner_transaction() as connection:
        recordings.save_measured(connection, uuid.UUID(answered.recording_id), scan_finding="Cas.Test.Harm-1")
    told = require_problem(staff("GET", f"/api/recordings/{answered.recording_id}/audio"), 410)
    assert "Cas.Test.Harm-1" in told["detail"]
    assert recording_of(answered, staff)["audio_url"] is None


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("0-0", 0, 1), ("65530-65550", 65530, 65551), ("99990-", 99990, 100_000), ("-10", -10, None)],
)
def test_a_player_can_ask_for_any_range(answered, staff, asked, start, end):
    measured(answered)
    answer = staff("GET", f"/api/recordings/{answered.recording_id}/audio", headers={"Range": f"bytes={asked}"})
    assert answer.status_code == 206
    assert answer.data == HEARD[start:end]
    assert answer.headers["Content-Range"].endswith("/100000")
    with owner_transaction() as connection:
        (noted,) = audit.listing(connection, operation="READ", table_name="recordings")
    assert (noted["user_id"], noted["new_values"]) == (staff.user["id"], {"recording_id": answered.recording_id})


def test_a_range_beyond_the_end_and_a_look_without_the_bytes(answered, staff):
    measured(answered)
    path = f"/api/recordings/{answered.recording_id}/audio"
    assert staff("GET", path, headers={"Range": "bytes=999999-"}).status_code == 416
    head = staff("HEAD", path)
    assert (head.status_code, head.content_length, head.data) == (200, len(HEARD), b"")


def test_a_damaged_recording_is_not_played_and_the_fault_has_a_number(answered, staff):
    measured(answered)
    path = next(path for path in blobs.store().folder.rglob(f"playback/*/{answered.recording_id}"))
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)
    body = require_problem(staff("GET", f"/api/recordings/{answered.recording_id}/audio"), 500)
    assert "number" in body["remedy"]


def test_nobody_else_sees_results_or_hears_recordings(answered, participant, stranger, foreign_staff, nobody):
    for path in (f"/api/sessions/{answered.session_id}/result", f"/api/recordings/{answered.recording_id}/audio"):
        for person, status in ((participant, 404), (stranger, 404), (foreign_staff, 404), (nobody, 401)):
            require_problem(person("GET", path), status)
    assert foreign_staff("GET", "/api/sessions").get_json()["sessions"] == []
    require_problem(participant("GET", "/api/sessions"), 404)
    require_problem(nobody("GET", "/api/sessions"), 401)


def test_the_list_goes_back_page_by_page(staff, participant, session):
    ids = [session["id"]]
    count = leave_out_the_rest(participant, session)
    participant("POST", f"/api/sessions/{ids[0]}/complete", json={"question_count": count})
    for _ in range(4):
        started = participant("POST", "/api/sessions", json=session_body(is_simulated=True)).get_json()
        ids.append(started["id"])
        count = leave_out_the_rest(participant, started)
        participant("POST", f"/api/sessions/{ids[-1]}/complete", json={"question_count": count})
    found, path = [], "/api/sessions?limit=2"
    while path:
        body = staff("GET", path).get_json()
        found += body["sessions"]
        path = body["next"] and f"/api/sessions?limit=2&before={body['next']}"
    assert [row["id"] for row in found] == ids[::-1]
    assert [row["is_simulated"] for row in found] == [True] * 4 + [False]
    assert [row["result_status"] for row in found] == ["measuring"] * 5
    completed = staff("GET", "/api/sessions?state=completed").get_json()["sessions"]
    assert [row["id"] for row in completed] == ids[::-1]
    assert staff("GET", "/api/sessions?state=open").get_json()["sessions"] == []
    for query in ("limit=0", "limit=x", "state=lost", "before=yesterday"):
        require_problem(staff("GET", f"/api/sessions?{query}"), 422)


@pytest.mark.parametrize("listed", ["sessions", "invitations"])
def test_no_row_of_one_instant_is_left_out_between_two_pages(staff, invite, listed):
    for number in range(5):
        invite(f"P-{number}")("POST", "/api/sessions", json=session_body())
    with owner_transaction() as connection:
        connection.execute(sa.text(f"UPDATE {listed} SET created_at = date_trunc('minute', created_at)"))
    found, path = [], f"/api/{listed}?limit=2"
    while path:
        body = staff("GET", path).get_json()
        assert len(body[listed]) <= 2
        found += [row["participant_label"] for row in body[listed]]
        path = body["next"] and f"/api/{listed}?limit=2&before={body['next']}"
    assert sorted(found) == [f"P-{number}" for number in range(5)]
    for before in ("yesterday", "2026-01-01T00:00:00.000000", f"yesterday_{uuid.uuid4()}", "2026-01-01_1"):
        require_problem(staff("GET", f"/api/{listed}?before={before}"), 422)


def test_the_list_takes_the_same_number_of_queries_however_long_it_is(staff, participant, committed):
    import sqlalchemy as sa

    counts = []
    for _ in range(2):
        for _ in range(3):
            participant("POST", "/api/sessions", json=session_body())
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_rest, seen=seen):
            seen.append(statement)

        sa.event.listen(committed, "before_cursor_execute", note)
        staff("GET", "/api/sessions")
        sa.event.remove(committed, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_disturbed_the_session_is_told(answered, staff):
    at = dt.datetime.now(dt.UTC)
    kinds = [("focus_lost", 0), ("focus_gained", 14), ("focus_lost", 20), ("focus_gained", 21), ("offline", 30)]
    events = [
        {"id": str(uuid.uuid4()), "kind": kind, "at": (at + dt.timedelta(seconds=s)).isoformat()} for kind, s in kinds
    ]
    answered.person("POST", f"/api/sessions/{answered.session_id}/events", json={"events": events})
    facts = staff("GET", f"/api/sessions/{answered.session_id}/result").get_json()["validity"]
    assert [fact["code"] for fact in facts] == ["focus_lost", "offline"]
    assert facts[0]["detail"] == "2 times, 15 s in all"


def test_a_question_that_was_begun_again_is_named(answered, staff):
    about = {"instrument": "category_fluency", "item_id": "animals"}
    at = dt.datetime.now(dt.UTC).isoformat()
    events = [{"id": str(uuid.uuid4()), "kind": "begun_again", "at": at, "detail": about} for _ in range(2)]
    told = answered.person("POST", f"/api/sessions/{answered.session_id}/events", json={"events": events})
    assert told.status_code == 204
    facts = staff("GET", f"/api/sessions/{answered.session_id}/result").get_json()["validity"]
    fact = next(one for one in facts if one["code"] == "begun_again")
    assert (fact["detail"], fact["severity"]) == ("category_fluency/animals (2)", "warning")
