"""Every step of tus 1.0.0 on the wire, and what goes wrong on it."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid

import pytest
import sqlalchemy as sa

from api_clients import BYTES, OPENING, TUS, Upload, require_problem, session_body, sound, spoken_body
from builders import owner_transaction
from cognitive_assessment import blobs, config
from cognitive_assessment.api import sound_files, upload_body, upload_headers
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.jobs import mirror_recording
from cognitive_assessment.store import recordings


def kept(upload: Upload) -> bytes:
    with owner_transaction() as connection:
        row = recordings.get(connection, uuid.UUID(upload.recording_id))
    assert row is not None
    key = blobs.key_ring().of(row["user_id"])
    with blobs.store().open(f"recordings/{upload.recording_id}", key, row["stored_bytes"]) as file:
        return file.read()


def jobs() -> list[str]:
    with owner_transaction() as connection:
        return list(connection.execute(sa.text("SELECT task_name FROM procrastinate_jobs ORDER BY id")).scalars())


def checksum(data: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def test_the_server_says_what_it_can_without_a_sign_in(nobody):
    answer = nobody("OPTIONS", "/api/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation",
        "creation-defer-length",
        "creation-with-upload",
        "checksum",
        "termination",
    }
    assert answer.headers["Tus-Max-Size"] == str(5 * 1024**3)
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"


def test_in_pieces_with_the_length_known(upload):
    content = sound(200_000)
    made = upload.create(len(content))
    assert (made.status_code, made.headers["Location"]) == (201, upload.path)
    assert upload.patch(0, content[:120_000]).headers["Upload-Offset"] == "120000"
    told = upload.person("HEAD", upload.path, headers=TUS)
    assert (told.headers["Upload-Offset"], told.headers["Upload-Length"]) == ("120000", "200000")
    assert told.headers["Cache-Control"] == "no-store"
    assert "recording_id" in told.headers["Upload-Metadata"]
    assert upload.patch(120_000, content[120_000:]).status_code == 204
    assert kept(upload) == content


def test_while_recording_with_the_length_told_at_the_end(upload):
    upload.create(None)
    assert upload.person("HEAD", upload.path, headers=TUS).headers["Upload-Defer-Length"] == "1"
    upload.patch(0, OPENING + b" ")
    answer = upload.patch(6, b"last", Upload_Length="10")
    assert answer.headers["Upload-Offset"] == "10"
    assert upload.person("HEAD", upload.path, headers=TUS).headers["Upload-Length"] == "10"
    assert kept(upload) == OPENING + b" last"


def test_the_length_told_by_an_empty_last_request_completes_the_upload(upload):
    upload.create(None)
    upload.patch(0, OPENING + b"rest")
    assert upload.patch(9, b"", Upload_Length="9").status_code == 204
    with owner_transaction() as connection:
        assert recordings.get(connection, uuid.UUID(upload.recording_id))["state"] == "complete"


def test_a_length_that_contradicts_is_refused(upload):
    upload.create(None)
    upload.patch(0, OPENING, Upload_Length="10")
    require_problem(upload.patch(5, b"6", Upload_Length="11"), 422)
    require_problem(upload.create(11), 409)
    assert upload.create(10).status_code == 201


def test_creation_with_the_bytes_and_the_same_again(upload):
    options = {"headers": {"Content-Type": BYTES["Content-Type"]}, "data": OPENING}
    for _ in range(2):
        answer = upload.create(5, **options)
        assert (answer.status_code, answer.headers["Location"]) == (201, upload.path)
        assert answer.headers["Upload-Offset"] == "5"
        options = {"headers": {"Content-Type": BYTES["Content-Type"]}, "data": OPENING}
    assert kept(upload) == OPENING


def test_creating_again_changes_nothing(upload):
    upload.create(10)
    upload.patch(0, OPENING)
    assert upload.create(10).headers["Location"] == upload.path
    assert upload.offset() == 5


def test_a_wrong_offset_or_a_repeated_or_late_piece_is_refused_and_harms_nothing(upload):
    upload.create(10)
    require_problem(upload.patch(3, b"late"), 409, "conflict")
    upload.patch(0, OPENING)
    require_problem(upload.patch(0, OPENING), 409, "conflict")
    upload.patch(5, b"67890")
    assert kept(upload) == OPENING + b"67890"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_checksum_is_verified_and_nothing_of_a_bad_piece_is_kept(upload, algorithm):
    upload.create(10)
    assert upload.patch(0, OPENING, Upload_Checksum=checksum(OPENING, algorithm)).status_code == 204
    require_problem(upload.patch(5, b"6789X", Upload_Checksum=checksum(b"67890", algorithm)), 460)
    assert upload.offset() == 5
    assert upload.patch(5, b"67890", Upload_Checksum=checksum(b"67890", algorithm)).status_code == 204
    assert kept(upload) == OPENING + b"67890"


def test_a_piece_with_a_checksum_may_come_as_slowly_as_it_likes(upload, monkeypatch):
    monkeypatch.setattr(upload_body, "_BATCH_S", 0.0)  # every read takes longer than a batch waits
    content = sound(100_000)
    upload.create(len(content))
    assert upload.patch(0, content, Upload_Checksum=checksum(content)).headers["Upload-Offset"] == str(len(content))
    assert kept(upload) == content


def test_a_piece_too_long_to_hold_is_verified_before_it_is_kept(upload, committed, monkeypatch):
    content, waiting, read = sound(9 << 20), set(), upload_body.Body._read

    def watched(body: upload_body.Body) -> bytes:
        if not body._received % (1 << 20):
            waiting.update(connection.execute(busy).scalars())
        return read(body)

    busy = sa.text("SELECT state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    monkeypatch.setattr(upload_body.Body, "_read", watched)
    connection = committed.connect().execution_options(isolation_level="AUTOCOMMIT")
    upload.create(len(content) + 1)
    require_problem(upload.patch(0, content, Upload_Checksum=checksum(b"other")), 460)
    assert upload.offset() == 0
    assert upload.patch(0, content, Upload_Checksum=checksum(content)).headers["Upload-Offset"] == str(len(content))
    upload.patch(len(content), b"!")
    connection.close()
    assert kept(upload) == content + b"!"
    assert "idle in transaction" not in waiting  # no transaction waits for the network
    assert list(blobs.store().folder.parent.glob("tmp*")) == []


def test_an_append_that_lost_its_transaction_harms_nothing_that_was_kept_since(upload, committed, monkeypatch):
    upload.create(10)
    store, answers = blobs.store(), []
    append = store.append

    def lost_meanwhile(*given):
        monkeypatch.setattr(store, "append", append)
        with committed.connect() as connection:  # the database ends every connection, and their locks with them
            connection.execute(sa.text("RESET ROLE"))
            connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        answers.append(upload.patch(0, OPENING).status_code)  # while the first request goes on
        return append(*given)

    monkeypatch.setattr(store, "append", lost_meanwhile)
    assert upload.patch(0, OPENING).status_code == 503
    assert answers == [409]
    assert (upload.offset(), upload.patch(0, OPENING).status_code) == (0, 204)
    upload.patch(5, b"67890")
    assert kept(upload) == OPENING + b"67890"


@pytest.mark.parametrize("header", ["crc32 AAAA", "sha1 not*base64", "sha1"])
def test_a_checksum_that_nobody_knows_is_refused(upload, header):
    upload.create(5)
    answer = upload.patch(0, OPENING, Upload_Checksum=header)
    assert answer.status_code in {400, 460}
    assert upload.offset() == 0


def test_more_than_the_length_is_refused_whole(upload):
    upload.create(5)
    require_problem(upload.patch(0, OPENING + b"6"), 413, "too_large")
    assert upload.offset() == 0


def test_more_than_the_limit_is_refused(upload):
    require_problem(upload.create(5 * 1024**3 + 1), 413, "too_large")
    upload.create(None)
    require_problem(upload.patch(0, OPENING[:1], Upload_Length=str(5 * 1024**3 + 1)), 413, "too_large")


def another(upload: Upload) -> Upload:
    return Upload(upload.person, upload.session_id)


def test_the_recordings_of_a_session_share_its_room(upload, stranger, monkeypatch):
    monkeypatch.setenv("CAS_SESSION_MAX_BYTES", "100")
    config.settings.cache_clear()
    assert upload.create(60).status_code == 201
    assert "100 bytes" in require_problem(another(upload).create(41), 413, "too_large")["title"]
    declared, deferred = another(upload), another(upload)
    assert (declared.create(40).status_code, deferred.create(None).status_code) == (201, 201)
    require_problem(deferred.patch(0, OPENING), 413, "too_large")
    assert upload.patch(0, sound(60)).status_code == 204, "what was declared has its room"
    assert upload.create(60).status_code == 201, "the same again is none more"
    assert declared.person("DELETE", declared.path, headers=TUS).status_code == 204
    assert deferred.patch(0, OPENING).status_code == 204
    require_problem(deferred.patch(5, sound(36)), 413, "too_large")
    require_problem(deferred.patch(5, b"x", Upload_Length="41"), 413, "too_large")
    assert deferred.patch(5, sound(35), Upload_Length="40").status_code == 204
    require_problem(another(upload).create(1), 413, "too_large")
    theirs = stranger("POST", "/api/sessions", json=session_body()).get_json()
    assert Upload(stranger, theirs["id"]).create(100).status_code == 201


def test_a_session_has_so_many_recordings_however_small(upload, monkeypatch):
    monkeypatch.setenv("CAS_SESSION_MAX_RECORDINGS", "2")
    config.settings.cache_clear()
    assert upload.create(5).status_code == another(upload).create(None).status_code == 201
    assert "2 recordings" in require_problem(another(upload).create(None), 413, "too_large")["title"]
    assert upload.person("DELETE", upload.path, headers=TUS).status_code == 204
    require_problem(another(upload).create(0), 413, "too_large")


def test_the_wrong_media_type_and_the_wrong_version(upload):
    upload.create(5)
    wrong = {**TUS, "Upload-Offset": "0", "Content-Type": "application/octet-stream"}
    require_problem(upload.person("PATCH", upload.path, headers=wrong, data=OPENING), 415)
    old = {**BYTES, "Tus-Resumable": "0.2.2", "Upload-Offset": "0"}
    answer = upload.person("PATCH", upload.path, headers=old, data=OPENING)
    require_problem(answer, 412)
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert upload.offset() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": "-1"},
        {"Upload-Length": "ten"},
        {"Upload-Length": "9" * 30},
        {"Upload-Defer-Length": "2"},
        {},
        {"Upload-Length": "5", "Upload-Defer-Length": "1"},
        {"Upload-Length": "5", "Upload-Metadata": "session_id !!!"},
        {"Upload-Length": "5", "Upload-Metadata": ""},
        {"Upload-Length": "5", "Upload-Metadata": "a " + "A" * 9000},
        {"Upload-Length": "5", "Upload-Metadata": "session_id bm90IGEgdXVpZA=="},
    ],
)
def test_headers_that_are_no_headers(upload, headers):
    given = {**TUS, "Upload-Metadata": upload.metadata(), **headers}
    require_problem(upload.person("POST", "/api/uploads", headers=given), 400)


@pytest.mark.parametrize("settings", ["[1]", "{", "[" * 100_000, '{"a": "\\u0000"}', '{"a": 1e999}'])
def test_settings_that_cannot_be_kept(upload, settings):
    if len(settings) > 6000:
        settings = "[" * 5000
    given = {**TUS, "Upload-Length": "5", "Upload-Metadata": upload.metadata(settings=settings)}
    require_problem(upload.person("POST", "/api/uploads", headers=given), 400)


@pytest.mark.parametrize("offset", [None, "-1", "x", "1e3", "9" * 25])
def test_offsets_that_are_no_offsets(upload, offset):
    upload.create(5)
    headers = BYTES if offset is None else {**BYTES, "Upload-Offset": offset}
    require_problem(upload.person("PATCH", upload.path, headers=headers, data=OPENING), 400)


def test_termination_frees_the_bytes_and_the_address_is_gone(upload):
    upload.create(10)
    upload.patch(0, OPENING)
    assert upload.person("DELETE", upload.path, headers=TUS).status_code == 204
    assert upload.person("HEAD", upload.path, headers=TUS).status_code == 410
    require_problem(upload.patch(5, b"67890"), 410, "gone")
    require_problem(upload.person("DELETE", upload.path, headers=TUS), 410, "gone")
    assert not [path for path in (blobs.store().folder / "recordings").rglob("*") if path.is_file()]


def test_what_an_answer_rests_on_is_not_terminated(upload):
    upload.create(5)
    upload.patch(0, OPENING)
    path = f"/api/sessions/{upload.session_id}/questions/{upload.question_id}"
    assert upload.person("PUT", path, json=spoken_body(upload.recording_id)).status_code == 201
    require_problem(upload.person("DELETE", upload.path, headers=TUS), 409)
    assert kept(upload) == OPENING


def test_the_method_named_in_a_header(upload):
    upload.create(10)
    patch = {**BYTES, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert upload.person("POST", upload.path, headers=patch, data=OPENING).headers["Upload-Offset"] == "5"
    delete = {**TUS, "X-HTTP-Method-Override": "DELETE"}
    assert upload.person("POST", upload.path, headers=delete).status_code == 204


def test_an_empty_recording_is_complete_at_once(upload):
    upload.create(0)
    with owner_transaction() as connection:
        assert recordings.get(connection, uuid.UUID(upload.recording_id))["state"] == "complete"


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_an_upload_of_somebody_else_is_not_there(upload, stranger, staff, nobody, method):
    upload.create(5)
    headers = {**BYTES, "Upload-Offset": "0"}
    data = OPENING if method == "PATCH" else b""
    for person, status in ((stranger, 404), (staff, 404), (nobody, 401)):
        assert person(method, upload.path, headers=headers, data=data).status_code == status
    assert upload.offset() == 0


def test_nobody_uploads_into_the_session_of_somebody_else(upload, stranger, staff, nobody):
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": upload.metadata()}
    for person, status in ((stranger, 404), (staff, 404), (nobody, 401)):
        require_problem(person("POST", "/api/uploads", headers=headers), status)


def test_a_recording_id_of_another_question_is_taken(upload):
    upload.create(5)
    other = Upload(upload.person, upload.session_id, recording_id=upload.recording_id)
    require_problem(other.create(5), 409)


def test_the_last_bytes_and_the_answer_queue_one_job_in_either_order(upload):
    path = f"/api/sessions/{upload.session_id}/questions/"
    upload.create(5)
    upload.person("PUT", path + upload.question_id, json=spoken_body(upload.recording_id))
    assert jobs() == []
    upload.patch(0, OPENING)
    assert jobs() == ["measure_recording"]
    late = Upload(upload.person, upload.session_id)
    late.create(5)
    late.patch(0, OPENING)
    assert jobs() == ["measure_recording"]
    body = spoken_body(late.recording_id, item_id="forward_3_2")
    for _ in range(2):
        upload.person("PUT", path + late.question_id, json=body)
    assert jobs() == ["measure_recording", "measure_recording"]


def test_a_full_disk_answers_507_and_keeps_what_was_there(upload, monkeypatch):
    upload.create(10)
    upload.patch(0, OPENING)
    monkeypatch.setattr(blobs.store(), "min_free_bytes", 1 << 60)
    body = require_problem(upload.patch(5, b"67890"), 507, "storage_full")
    assert body["remedy"]
    assert upload.offset() == 5
    monkeypatch.setattr(blobs.store(), "min_free_bytes", 0)
    assert upload.patch(5, b"67890").status_code == 204
    assert kept(upload) == OPENING + b"67890"


@pytest.fixture
def second(monkeypatch, data_dir, tmp_path_factory):
    """A second store of the recordings, in a folder."""
    folder = tmp_path_factory.mktemp("second")
    monkeypatch.setenv("CAS_BLOB_MIRROR", str(folder / "kept"))
    for cache in (config.settings, blobs.store, blobs.key_ring):
        cache.cache_clear()
    return folder / "kept"


def stored_of(store, upload: Upload) -> bytes:
    with store.open_stored(f"recordings/{upload.recording_id}") as file:
        return file.read()


def test_a_recording_is_acknowledged_once_the_second_store_has_it_too(second, upload):
    upload.create(10)
    upload.patch(0, OPENING + b" ")
    kept_at = second / "recordings" / upload.recording_id[:2]
    assert not kept_at.exists()
    kept_at.parent.mkdir(exist_ok=True)
    kept_at.write_text("")  # nothing can be kept there
    require_problem(upload.patch(6, b"last"), 503)
    assert upload.person("HEAD", upload.path, headers=TUS).headers["Upload-Offset"] == "6"
    kept_at.unlink()
    assert upload.patch(6, b"last").headers["Upload-Offset"] == "10"
    assert (kept_at / upload.recording_id).read_bytes() == stored_of(blobs.mirrored().first, upload)


def test_or_it_is_acknowledged_at_once_and_copied_by_a_job_with_its_key(second, upload, monkeypatch):
    monkeypatch.setenv("CAS_BLOB_MIRROR_AT_ONCE", "off")
    config.settings.cache_clear()
    upload.create(4)
    assert upload.patch(0, OPENING[:4]).status_code == 204
    assert jobs() == ["mirror_recording"]
    kept_at = second / "recordings" / upload.recording_id[:2] / upload.recording_id
    assert not kept_at.exists()
    for _ in range(2):
        mirror_recording.run(upload.recording_id)
    assert kept_at.read_bytes() == stored_of(blobs.mirrored().first, upload)
    assert len(list((second / "keys").rglob("*-*"))) == 1
    assert upload.person("DELETE", upload.path, headers=TUS).status_code == 204
    assert not kept_at.exists()
    mirror_recording.run(upload.recording_id)
    assert not kept_at.exists()


@pytest.mark.parametrize("declared", ["text/html", "image/svg+xml", "audio/webm, text/html", "audio", "", "x" * 200])
def test_what_is_called_something_else_than_sound_is_not_begun(upload, declared):
    given = {"Upload-Metadata": upload.metadata(filetype=declared)}
    assert "sound" in require_problem(upload.create(5, headers=given), 415, "no_sound")["detail"]
    assert upload.person("HEAD", upload.path, headers=TUS).status_code == 404


NO_SOUND = {
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "an archive": b"PK\x03\x04\x14\x00\x00\x00\x08\x00more",
    "a program": b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00",
    "a program for Windows": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00",
    "a document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "a script": b"#!/bin/sh\nrm -r /\n",
    "a picture in RIFF": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
}


@pytest.mark.parametrize("content", NO_SOUND.values(), ids=NO_SOUND)
def test_what_is_no_sound_is_refused_before_anything_of_it_is_kept(upload, content):
    upload.create(len(content))
    require_problem(upload.patch(0, content), 415, "no_sound")
    assert upload.offset() == 0
    for at in range(len(content)):  # nor byte by byte
        answer = upload.patch(at, content[at : at + 1])
        if answer.status_code != 204:
            break
    require_problem(answer, 415, "no_sound")
    assert upload.offset() < 12
    checked = upload.patch(upload.offset(), content[upload.offset() :], Upload_Checksum=checksum(content))
    assert checked.status_code in {415, 460}
    whole = Upload(upload.person, upload.session_id)
    require_problem(whole.create(len(content), data=content, headers=BYTES), 415, "no_sound")
    assert jobs() == []


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (OPENING + b"webm rest", "audio/webm;codecs=opus"),
        (b"OggS\x00\x02rest of it", "audio/ogg"),
        (b"\x00\x00\x00\x20ftypM4A rest", "audio/mp4"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"fLaC\x00\x00\x00\x22rest of it", "audio/flac"),
        (b"ID3\x04\x00\x00rest of it", "audio/mpeg"),
        (b"\xff\xfb\x90\x64rest of it", "audio/mpeg"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_kind_of_sound_is_taken_in_whatever_pieces_and_known_by_its_content(upload, content, media_type):
    upload.create(len(content))
    for start, end in ((0, 1), (1, 9), (9, len(content))):  # a recorder's first piece may be one byte
        assert upload.patch(start, content[start:end]).status_code == 204
    assert kept(upload) == content
    with owner_transaction() as connection:
        assert recordings.get(connection, uuid.UUID(upload.recording_id))["media_type"] == media_type


def test_the_page_names_every_kind_of_sound_that_is_taken_and_how_large_it_may_be():
    text = (REPOSITORY_ROOT / "docs" / "reference" / "api.md").read_text()
    part = text.split("## Uploading a recording")[1].split("\n## ")[0]
    assert set(re.findall(r"`(audio/[\w]+)`", part)) == sound_files.TYPES
    assert f"at most {upload_headers.MAX_BYTES // 1024**3} GiB" in part
