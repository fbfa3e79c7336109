"""The master key is exchanged while recordings lie there: all open afterwards, the old key opens nothing."""

from __future__ import annotations

import dataclasses
import os
import secrets
import signal
import subprocess
import uuid

import boto3
import pyrage
import pytest
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from api_clients import BYTES, TUS, Upload, session_body, sound
from cognitive_assessment import blobs, config
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.blobs.keys import MasterKey
from cognitive_assessment.cli.main import cli
from cognitive_assessment.errors import CognitiveAssessmentError, Conflict, InvalidInput, NotFound
from cognitive_assessment.ops import key_rotation
from cognitive_assessment.ops.backups import files, identity
from systems import CAS, wait_until


def silent(_: str) -> None:
    return


def give(count: int = 3) -> dict[uuid.UUID, tuple[str, int, bytes]]:
    """Persons with a recording each, and the copy of their keys among the backups."""
    copies = DiskBlobStore(config.settings().backup_dir / "blobs", min_free_bytes=0)
    given = {}
    for _ in range(count):
        person, key, content = uuid.uuid4(), f"recordings/{uuid.uuid4()}", secrets.token_bytes(1000)
        stored = blobs.store().append(key, blobs.key_ring().ensure(person), 0, [content]).stored_bytes
        given[person] = (key, stored, content)
        with blobs.store().open_stored(f"keys/{person}") as file:
            copies.put_stored(f"keys/{person}", file, MasterKey.WRAPPED_BYTES)
    return given


def play(person: uuid.UUID, key: str, stored_bytes: int) -> bytes:
    with blobs.store().open(key, blobs.key_ring().of(person), stored_bytes) as file:
        return file.read()


def wrapped_keys() -> list[bytes]:
    stores = (blobs.store(), DiskBlobStore(config.settings().backup_dir / "blobs", min_free_bytes=0))
    found = []
    for store in stores:
        for key in store.listed("keys"):
            with store.open_stored(key) as file:
                found.append(file.read())
    return found


def opens_any(key: MasterKey) -> bool:
    for wrapped in wrapped_keys():
        try:
            key.unwrap(wrapped)
        except CognitiveAssessmentError:
            continue
        return True
    return False


@pytest.fixture(params=["disk", "bucket"])
def place(request, data_dir, monkeypatch):
    """The data folder of a system whose recordings are on the disk, or in a bucket served over HTTP."""
    if request.param == "disk":
        yield data_dir
        return
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    values = {"ENDPOINT": endpoint, "ACCESS_KEY_ID": "tester", "SECRET_ACCESS_KEY": "secret", "BUCKET": "b-1"}
    for name, value in values.items():
        monkeypatch.setenv(f"CAS_S3_{name}", value)
    config.settings.cache_clear()
    names = {"aws_access_key_id": "tester", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=endpoint, **names).create_bucket(Bucket="b-1")
    yield data_dir
    server.stop()


def test_everything_plays_afterwards_and_the_old_key_opens_nothing(place):
    given = give()
    old = blobs.master_key().current
    assert opens_any(old)
    done = key_rotation.rotate(config.settings(), silent)
    assert (done.has_new_key, done.wrapped_anew, done.unreadable, done.is_retired) == (True, 6, [], True)
    assert blobs.master_key().current.mark == old.mark  # this process has served on, with what it knew
    for person, (key, stored_bytes, content) in given.items():
        assert play(person, key, stored_bytes) == content
    assert not opens_any(old)
    assert not (place / "master.key.before").exists()
    newcomer = uuid.uuid4()
    blobs.key_ring().ensure(newcomer)
    assert not blobs.key_ring().wrapped(newcomer).startswith(old.mark)
    assert key_rotation.needing_older(config.settings()) == 0


def test_killed_in_the_middle_it_goes_on_when_it_is_repeated(data_dir):
    given = give(200)
    old, path = blobs.master_key().current, data_dir / "master.key"
    kept = path.read_text()
    process = subprocess.Popen([CAS, "secrets", "rotate"], env={**os.environ, "CAS_DATA_DIR": str(data_dir)})
    first = min((data_dir / "blobs" / "keys").glob("*/*"))
    wait_until(lambda: not first.read_bytes().startswith(old.mark), every_s=0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert path.read_text() != kept
    marks = {wrapped.startswith(old.mark) for wrapped in wrapped_keys()}
    assert marks == {True, False}, "it was killed before its end"
    new = path.read_text()
    assert (data_dir / "master.key.before").read_text() == kept
    for person, (key, stored_bytes, content) in given.items():
        assert play(person, key, stored_bytes) == content
    assert key_rotation.needing_older(config.settings()) > 0
    done = key_rotation.rotate(config.settings(), silent)
    assert (done.has_new_key, done.is_retired) == (False, True)
    assert path.read_text() == new, "it went on with the key it had begun with"
    assert not opens_any(old)
    assert all(play(person, key, size) == content for person, (key, size, content) in given.items())


def test_broken_off_before_the_new_key_was_written_nothing_is_lost(data_dir):
    give(1)
    (data_dir / "master.key.before").write_text((data_dir / "master.key").read_text())
    (data_dir / "master.key.before").chmod(0o600)
    assert key_rotation.rotate(config.settings(), silent).has_new_key


def test_a_damaged_key_is_named_and_the_old_master_key_stays(data_dir):
    damaged, *_ = give()
    path = data_dir / "blobs" / "keys" / str(damaged)[:2] / str(damaged)
    path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1]))
    done = CliRunner().invoke(cli, ["secrets", "rotate"])
    assert (done.exit_code, str(damaged) in done.output) == (1, True)
    assert (data_dir / "master.key.before").exists()
    blobs.key_ring().destroy(damaged)
    again = CliRunner().invoke(cli, ["secrets", "rotate"])
    assert again.exit_code == 0, again.output
    assert not (data_dir / "master.key.before").exists()


def test_an_erased_person_does_not_come_back(data_dir):
    erased, *_ = give(2)
    blobs.key_ring().destroy(erased)
    key_rotation.rotate(config.settings(), silent)
    assert f"keys/{erased}" not in blobs.store().listed("keys")


def test_a_copy_of_the_backups_from_before_is_read_with_the_old_key_beside_the_new(data_dir):
    (person,) = give(1)
    place, old_text = f"keys/{person}", (data_dir / "master.key").read_text()
    with blobs.store().open_stored(place) as file:
        from_elsewhere = file.read()
    key_rotation.rotate(config.settings(), silent)
    (data_dir / "blobs" / "keys" / str(person)[:2] / str(person)).write_bytes(from_elsewhere)
    with pytest.raises(CognitiveAssessmentError, match="another master key"):
        blobs.MasterKeys(data_dir).unwrap(from_elsewhere)
    settings = dataclasses.replace(config.settings(), master_key_before=bytes.fromhex(old_text))
    done = key_rotation.rotate(settings, silent, has_new_key=False)
    assert (done.has_new_key, done.wrapped_anew, done.is_retired) == (False, 1, True)
    assert blobs.MasterKeys(data_dir).unwrap(blobs.key_ring().wrapped(person))


def test_a_key_that_the_settings_give_is_exchanged_there(data_dir):
    given = give()
    old = (data_dir / "master.key").read_text()
    settings = dataclasses.replace(config.settings(), master_key=secrets.token_bytes(32))
    with pytest.raises(InvalidInput, match="CAS_MASTER_KEY") as refused:
        key_rotation.rotate(settings, silent)
    assert "CAS_MASTER_KEY_BEFORE" in str(refused.value.remedy)
    settings = dataclasses.replace(settings, master_key_before=bytes.fromhex(old))
    done = key_rotation.rotate(settings, silent)
    assert (done.wrapped_anew, done.is_retired) == (2 * len(given), True)
    assert key_rotation.needing_older(settings) == 0


@pytest.mark.parametrize("words", [("secrets", "rotate"), ("secrets", "rotate", "--all")])
def test_where_there_is_no_system_nothing_is_made_and_it_is_said(tmp_path, monkeypatch, words):
    monkeypatch.setenv("CAS_DATA_DIR", str(tmp_path / "none"))
    config.settings.cache_clear()
    with pytest.raises(NotFound, match="no master key"):
        CliRunner().invoke(cli, words, catch_exceptions=False)
    assert not (tmp_path / "none").exists()
    config.settings.cache_clear()


def test_it_waits_for_no_backup_that_is_being_made(data_dir):
    give(1)
    with files.locked(config.settings().backup_dir), pytest.raises(Conflict, match="backup"):
        key_rotation.rotate(config.settings(), silent)


def test_backups_of_before_are_read_with_the_older_identity_until_none_is_left(data_dir):
    settings = config.settings()
    before = files.identity_of(data_dir, None)
    folder = settings.backup_dir / "20260101T000000Z"
    folder.mkdir(parents=True)
    files.write_signed(folder / files.MANIFEST, {"format": files.FORMAT}, before)
    assert identity.rotate(settings) == 1
    now, *older = files.identities_of(data_dir, None)
    assert [str(one) for one in older] == [str(before)]
    assert files.open_backup(settings.backup_dir, None, now, *older).path == folder
    assert pyrage.decrypt(pyrage.encrypt(b"a", [before.to_public()]), [now, *older]) == b"a"
    (folder / files.MANIFEST).unlink()
    assert identity.rotate(settings) == 0
    assert len(files.identities_of(data_dir, None)) == 1


def test_all_secrets_of_the_settings_get_new_values_beside_the_old(data_dir, monkeypatch):
    token, out = secrets.token_urlsafe(32), data_dir / "new.env"
    for name, value in {"CAS_METRICS_TOKEN": token, "CLERK_SECRET_KEY": secrets.token_urlsafe(32)}.items():
        monkeypatch.setenv(name, value)
    config.settings.cache_clear()
    give(1)
    done = CliRunner().invoke(cli, ["secrets", "rotate", "--all", "--out", str(out)])
    assert done.exit_code == 0, done.output
    name, _, value = out.read_text().strip().partition("=")
    assert (name, value.split(",")[1]) == ("CAS_METRICS_TOKEN", token)
    assert config.build({name: value}).metrics_token == value
    assert "CLERK_SECRET_KEY is changed by hand" in done.output
    assert token not in done.output


@pytest.mark.slow
def test_a_serving_system_goes_on_and_a_backup_of_before_is_restored(make_system):
    system = make_system(CAS_WORKERS="0").start()
    staff = system.sign_in()
    participant = staff.invite()
    session = participant("POST", "/api/sessions", session_body()).json()

    def record(content: bytes) -> str:
        upload = Upload(participant, session["id"])
        headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": upload.metadata()}
        assert participant("POST", "/api/uploads", headers=headers).status_code == 201
        sent = participant("PATCH", upload.path, headers={**BYTES, "Upload-Offset": "0"}, data=content)
        assert sent.status_code == 204, sent.text
        return upload.recording_id

    given = {record(content): content for content in (sound(70_000), sound(100))}
    assert system.cas("backup").returncode == 0
    old = MasterKey(bytes.fromhex((system.data_dir / "master.key").read_text()))
    rotated = system.cas("secrets", "rotate", "--all")
    assert rotated.returncode == 0, rotated.stderr
    after = sound(50)
    given[record(after)] = after
    assert all(system.uploaded(recording_id) == content for recording_id, content in given.items())
    assert system.cas("maintenance", "on").returncode == 0
    encrypted = system.cas("secrets", "reencrypt", "--new-keys")
    assert participant("GET", f"/api/sessions/{session['id']}").ok
    assert all(system.uploaded(recording_id) == content for recording_id, content in given.items())
    assert system.cas("maintenance", "off").returncode == 0
    assert (encrypted.returncode, "3 recordings" in encrypted.stdout) == (0, True), encrypted.stderr
    later = sound(60)
    given[record(later)] = later
    assert all(system.uploaded(recording_id) == content for recording_id, content in given.items())
    new = MasterKey(bytes.fromhex((system.data_dir / "master.key").read_text()))
    found = [path for path in system.data_dir.rglob("blobs/keys/*/*") if path.name != ".making"]
    assert len(found) == 2  # in use, and among the backups
    assert all(path.read_bytes().startswith(new.mark) for path in found)
    assert not any(path.read_bytes().startswith(old.mark) for path in found)
    proven = system.cas("backup", "--dry-run")  # of the backup of before
    assert proven.returncode == 0, proven.stderr
    for path in found:
        if "backups" not in path.parts:
            path.unlink()
    restored = system.cas("restore", "database", "--yes")
    assert restored.returncode == 0, restored.stderr
    wait_until(lambda: staff("GET", "/api/health/live").ok)
    (first, *_) = given
    assert system.uploaded(first) == given[first]
    assert 'cas_secret_age_seconds{secret="CAS_MASTER_KEY"}' in staff("GET", "/metrics").text
