"""A whole system that keeps its recordings in a bucket: one spoken answer, from its upload to its points."""

from __future__ import annotations

import pytest

from api_clients import session_body
from buckets import running_bucket
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


def test_a_spoken_answer_is_kept_in_the_bucket_alone_and_scored(bucket, tmp_path):
    settings, kept = bucket
    system = System(tmp_path / "var", settings={**settings, "CAS_BACKUP_EVERY_S": "0", "CAS_ARCHIVE": "off"}).start()
    try:
        staff = system.sign_in()
        participant = staff.invite()
        session = participant("POST", "/api/sessions", session_body()).json()
        question_id, digits = answer_digits(participant, session)
        question = found_question(finish(participant, staff, session, {"forward_3_1"}), question_id)
        assert (question["answer"], question["values"]) == (digits, {"points": 1.0})
        wait_until(lambda: system.health()["checks"]["storage"]["status"] == "healthy")
    finally:
        system.stop()
    assert {name.split("/")[0] for name in kept()} >= {"recordings", "keys"}
    assert not (tmp_path / "var" / "blobs").exists()
