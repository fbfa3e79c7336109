"""A whole system that keeps its recordings in a bucket: one spoken answer, from its upload to its points."""

from __future__ import annotations

import pytest

from api_clients import session_body
from buckets import lose, running_bucket
from sittings import answer_digits, finish, found_question
from systems import MODELS, System, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (MODELS / "manifest.json").exists(), reason="models/ has not been made"),
]


@pytest.fixture
def bucket():
    with running_bucket() as running:
        yield running


def test_a_spoken_answer_is_kept_in_the_bucket_and_the_second_store_and_outlives_the_bucket(bucket, tmp_path):
    settings, kept = bucket
    second = tmp_path / "second"
    own = {"CAS_BLOB_MIRROR": str(second), "CAS_BACKUP_EVERY_S": "0", "CAS_ARCHIVE": "off"}
    system = System(tmp_path / "var", settings={**settings, **own}).start()
    try:
        staff = system.sign_in()
        participant = staff.invite()
        session = participant("POST", "/api/sessions", session_body()).json()
        question_id, digits = answer_digits(participant, session)
        question = found_question(finish(participant, staff, session, {"forward_3_1"}), question_id)
        assert (question["answer"], question["values"]) == (digits, {"points": 1.0})
        wait_until(lambda: system.health()["checks"]["storage"]["status"] == "healthy")
        assert system.health()["checks"]["mirror"]["message"] == "OK"
        wait_until(lambda: list(second.glob("playback/*/*")))
        in_bucket = {name.split("/")[0] for name in kept()}
        assert in_bucket >= {"recordings", "keys", "playback"}
        lose(settings)
        assert staff("GET", f"/api/recordings/{question['recording']['recording_id']}/audio").content[:4] == b"fLaC"
        told = system.cas("blobs", "mirror")
        assert (told.returncode, "3  brought back" in told.stdout) == (0, True), told.stdout + told.stderr
        assert {name.split("/")[0] for name in kept()} >= in_bucket - {"probe"}
        assert "3  equal" in system.cas("blobs", "mirror").stdout
    finally:
        system.stop()
    assert not (tmp_path / "var" / "blobs").exists()
