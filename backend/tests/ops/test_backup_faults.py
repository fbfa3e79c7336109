"""What goes wrong while a backup is made or restored: it is refused in words, and the running database is untouched."""

from __future__ import annotations

import fcntl
import json
import resource
import signal
import subprocess

import psycopg
import pytest

from cognitive_assessment.ops import embedded_database
from cognitive_assessment.ops.backups import files
from systems import CAS, System, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    running = System(tmp_path_factory.mktemp("faults") / "var", settings={"CAS_WORKERS": "0"}).start()
    assert running.cas("backup").returncode == 0
    yield running
    running.stop()


def require_untouched(system: System) -> None:
    assert system.sign_in()("GET", "/api/sessions").ok


def test_a_backup_of_a_newer_version_is_refused(system):
    newest = files.listed(system.data_dir / "backups")[-1]
    identity = files.identity_of(system.data_dir, None)
    kept = (newest / files.MANIFEST).read_text()
    document = {**json.loads(kept), "migration": "9999_of_the_future", "software": "9.0"}
    document.pop("signature")
    files.write_signed(newest / files.MANIFEST, document, identity)
    done = system.cas("restore", "database", "--yes")
    (newest / files.MANIFEST).write_text(kept)
    assert (done.returncode, "9999_of_the_future" in done.stderr, "9.0" in done.stderr) == (1, True, True)
    require_untouched(system)


def test_a_disk_that_fills_while_a_backup_is_made_leaves_nothing_half_written(system):
    before = files.listed(system.data_dir / "backups")

    def small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = system.cas("backup", preexec_fn=small_files_only)
    assert done.returncode == 1
    assert "full" in done.stderr
    assert "Traceback" not in done.stderr
    assert files.listed(system.data_dir / "backups") == before
    assert not list((system.data_dir / "backups").glob(".*.making"))
    assert system.cas("backup", "--dry-run").returncode == 0


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"CAS_MIN_FREE_BYTES": str(10**15)}, "The disk of the backups is full, or nearly"),
        ({"CAS_BACKUP_DIR": "/proc/nowhere"}, "The folder of the backups, /proc/nowhere, cannot be written to"),
    ],
)
def test_a_disk_that_takes_no_backup_is_named(system, settings, told):
    done = system.cas("backup", env={**system.environment, **settings})
    assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_a_second_backup_or_restore_at_the_same_time_is_told_to_wait(system):
    with (system.data_dir / "backups" / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for words in (("backup",), ("backup", "--dry-run"), ("restore", "database", "--yes")):
            done = system.cas(*words)
            assert (done.returncode, "Another backup or restore is running" in done.stderr) == (1, True)
    require_untouched(system)


def test_a_restore_that_is_killed_half_way_changes_nothing_and_the_next_one_works(system):
    addresses = embedded_database.find_running(system.data_dir)
    assert addresses is not None
    with psycopg.connect(addresses.owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        query = "SELECT datname FROM pg_database WHERE datname LIKE 'cas%'"

        def names() -> set[str]:
            return {name for (name,) in connection.execute(query).fetchall()}

        before = names()
        restoring = subprocess.Popen(
            [CAS, "restore", "database", "--yes"],
            env=system.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: names() - before, 60)
        restoring.send_signal(signal.SIGKILL)
        restoring.wait()
        assert {name.rpartition("_")[2] for name in names() - before} == {"restoring"}
    require_untouched(system)
    again = system.cas("restore", "database", "--yes")
    assert again.returncode == 0, again.stderr
    wait_until(lambda: system.health()["checks"]["database"]["status"] == "healthy", 30)
    require_untouched(system)
