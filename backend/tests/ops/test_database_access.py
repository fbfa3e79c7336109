"""A restore that is killed while it exchanges the databases leaves the serving one closed: who comes next opens it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import psycopg
import pytest
from sqlalchemy.engine import make_url

from cognitive_assessment import config
from cognitive_assessment.errors import Conflict, DamagedBackup, Unavailable
from cognitive_assessment.ops import database_access
from cognitive_assessment.ops.backups import files, make, restore
from cognitive_assessment.ops.embedded_database import EmbeddedDatabase


def plain(url: str, database: str = "postgres") -> str:
    return make_url(url).set(drivername="postgresql", database=database).render_as_string(hide_password=False)


def close(url: str, name: str) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")


@pytest.fixture
def closed(database):
    """The owner's address of a database that takes no connections."""
    with psycopg.connect(plain(database.owner_url), autocommit=True) as connection:
        connection.execute("CREATE DATABASE closed")
        close(database.owner_url, "closed")
        yield plain(database.owner_url, "closed")
        connection.execute("DROP DATABASE closed WITH (FORCE)")


def test_a_closed_database_is_opened_again(closed):
    database_access.require_reachable(closed)
    psycopg.connect(closed).close()


def test_a_restore_that_is_still_at_work_is_waited_for(closed, database):
    restoring = psycopg.connect(plain(database.owner_url), application_name=database_access.RESTORING)
    with restoring, pytest.raises(Unavailable, match="A restore is putting"):
        database_access.require_reachable(closed)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(closed)


def test_who_may_not_open_it_is_told_what_does(closed, database):
    with pytest.raises(Unavailable, match="broken off while it exchanged") as told:
        database_access.require_reachable(plain(database.app_url, "closed"))
    assert 'ALTER DATABASE "closed" ALLOW_CONNECTIONS true' in (told.value.remedy or "")


def test_the_embedded_database_opens_its_own_at_its_start(tmp_path):
    server = EmbeddedDatabase(tmp_path)
    try:
        close(server.start().owner_url, "cas")
        server.stop()
        psycopg.connect(plain(server.start().owner_url, "cas")).close()
    finally:
        server.stop()


@pytest.mark.parametrize(
    "trace",
    ["blobs/keys/ab/abcdef", "postgres/cluster.before-x", "postgres/cluster.restoring", "backups/20261124T093000Z"],
)
def test_no_new_database_is_made_where_one_was_lost(data_dir, trace):
    (data_dir / trace).mkdir(parents=True)
    with pytest.raises(Conflict, match="there was one") as told, database_access.database(config.settings()):
        pass
    assert all(command in (told.value.remedy or "") for command in ("cas restore archive", "cas restore database"))
    assert not (data_dir / "postgres" / "cluster").exists()


def silent(_: str) -> None:
    return


def test_a_lost_database_is_made_anew_by_a_restore_and_counts_once_that_has_ended(data_dir):
    settings = config.settings()
    with database_access.database(settings) as access:
        database_access.prepare(access, data_dir)
    backup = make.make(settings, silent).path
    shutil.rmtree(data_dir / "postgres")
    whole = (backup / files.DUMP).read_bytes()
    (backup / files.DUMP).write_bytes(whole[:-1])
    with pytest.raises(DamagedBackup):
        restore.restore(settings, None, silent)
    with pytest.raises(Conflict, match="there was one"):  # the empty one that the restore has left is none
        database_access.require_not_lost(settings)
    (backup / files.DUMP).write_bytes(whole)
    restore.restore(settings, None, silent)
    with database_access.of_this_version(settings):
        pass


@pytest.mark.parametrize("command", [["audit", "verify"], ["retention", "run", "--dry-run"], ["maintenance", "on"]])
def test_a_mistyped_folder_is_named_and_stays_as_it_is(data_dir, command):
    mistyped = data_dir / "mistyped"
    environment = {**os.environ, "CAS_DATA_DIR": str(mistyped)}
    ran = subprocess.run(
        [sys.executable, "-m", "cognitive_assessment.cli.main", *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode != 0
    assert f"There is no system in {mistyped}" in ran.stderr
    assert "CAS_DATA_DIR names the folder" in ran.stderr
    assert not (mistyped / "postgres").exists()
