"""A copy of a serving system is destroyed and brought back; the system itself goes on."""

from __future__ import annotations

import os
import stat

import psutil
import pytest

from api_clients import BYTES, TUS, Upload, session_body, sound
from cognitive_assessment import config
from cognitive_assessment.errors import StorageFull
from cognitive_assessment.ops.backups import files, make, scratch
from cognitive_assessment.ops.drills import copies, run
from systems import System

pytestmark = pytest.mark.slow


def take_one(system: System) -> None:
    """A session with one recording that has arrived whole."""
    participant = system.sign_in().invite()
    session = participant("POST", "/api/sessions", session_body()).json()
    upload, content = Upload(participant, session["id"]), sound(100_000)
    headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": upload.metadata()}
    assert participant("POST", "/api/uploads", headers=headers).status_code == 201
    assert participant("PATCH", upload.path, headers={**BYTES, "Upload-Offset": "0"}, data=content).status_code == 204


def test_a_copy_is_destroyed_and_brought_back_while_the_system_serves(make_system):
    system = make_system(CAS_WORKERS="0").start()
    staff = system.sign_in()
    assert staff("GET", "/api/operation").json()["backups"]["last_drill"] is None
    take_one(system)
    served = [process.pid for process in system.processes()]
    done = system.cas("drill")
    assert done.returncode == 0, done.stdout + done.stderr
    report = staff("GET", "/api/operation").json()["backups"]["last_drill"]
    assert report["recordings"] > 0
    assert report["is_within_targets"] is True
    assert 0 < report["from_backup"]["rto_s"] < 3600
    assert report["from_archive"]["commits"] > 10
    assert report["from_archive"]["lost"] == 0
    assert {process.pid for process in system.processes()} >= set(served[:1])
    assert not list((system.data_dir / "backups").glob(".drill-*"))
    assert len(staff("GET", "/api/sessions").json()["sessions"]) == 1
    # one that cannot be brought back leaves no figures
    assert system.cas("backup").returncode == 0
    newest = files.listed(system.data_dir / "backups")[-1]
    dump = newest / files.DUMP
    dump.write_bytes(dump.read_bytes()[:-10])
    failed = system.cas("drill")
    assert (failed.returncode, "Traceback" in failed.stderr) == (1, False)
    assert "bytes instead of" in failed.stderr
    assert staff("GET", "/api/operation").json()["backups"]["last_drill"] == report
    assert not list((system.data_dir / "backups").glob(".drill-*"))


def test_without_room_for_a_copy_nothing_is_begun(data_dir):
    settings = config.build({"CAS_DATA_DIR": str(data_dir), "CAS_MIN_FREE_BYTES": str(10**17)})
    settings.backup_dir.mkdir()
    backup = files.Backup(settings.backup_dir / "20260101T000000Z", {})
    with pytest.raises(StorageFull, match="A copy needs"), copies.copy_of(settings, backup, 1000):
        pass
    assert not list(settings.backup_dir.iterdir())


def test_what_runs_on_a_copy_is_killed_though_it_did_not_announce_itself(data_dir):
    environment = {**os.environ, "CAS_DATA_DIR": str(data_dir)}
    copy = copies.Copy(environment, config.build(environment))
    with psutil.Popen(["sleep", "600"], env=environment) as started:
        copy.kill()
        assert not started.is_running()


@pytest.mark.parametrize("kind", ["drill", "proof", "staging"])
def test_what_a_killed_process_left_behind_is_removed(data_dir, kind):
    settings = config.build({"CAS_DATA_DIR": str(data_dir)})
    with psutil.Popen(["true"]) as ended:
        ended.wait()
    left, running = (settings.backup_dir / f".{kind}-{pid}-made" for pid in (ended.pid, os.getpid()))
    for folder in (left, running):
        (folder / "data").mkdir(parents=True)
    settings.backup_dir.chmod(0o750)
    with scratch.folder_for(kind, settings.backup_dir) as made:
        assert made.is_dir()
    assert (left.exists(), running.exists(), made.exists()) == (False, True, False)
    assert stat.S_IMODE(settings.backup_dir.stat().st_mode) == 0o750


def test_a_backup_removes_what_others_left(committed, database, data_dir, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database.owner_url)
    config.settings.cache_clear()
    with psutil.Popen(["true"]) as ended:
        ended.wait()
    left = config.settings().backup_dir / f".proof-{ended.pid}-made"
    left.mkdir(parents=True)
    make.make(config.settings(), lambda _: None)
    assert not left.exists()


def test_a_copy_is_told_only_what_it_needs(data_dir, monkeypatch):
    settings = config.build({"CAS_DATA_DIR": str(data_dir)})
    for name in ("SENTRY_DSN", "CLERK_SECRET_KEY", "CAS_S3_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", "SOMETHING"):
        monkeypatch.setenv(name, "of the system")
    monkeypatch.setenv("CAS_MIN_FREE_BYTES", "7")
    told = copies._environment(settings, data_dir / "copy")
    assert told["CAS_MIN_FREE_BYTES"] == "7"
    assert told["PATH"] == os.environ["PATH"]
    assert "of the system" not in told.values()


def test_a_report_that_was_altered_is_not_shown(data_dir):
    settings = config.build({"CAS_DATA_DIR": str(data_dir)})
    folder = settings.backup_dir / run.REPORTS
    folder.mkdir(parents=True)
    assert run.newest(settings) is None
    files.write_signed(folder / "20260101T000000Z.json", {"rto_s": 9}, files.identity_of(data_dir, None))
    assert run.newest(settings) == {"rto_s": 9}
    path = folder / "20260101T000000Z.json"
    path.write_text(path.read_text().replace("9", "1", 1))
    assert run.newest(settings) is None
