"""Put a backup in the place of the database: restored beside it, compared, then exchanged in one transaction."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from cognitive_assessment import blobs
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError, DamagedBackup
from cognitive_assessment.ops import database_access, erasure, lockdown, maintenance, retention, sealing
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.backups.contents import contents_of, differences
from cognitive_assessment.ops.backups.keys import length_of
from cognitive_assessment.ops.backups.make import copies
from cognitive_assessment.ops.backups.prove import blobs_of, restore_into
from cognitive_assessment.store import roles, schema
from cognitive_assessment.store.engine import make_engine


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: under which name the old database is kept, and how long it took."""

    backup: str
    kept_as: str
    recordings_put_back: int
    duration_s: float


def restore(settings: Settings, name: str | None, say: Callable[[str], None]) -> Restored:
    """Restore a backup, the newest without a name.

    Until the very end the running database is untouched: a restore that breaks off, or a backup that is not what it
    says, changes nothing. Raises `NotFound`, `DamagedBackup`, `Conflict` or `Unavailable`.
    """
    began = time.monotonic()
    _mark_if_lost(settings)
    with files.locked(settings.backup_dir), database_access.database(settings, may_be_new=True) as access:
        identities = files.identities_of(settings.data_dir, settings.backup_identity)
        backup = files.open_backup(settings.backup_dir, name, *identities)
        _require_known(backup)
        serving = make_url(access.owner_url).set(drivername="postgresql")
        current = serving.database or ""
        making = f"{current}_restoring"
        postgres, named = _at(serving, database_access.MAINTENANCE_DATABASE), database_access.RESTORING
        with psycopg.connect(postgres, autocommit=True, application_name=named) as connection:
            _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", making)  # of one that broke off
            _execute(connection, "CREATE DATABASE {} TEMPLATE template0", making)
            try:
                say(f"Restoring {backup.path.name} beside the running database")
                restore_into(_at(serving, making), backup, identities)
                say("Comparing every table")
                _require_equal(_at(serving, making), backup)
                say("Upgrading the schema and granting the app role its rights")
                _upgrade(_at(serving, making), access)
                maintenance.tell_all(settings, _at(serving, making))
                put_back = _put_blobs_back(backup, settings, say)
                afterwards = (sealing.seal_what_is_plain, lockdown.close_again)
                for again in (erasure.apply_again, retention.apply_again, *afterwards):
                    for line in again(settings, _at(serving, making)):
                        say(line)
                kept_as = f"{current}_before_{dt.datetime.now(dt.UTC):%Y%m%d%H%M%S}"
                say(f"Exchanging the databases; the old one is kept as {kept_as}")
                _exchange(connection, current, making, kept_as)
                database_access.to_be_filled(settings).unlink(missing_ok=True)
            except BaseException:
                _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", making)
                say("Broken off; the database is as it was. --name takes another backup of `cas backup status`")
                raise
    return Restored(backup.path.name, kept_as, put_back, round(time.monotonic() - began, 1))


def _mark_if_lost(settings: Settings) -> None:
    """A cluster that is made for this restore is no database until it has ended."""
    mark = database_access.to_be_filled(settings)
    if settings.has_embedded_database and not (mark.parent / "cluster").exists():
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()


def _require_known(backup: files.Backup) -> None:
    """Refuse a backup of a newer software, whose migrations we do not have."""
    if backup.manifest["migration"] not in schema.known_migrations():
        raise DamagedBackup(
            f"{backup.path.name} has the migration {backup.manifest['migration']}, which this version does not know.",
            remedy=f"Restore it with version {backup.manifest['software']} or a newer one.",
        )


def _require_equal(url: str, backup: files.Backup) -> None:
    with psycopg.connect(url) as connection:
        problems = differences(backup.manifest["tables"], contents_of(connection))
    if problems:
        raise DamagedBackup(f"{backup.path.name} was not restored as it was: {' '.join(problems)}")


def _upgrade(url: str, access: database_access.Access) -> None:
    """An older backup is brought up to this version before anybody uses it."""
    role = make_url(access.app_url).username if access.app_url else None
    engine = make_engine(url)
    try:
        schema.upgrade(engine, app_role=role or roles.APP_ROLE)
    finally:
        engine.dispose()


def _put_blobs_back(backup: files.Backup, settings: Settings, say: Callable[[str], None]) -> int:
    """Copy the recordings that are no longer on the disk; one whose copy is damaged is told and left out."""
    source, target, count = copies(settings), blobs.store(), 0
    let_go = {str(number) for number in retention.erased_recordings(settings)}
    for blob in blobs_of(backup):
        if blob["key"].partition("/")[2] in let_go:
            continue
        if target.has_stored(blob["key"], blob["stored_bytes"]):
            continue
        try:
            with source.open_stored(blob["key"]) as file:
                sha256 = target.put_stored(blob["key"], file, length_of(blob, source))
        except CognitiveAssessmentError as error:
            say(f"{blob['key']}: {error.message}")
            continue
        if sha256 != blob["sha256"] and not blob["key"].startswith("keys/"):  # a key proves itself when it is used
            target.delete(blob["key"])
            say(f"{blob['key']}: the copy was altered, and is left out")
            continue
        count += 1
    return count


def _exchange(connection: psycopg.Connection[tuple[object, ...]], current: str, restored: str, kept_as: str) -> None:
    """Rename both in one transaction, so that there is always a database of the serving name."""
    # killed from here on, the database of the serving name stays closed; the next start or restore opens it again
    _execute(connection, "ALTER DATABASE {} ALLOW_CONNECTIONS false", current)
    try:
        for name in (current, restored):
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        _wait_until_left(connection, (current, restored))
        with connection.transaction():
            _execute(connection, "ALTER DATABASE {} RENAME TO {}", current, kept_as)
            _execute(connection, "ALTER DATABASE {} RENAME TO {}", restored, current)
    except BaseException:
        _execute(connection, "ALTER DATABASE {} ALLOW_CONNECTIONS true", current)
        raise
    _execute(connection, "ALTER DATABASE {} ALLOW_CONNECTIONS true", kept_as)


def _wait_until_left(connection: psycopg.Connection[tuple[object, ...]], names: tuple[str, ...]) -> None:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = ANY(%s)"
    deadline = time.monotonic() + 10
    while (connection.execute(query, [list(names)]).fetchone() or (0,))[0] and time.monotonic() < deadline:
        time.sleep(0.05)


def _execute(connection: psycopg.Connection[tuple[object, ...]], statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def _at(url: URL, database: str) -> str:
    return url.set(database=database).render_as_string(hide_password=False)
