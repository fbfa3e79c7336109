"""Recordings in the worker with a real clamd before them: what is found, what waits, what is looked at again."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

import scanners
from builders import owner_transaction
from cognitive_assessment import blobs, config
from cognitive_assessment.errors import Unavailable
from cognitive_assessment.jobs import measure_recording, mirror_recording
from cognitive_assessment.jobs.app import PASSING
from cognitive_assessment.ops import blob_mirror, person_export, scanner
from cognitive_assessment.ops.metrics.events import events
from cognitive_assessment.store import audit, recordings, scores, words
from recorded import spoken_digits
from scanners import HARM, HARM_NAME, MAX_STREAM_BYTES, set_to
from systems import MODELS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (MODELS / "manifest.json").exists(), reason="models/ has not been made"),
]


@pytest.fixture
def clamd(tmp_path_factory):
    with scanners.running(tmp_path_factory.mktemp("clamd")) as running:
        yield running


@pytest.fixture
def scanned(clamd, given, monkeypatch):
    """A session in a system that has the scanner."""
    with set_to(f"unix://{clamd.path}", monkeypatch):
        yield given


def found_of(given, question_id, recording_id):
    with owner_transaction() as connection:
        score = scores.newest_of_session(connection, given.session["id"]).get(question_id)
        return recordings.get(connection, recording_id), score and words.opened("scores", score, given.unseal)


def counted(kind):
    return events().scan_findings.labels(kind)._value.get()


def test_harm_is_kept_sealed_and_scored_as_not_scorable_with_what_to_do(scanned, count):
    before = counted("harm")
    question_id, recording_id = scanned.speak("forward_3_1", spoken_digits("123") + HARM)
    for _ in range(2):
        measure_recording.run(str(recording_id))
    recording, score = found_of(scanned, question_id, recording_id)
    assert (score["status"], score["outcome"], score["values"]) == ("not_scorable", "doubtful", {})
    assert HARM_NAME in score["reason"]
    assert "score it by hand" in score["reason"]
    assert (recording["scan_finding"], recording["state"], len(recording["sha256"])) == (HARM_NAME, "complete", 64)
    assert (recording["playback_stored_bytes"], recording["quality"], recording["waveform"]) == (None, None, None)
    assert (count("scores"), count("transcripts"), counted("harm")) == (1, 0, before + 1)
    with owner_transaction() as connection:
        changes = audit.listing(connection, operation="UPDATE", table_name="recordings")
    (told,) = changes
    assert (told["new_values"]["scan_finding"], told["old_values"]["scan_finding"]) == (HARM_NAME, None)


def test_what_was_taken_for_harm_is_read_once_the_scanner_knows_better(clamd, scanned, count):
    digits = scanned.planned("forward_3_1")[1]["stimulus"]["digits"]
    content = spoken_digits(digits)
    clamd.stop()
    clamd.know("Cas.Test.FalseAlarm-1", content[1000:1040])
    clamd.start()
    question_id, recording_id = scanned.speak("forward_3_1", content)
    measure_recording.run(str(recording_id))
    assert found_of(scanned, question_id, recording_id)[0]["scan_finding"] == "Cas.Test.FalseAlarm-1.UNOFFICIAL"
    clamd.stop()
    clamd.know("Cas.Test.Harm-1", HARM)
    clamd.start()
    with owner_transaction() as connection:
        connection.execute(sa.text("DELETE FROM procrastinate_jobs"))
        assert recordings.queue_sealed(connection) == 1
    assert count("procrastinate_jobs", "measure_recording") == 1
    measure_recording.run(str(recording_id))
    recording, score = found_of(scanned, question_id, recording_id)
    assert (recording["scan_finding"], score["values"]) == (None, {"points": 1.0})
    assert recording["playback_stored_bytes"] > 0
    with owner_transaction() as connection:
        assert recordings.queue_sealed(connection) == 0


def test_while_the_scanner_is_away_an_answer_waits_and_is_read_when_it_is_back(clamd, scanned, count):
    clamd.stop()
    question_id, recording_id = scanned.speak("forward_3_1", spoken_digits("123"))
    with pytest.raises(Unavailable) as away:
        measure_recording.run(str(recording_id))
    assert isinstance(away.value, PASSING)
    assert found_of(scanned, question_id, recording_id)[1] is None
    assert count("transcripts") == 0
    clamd.start()
    measure_recording.run(str(recording_id))
    recording, score = found_of(scanned, question_id, recording_id)
    assert (score["status"], recording["scan_finding"]) == ("scored", None)
    assert recording["playback_stored_bytes"] > 0


def test_one_beyond_the_limit_of_the_scanner_is_not_opened_and_says_how_it_can_be(scanned):
    before = counted("too_large")
    question_id, recording_id = scanned.speak("forward_3_1", spoken_digits("123") + bytes(MAX_STREAM_BYTES))
    measure_recording.run(str(recording_id))
    recording, score = found_of(scanned, question_id, recording_id)
    assert recording["scan_finding"] == scanner.TOO_LARGE
    assert "raise the scanner's limit" in score["reason"]
    assert counted("too_large") == before + 1


def test_an_altered_recording_is_not_taken_for_one_without_harm(scanned):
    question_id, recording_id = scanned.speak("forward_3_1", spoken_digits("123"))
    path = next(path for path in blobs.store().folder.rglob(str(recording_id)))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    measure_recording.run(str(recording_id))
    recording, score = found_of(scanned, question_id, recording_id)
    assert (score["status"], recording["playback_stored_bytes"]) == ("not_scorable", None)


def test_what_was_found_stands_where_it_cannot_be_looked_at_again(scanned, monkeypatch):
    question_id, recording_id = scanned.speak("forward_3_1", spoken_digits("123") + HARM)
    measure_recording.run(str(recording_id))
    with monkeypatch.context() as elsewhere:  # a worker on another machine, whose settings name no scanner
        elsewhere.delenv("CAS_SCANNER")
        config.settings.cache_clear()
        with pytest.raises(Unavailable, match="this worker has none"):
            measure_recording.run(str(recording_id))
    config.settings.cache_clear()
    path = next(path for path in blobs.store().folder.rglob(str(recording_id)))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    measure_recording.run(str(recording_id))
    recording, score = found_of(scanned, question_id, recording_id)
    assert (recording["scan_finding"], recording["playback_stored_bytes"]) == (HARM_NAME, None)
    assert HARM_NAME in score["reason"]


def test_it_is_copied_no_further(database, scanned, tmp_path, monkeypatch):
    _, recording_id = scanned.speak("forward_3_1", spoken_digits("123") + HARM)
    measure_recording.run(str(recording_id))
    second = tmp_path / "second"
    both = blobs.MirroredBlobStore(blobs.store(), blobs.DiskBlobStore(second, min_free_bytes=0))
    monkeypatch.setattr(blobs, "mirrored", lambda: both)
    mirror_recording.run(str(recording_id))
    assert list(second.rglob(str(recording_id))) == []
    counts, lost = blob_mirror.compare(database.owner_url)
    assert (counts, lost) == ({"copied": 1}, [])  # the person's key
    assert list(second.rglob(str(recording_id))) == []
    assert blobs.store().has_stored(f"recordings/{recording_id}", 1)


def exported(database, given, out: Path):
    _, missing = person_export.write(database.owner_url, given.user_id, out)
    with zipfile.ZipFile(out) as archive:
        sounds = {Path(name).stem for name in archive.namelist() if name.startswith("recordings/")}
        told = archive.read("README.txt").decode()
    assert all(line in told for line in missing)
    return sounds, told


def test_an_export_gives_no_sound_with_harm_measured_or_not(database, scanned, tmp_path):
    _, found = scanned.speak("forward_3_1", spoken_digits("123") + HARM)
    measure_recording.run(str(found))
    _, unseen = scanned.speak("forward_3_2", spoken_digits("321") + HARM)
    _, harmless = scanned.speak("forward_4_1", spoken_digits("321"))
    sounds, told = exported(database, scanned, tmp_path / "person.zip")
    assert sounds == {str(harmless)}
    for recording_id in (found, unseen):
        assert f"recordings/{recording_id}: The scanner found something harmful" in told
