"""The archive goes on after every start; where it cannot, it begins anew, and says so."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from archives import Archived, note
from cognitive_assessment.errors import Unavailable
from cognitive_assessment.ops import embedded_database
from cognitive_assessment.ops.archive import chains, keep, restore, state
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.child_processes import stop_all
from cognitive_assessment.store.engine import make_engine, plain_url
from systems import CAS, wait_until

pytestmark = pytest.mark.slow
BEGAN_ANEW = ["The archive could not go on: the old one is kept aside, a new one begins", "a base, please"]


def log_of(archived: Archived) -> Path:
    return keep.folder_of(archived.settings) / "wal"


def switch(url: str, times: int = 1) -> None:
    """End the file of the log that is being written, so that the next one begins."""
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(times):
            connection.execute("SELECT pg_logical_emit_message(true, 'test', 'x')")
            connection.execute("SELECT pg_switch_wal()")


def found(archived: Archived, url: str) -> state.State | None:
    engine = make_engine(make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            return state.read(archived.settings, connection)
    finally:
        engine.dispose()


def test_it_goes_on_after_a_start_with_a_file_that_is_whole_or_not(archived):
    for times in (0, 1, 2):
        with archived.served() as url:
            switch(url, times)
    assert archived.said == []
    assert len(keep.listed(archived.settings)) == 1
    with archived.served() as url:
        state_now = wait_until(lambda: one if (one := found(archived, url)) and one.is_received else None)
        assert state_now.fault() is None


def require_restorable(archived: Archived) -> None:
    """With a base copy, the archive that began anew brings everything back."""
    with archived.served() as url:
        assert keep.refresh_base(archived.settings, url, print, print) is not None
        note(url, "after")
    restore.restore(archived.settings, None, print)
    assert "after" in archived.noted()


def test_what_the_server_no_longer_kept_for_it_begins_anew(archived, monkeypatch):
    (base,) = keep.listed(archived.settings)
    with monkeypatch.context() as patched:
        patched.setattr(embedded_database, "WAITS_FOR_ARCHIVE", "1MB")
        with archived.served(is_received=False) as url:
            switch(url, 6)
            with psycopg.connect(url, autocommit=True) as connection:

                def is_gone() -> bool:
                    connection.execute("CHECKPOINT")  # frees what was summarised before it, some of it the next time
                    told = found(archived, url)
                    return told is not None and "gone from the server" in (told.fault() or "")

                wait_until(is_gone)
    require_restorable(archived)
    assert archived.said == BEGAN_ANEW
    before = min(archived.settings.backup_dir.glob("archive.before-*"))  # the other one is what the restore put aside
    assert [path.name for path in (before / "base").iterdir()] == [base.name]


def test_an_archive_that_was_emptied_begins_anew(archived):
    for path in log_of(archived).iterdir():
        path.unlink()
    require_restorable(archived)
    assert archived.said == BEGAN_ANEW


def test_an_archive_of_another_history_is_put_aside(archived):
    restore.restore(archived.settings, None, print)
    (before,) = archived.settings.backup_dir.glob("archive.before-*")
    before.rename(keep.folder_of(archived.settings))  # as if the restore had been killed just before it did that
    require_restorable(archived)
    assert archived.said == BEGAN_ANEW


def test_the_log_of_a_database_made_anew_is_not_added_to_that_of_the_old(archived):
    archived.cluster.rename(archived.cluster.with_name("lost"))
    last = max(path.name for path in log_of(archived).iterdir()).removesuffix(".partial")
    before = {path.name: path.read_bytes() for path in log_of(archived).iterdir()}
    with archived.served(is_received=False) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE noted (what text)")
            while connection.execute("SELECT pg_walfile_name(pg_current_wal_lsn()) < %s", [last]).fetchone() == (True,):
                switch(url)  # until the names of its files are those that the archive waits for
        addresses = embedded_database.find_running(archived.settings.data_dir)
        child = keep.receiver(archived.settings, addresses, archived.said.append, print)
        with files.locked(archived.settings.backup_dir):  # a backup is being made
            child.start()
    assert child.process is None
    assert "Another backup or restore is running" in archived.said.pop()
    assert {path.name: path.read_bytes() for path in log_of(archived).iterdir()} == before
    require_restorable(archived)
    assert archived.noted() == ["after"]
    assert archived.said[:2] == BEGAN_ANEW


def test_a_folder_that_cannot_be_made_is_told_and_ends_nothing(archived):
    keep.put_aside(archived.settings)
    keep.folder_of(archived.settings).write_text("no folder")
    with archived.served(is_received=False) as url:
        addresses = embedded_database.find_running(archived.settings.data_dir)
        child = keep.receiver(archived.settings, addresses, archived.said.append, print)
        child.start()
        assert child.process is None
        told = found(archived, url)
        assert told is not None
        assert "Nobody receives the log" in (told.fault() or "")
    assert ["The archive cannot be kept" in line for line in archived.said] == [True]


def test_one_whose_server_ends_it_ends_too_and_the_next_one_goes_on(archived):
    server = embedded_database.EmbeddedDatabase(archived.settings.data_dir)
    addresses = server.start()
    child = keep.receiver(archived.settings, addresses, archived.said.append, print)
    url = plain_url(addresses.owner_url)

    def is_received() -> bool:
        child.look(print)
        one = found(archived, url)
        return one is not None and one.is_received

    try:
        wait_until(is_received)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots")
        assert child.process is not None
        assert child.process.wait(60) != 0  # by itself it would ask for ever, also for what is gone
        wait_until(is_received)
    finally:
        stop_all([child], limit_s=10)
        server.stop()
    assert archived.said == []


def test_a_base_copy_that_fails_keeps_no_backup_back_and_none_from_being_removed(archived):
    base, backups = keep.folder_of(archived.settings) / "base", archived.settings.backup_dir
    shutil.rmtree(base)
    base.write_text("no folder")
    for name in ("20240101T000000Z", "20240101T000100Z"):  # of one hour the newest is kept
        (backups / name).mkdir()
    done = subprocess.run(
        [CAS, "backup", "--quiet"], env=archived.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == files.INCOMPLETE, done.stderr
    assert "base copy of the archive could not be made" in done.stderr
    assert [path.name[:6] for path in files.listed(backups)] == ["202401", files.name_at(dt.datetime.now(dt.UTC))[:6]]


def test_a_base_copy_that_is_found_damaged_is_told_by_the_backup_that_made_a_whole_one_instead(archived):
    (base,) = keep.listed(archived.settings)
    yesterday = base.rename(base.with_name(files.name_at(files.created_at(base) - dt.timedelta(days=1))))
    (yesterday / "cluster" / "backup_manifest").unlink()
    done = subprocess.run(
        [CAS, "backup", "--quiet"], env=archived.environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, f"The base copy {yesterday.name} is damaged" in done.stderr) == (files.INCOMPLETE, True)
    before, made = keep.listed(archived.settings)
    assert (before, chains.chain_of(made)) == (yesterday, [made])


def test_a_whole_copy_leaves_room_for_the_log_that_is_received_on_the_same_disk(archived):
    shutil.rmtree(keep.folder_of(archived.settings) / "base")
    cramped = Archived(archived.settings.data_dir, CAS_MIN_FREE_BYTES=str(10**15))
    with cramped.served() as url, pytest.raises(Unavailable, match="MB are needed, and"):
        keep.refresh_base(cramped.settings, url, print, print)
    assert list((keep.folder_of(cramped.settings) / "base").iterdir()) == []
