"""What goes wrong while the database comes back from its archive: the old one stays, and the next try works."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import resource
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest

from archives import note
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.errors import DamagedBackup, NotFound, Unavailable
from cognitive_assessment.ops.archive import keep, restore
from cognitive_assessment.ops.backups import files
from systems import CAS, wait_until

pytestmark = pytest.mark.slow


def require_nothing_left(archived):
    assert not list(archived.cluster.parent.glob("*.restoring"))
    assert not list(archived.cluster.parent.glob("cluster.before-*"))
    assert keep.listed(archived.settings)


def test_a_moment_after_the_last_commit_goes_to_that_commit_and_says_so(archived):
    with archived.served() as url:
        note(url, "last")
    said = []
    done = restore.restore(archived.settings, dt.datetime.now(dt.UTC), said.append)
    assert any("log ends before this moment" in line for line in said)
    assert done.last_commit_at is not None
    assert done.kept_as is not None
    assert archived.noted() == ["last"]


def test_a_base_copy_is_named_by_its_end_and_leads_to_no_moment_before(archived):
    (base,) = keep.listed(archived.settings)
    assert (base / "cluster" / "backup_manifest").stat().st_mtime <= files.created_at(base).timestamp()
    with pytest.raises(NotFound, match="no base copy before"):
        restore.restore(archived.settings, files.created_at(base) - dt.timedelta(milliseconds=1), print)
    require_nothing_left(archived)


def test_the_moment_of_the_base_copy_itself_can_be_reached(archived):
    (base,) = keep.listed(archived.settings)
    wait_until(lambda: dt.datetime.now(dt.UTC) > files.created_at(base))
    with archived.served() as url:
        note(url, "later")
    restore.restore(archived.settings, files.created_at(base), print)
    assert archived.noted() == []


def test_a_restore_that_is_killed_half_way_changes_nothing_and_the_next_one_works(archived):
    with archived.served() as url:
        moment = note(url, "right")
        note(url, "wrong")
    held = archived.settings.data_dir / "erasures.jsonl"  # what is read once the log is replayed
    os.mkfifo(held)
    command = [CAS, "restore", "archive", "--yes"]
    restoring = subprocess.Popen(command, env=archived.environment, stdout=subprocess.DEVNULL)

    def opened():
        with contextlib.suppress(OSError):
            return os.open(held, os.O_WRONLY | os.O_NONBLOCK)

    wait_until(opened)
    restoring.send_signal(signal.SIGKILL)
    restoring.wait()
    held.unlink()
    assert archived.noted() == ["right", "wrong"]
    restore.restore(archived.settings, moment, print)
    assert archived.noted() == ["right"]


def remove(path: Path) -> None:
    path.unlink()


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[60] ^= 1  # within the first record
    path.write_bytes(content)


@pytest.mark.parametrize("break_it", [remove, damage])
def test_a_log_that_ends_in_the_middle_is_refused_and_a_moment_after_leads_as_far_as_it_goes(archived, break_it):
    with archived.served() as url, psycopg.connect(url, autocommit=True) as connection:
        for what in ("1 before", "2 lost", "3 behind", "4 last"):
            note(url, what)
            connection.execute("SELECT pg_switch_wal()")
    whole = sorted((keep.folder_of(archived.settings) / "wal").glob("0*[0-9A-F]"))
    break_it(whole[-3])
    with pytest.raises(DamagedBackup, match=f"goes on to {whole[-1].name[8:]}, but {whole[-3].name[8:]} or") as refused:
        restore.restore(archived.settings, None, print)
    assert "--until" in (refused.value.remedy or "")
    require_nothing_left(archived)
    assert len(archived.noted()) == 4
    said = []
    restore.restore(archived.settings, dt.datetime.now(dt.UTC), said.append)
    assert refused.value.message in said
    assert archived.noted() == ["1 before"]


def test_a_base_copy_that_cannot_be_started_is_told_and_the_old_database_stays(archived):
    with archived.served() as url:
        note(url, "kept")
    (base,) = keep.listed(archived.settings)
    (base / "cluster" / "postgresql.auto.conf").write_text("no = setting\n")  # which no manifest has a hash of
    with pytest.raises(Unavailable, match="did not come up"):
        restore.restore(archived.settings, None, print)
    require_nothing_left(archived)
    assert archived.noted() == ["kept"]


def test_a_full_disk_is_told_and_the_old_database_stays(archived):
    def small_files_only():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    command = [CAS, "restore", "archive", "--yes"]
    done = subprocess.run(
        command, env=archived.environment, preexec_fn=small_files_only, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "has no room for the database and its log" in done.stderr
    assert "Traceback" not in done.stderr
    require_nothing_left(archived)
    assert archived.noted() == []


def test_the_script_that_rolls_back_takes_a_moment(archived):
    with archived.served() as url:
        noted_at = note(url, "kept")
    script = [REPOSITORY_ROOT / "scripts" / "rollback.sh", "database", "--yes"]

    def rolled_back(*words):
        return subprocess.run([*script, *words], env=archived.environment, capture_output=True, text=True, check=False)

    both = rolled_back("--until", "2026-01-01T00:00:00", "--name", "20260101T000000Z")
    assert (both.returncode, "exclude each other" in both.stderr) == (2, True)
    early = rolled_back("--until", "2020-01-01T00:00:00")
    assert (early.returncode, "no base copy before" in early.stderr) == (1, True)
    moment = wait_until(lambda: now if (now := dt.datetime.now(dt.UTC).replace(microsecond=0)) > noted_at else None)
    done = rolled_back("--until", f"{moment:%Y-%m-%dT%H:%M:%S}")
    assert (done.returncode, "restored from the base of" in done.stdout) == (0, True), done.stderr
    assert archived.noted() == ["kept"]
