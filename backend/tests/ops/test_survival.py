"""Nothing is lost: processes are killed in the middle of uploads and jobs, disks fill up, models go away."""

from __future__ import annotations

import io
import random
import re
import resource
import shutil
import socket
import time
from collections.abc import Iterator
from typing import Any

import psutil
import psycopg
import pytest
from tusclient.client import TusClient

from api_clients import BYTES, TUS, Upload, session_body, sound, spoken_body
from cognitive_assessment.ops import embedded_database, history
from cognitive_assessment.simulation import symbol_trials
from cognitive_assessment.simulation.profiles import PROFILES
from sittings import answer_digits, create, finish, found_question, patch, put
from systems import MODELS, Caller, System, wait_until

needs_models = pytest.mark.skipif(not (MODELS / "manifest.json").exists(), reason="models/ has not been made")
pytestmark = pytest.mark.slow


@pytest.fixture
def staff(system: System) -> Caller:
    return system.sign_in()


@pytest.fixture
def participant(staff: Caller) -> Caller:
    return staff.invite()


@pytest.fixture
def upload(participant: Caller) -> Upload:
    session = participant("POST", "/api/sessions", session_body()).json()
    return Upload(participant, session["id"])  # type: ignore[arg-type]


def test_a_standard_client_of_tus_uploads(system, upload):
    content = sound(700_000)
    client = TusClient(f"{upload.person.url}/api/uploads", headers={"Authorization": f"Bearer {upload.person.token}"})
    metadata = {name: getattr(upload, name) for name in ("recording_id", "session_id", "question_id")}
    metadata |= {"filetype": "audio/webm", "settings": "{}"}
    uploader = client.uploader(
        file_stream=io.BytesIO(content), chunk_size=200_000, metadata=metadata, upload_checksum=True
    )
    uploader.upload()
    assert uploader.url == f"{upload.person.url}{upload.path}"
    assert system.uploaded(upload.recording_id) == content


def test_the_web_process_is_killed_in_the_middle_of_an_upload(system, upload):
    content = sound(3_000_000)
    create(upload, None)
    assert patch(upload, 0, content[:1_000_000]).status_code == 204
    with half_sent(system, upload, offset=1_000_000, length=2_000_000, sent=content[1_000_000:1_700_000]):
        time.sleep(0.3)
        system.serving_process.kill()
    offset = wait_until(lambda: offset_of(upload))
    assert 1_000_000 <= offset < 1_700_001
    end = {"Upload-Length": str(len(content))}
    assert patch(upload, offset, content[offset:], **end).status_code == 204
    path = f"/api/sessions/{upload.session_id}/questions/{upload.question_id}"
    assert upload.person("PUT", path, spoken_body(upload.recording_id)).status_code == 201
    assert system.uploaded(upload.recording_id) == content


class half_sent:  # noqa: N801  # reads as what it does
    """A PATCH of which a part has been sent, while the block lasts."""

    def __init__(self, system: System, upload: Upload, *, offset: int, length: int, sent: bytes) -> None:
        lines = {**BYTES, "Upload-Offset": offset, "Content-Length": length, "Host": "127.0.0.1"}
        lines["Authorization"] = f"Bearer {upload.person.token}"
        head = f"PATCH {upload.path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._port, self._bytes = system.port, head.encode() + b"\r\n" + sent

    def __enter__(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port))
        self._socket.sendall(self._bytes)

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def offset_of(upload: Upload) -> int | None:
    """Where the server stands, once it answers."""
    try:
        answer = upload.person("HEAD", upload.path, headers=TUS)
    except OSError:
        return None
    return int(answer.headers["Upload-Offset"]) if answer.ok else None


def test_a_full_disk_answers_507_keeps_what_was_there_and_goes_on_when_there_is_room(system, upload):
    content = sound(600_000)
    create(upload, len(content))
    assert patch(upload, 0, content[:200_000]).status_code == 204
    serving = system.serving_process
    usual = serving.rlimit(resource.RLIMIT_FSIZE)
    serving.rlimit(resource.RLIMIT_FSIZE, (300_000, usual[1]))  # the kernel refuses every byte beyond, as a full disk
    try:
        answer = patch(upload, 200_000, content[200_000:])
        assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
        assert offset_of(upload) == 200_000
    finally:
        serving.rlimit(resource.RLIMIT_FSIZE, usual)
    assert patch(upload, 200_000, content[200_000:]).status_code == 204
    assert system.uploaded(upload.recording_id) == content


@pytest.fixture
def supervisor(system: System) -> psutil.Process:
    assert system.process is not None
    return psutil.Process(system.process.pid)


def test_a_full_disk_stops_nothing_and_what_is_seen_meanwhile_is_written_when_there_is_room(system, staff, supervisor):
    refused = system.data_dir / "history" / "running.new"
    wait_until(refused.with_name("running.json").exists)
    usual = supervisor.rlimit(resource.RLIMIT_FSIZE)
    supervisor.rlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        wait_until(refused.exists)  # made, and refused its first byte
        assert staff("GET", "/api/me").ok
    finally:
        supervisor.rlimit(resource.RLIMIT_FSIZE, usual)
    wait_until(lambda: not refused.exists())
    assert history.pieces(system.data_dir, since=0)[-1].up > 0
    assert staff("GET", "/api/me").ok


def test_without_room_for_another_process_the_others_go_on_and_it_is_said_once(system, staff, supervisor):
    wait_until(lambda: system.find("jobs.worker"))
    workers = len(system.find("jobs.worker"))
    usual = supervisor.rlimit(resource.RLIMIT_NOFILE)
    supervisor.rlimit(resource.RLIMIT_NOFILE, (3, usual[1]))
    try:
        system.find("jobs.worker")[0].kill()
        told = re.compile(r"Starting worker \d+ does not succeed: Too many open files")
        wait_until(lambda: told.search(system.said))
        assert staff("GET", "/api/me").ok
    finally:
        supervisor.rlimit(resource.RLIMIT_NOFILE, usual)
    wait_until(lambda: len(system.find("jobs.worker")) == workers)
    assert len(told.findall(system.said)) == 1


@pytest.fixture
def owner(system: System) -> Iterator[psycopg.Connection[Any]]:
    addresses = embedded_database.find_running(system.data_dir)
    assert addresses is not None
    url = addresses.owner_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url) as connection:
        yield connection


def jobs(system: System, task: str) -> list[tuple[str, int]]:
    addresses = embedded_database.find_running(system.data_dir)
    assert addresses is not None
    query = "SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name = %s ORDER BY id DESC"
    with psycopg.connect(addresses.owner_url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        return list(connection.execute(query, [task]))


def planned(session: dict[str, Any], kind: str) -> tuple[str, dict[str, Any]]:
    return next(
        (part["instrument"], question)
        for part in session["plan"]["parts"]
        for question in part["questions"]
        if question["kind"] == kind and not question["is_practice"]
    )


def outcome(participant: Caller, session: dict[str, Any], question_id: str) -> str:
    found = participant("GET", f"/api/sessions/{session['id']}/outcomes").json()["outcomes"]
    return next(one["outcome"] for one in found if one["question_id"] == question_id)


def test_a_worker_is_killed_in_the_middle_of_a_job(system, staff, participant, owner):
    session = participant("POST", "/api/sessions", session_body()).json()
    instrument, question = planned(session, "symbol_digit")
    response = symbol_trials.make(question["parameters"], PROFILES["typical"], random.Random(1))
    owner.execute("LOCK TABLE scores IN SHARE MODE")  # the job has to wait for us with its score
    question_id = put(participant, session, instrument, question["item_id"], response)
    wait_until(lambda: ("doing", 0) in jobs(system, "score_response"))
    system.find("jobs.worker")[0].kill()
    owner.rollback()
    wait_until(lambda: outcome(participant, session, question_id) == "done", 40)
    result = finish(participant, staff, session, {question["item_id"]})
    measures = next(one for one in result["instruments"] if one["instrument"] == instrument)["measures"]
    assert next(one for one in measures if one["name"] == "right")["value"] > 30
    assert len([one for one in jobs(system, "score_response") if one[0] != "succeeded"]) == 0


@needs_models
def test_a_worker_is_killed_in_the_middle_of_a_transcription(system, staff, participant):
    wait_until(lambda: system.health()["checks"]["ml_models"]["status"] == "healthy", 60)
    session = participant("POST", "/api/sessions", session_body()).json()
    question_id, digits = answer_digits(participant, session)
    wait_until(lambda: ("doing", 0) in jobs(system, "measure_recording"), every_s=0.01)
    system.find("jobs.worker")[0].kill()
    wait_until(lambda: outcome(participant, session, question_id) != "waiting", 60)
    result = finish(participant, staff, session, {"forward_3_1"})
    question = found_question(result, question_id)
    assert (question["answer"], question["values"]) == (digits, {"points": 1.0})


@needs_models
def test_without_its_model_answers_wait_and_are_scored_when_it_comes_back(make_system, tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    system = make_system(CAS_MODELS_DIR=str(folder)).start()
    staff = system.sign_in()
    participant = staff.invite()

    def told(words: str) -> bool:
        check = system.health()["checks"]["ml_models"]
        return words in check["message"] and check["status"] == ("healthy" if words == "Models loaded" else "unhealthy")

    wait_until(lambda: told("missing"))
    session = participant("POST", "/api/sessions", session_body()).json()
    question_id, digits = answer_digits(participant, session)
    time.sleep(2)
    assert outcome(participant, session, question_id) == "waiting"
    for path in MODELS.iterdir():
        shutil.copy(path, folder / path.name)
    model = folder / "model.pkl"
    whole = model.read_bytes()
    model.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    wait_until(lambda: told("altered") or told("manifest"))
    assert outcome(participant, session, question_id) == "waiting"
    model.write_bytes(whole)
    wait_until(lambda: told("Models loaded"), 60)
    result = finish(participant, staff, session, {"forward_3_1"})
    assert found_question(result, question_id)["answer"] == digits


@needs_models
def test_a_simulated_participant_takes_a_whole_session(system, staff):
    wait_until(lambda: system.health()["checks"]["ml_models"]["status"] == "healthy", 60)
    done = system.cas("simulate", "--fast", "--seed", "5", "--profile", "impaired")
    assert done.returncode == 0, done.stderr
    assert "Numbers in order" in done.stdout
    session_id = done.stdout.split("clinic/session?id=")[1].split()[0]
    result = staff("GET", f"/api/sessions/{session_id}/result").json()
    assert (result["status"], result["session"]["is_simulated"]) == ("ready", True)
    words = next(part for part in result["instruments"] if part["instrument"] == "word_list")
    measures = {measure["name"]: measure["value"] for measure in words["measures"]}
    assert measures["delay"] >= 5  # as if it had been waited, also where most of it was not
    assert measures["delayed_recall"] is not None
    assert measures["d_prime"] is not None
    found = {one["instrument"]: one for one in result["instruments"]}
    assert found.keys() == {"orientation", "word_list", "digit_span", "category_fluency", "symbol_digit"}
    for name, instrument in found.items():
        assert instrument["status"] in {"scored", "needs_review"}, (name, instrument["reason"])
        assert any(question["evidence"] for question in instrument["questions"]), name
    assert "skipped" not in done.stdout
    valid = next(one for one in found["category_fluency"]["measures"] if one["name"] == "valid")
    assert valid["value"] >= 3
