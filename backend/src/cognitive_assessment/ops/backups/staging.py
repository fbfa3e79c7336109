"""A backup as another system, in a folder of its own: for trying a release, or for learning, never for care."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from pyrage.x25519 import Identity

from cognitive_assessment import blobs
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError, Conflict, DamagedBackup
from cognitive_assessment.ops import database_access, embedded_database, erasure, maintenance, retention
from cognitive_assessment.ops.backups import files, scratch
from cognitive_assessment.ops.backups.keys import length_of
from cognitive_assessment.ops.backups.make import copies
from cognitive_assessment.ops.backups.postgres_tools import dumping, restoring
from cognitive_assessment.ops.backups.prove import blobs_of, restore_into
from cognitive_assessment.ops.embedded_database import DatabaseAddresses
from cognitive_assessment.store import replaced, schema
from cognitive_assessment.store.engine import make_engine, plain_url


def restore(
    settings: Settings, name: str | None, folder: Path, say: Callable[[str], None], *, replace_personal_data: bool
) -> str:
    """Make a data folder from a backup, the newest without a name; returns which backup it was.

    With personal data replaced it gets none of our keys and no recording, so nothing sealed can be read there. Raises
    `Conflict` if the folder is there, `NotFound`, `DamagedBackup`; what does not come to its end leaves nothing.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"{folder} is there and not empty.", remedy="Name a folder that is to be made.")
    identities = files.identities_of(settings.data_dir, settings.backup_identity)
    backup = files.open_backup(settings.backup_dir, name, *identities)
    if backup.manifest["migration"] not in schema.known_migrations():
        raise DamagedBackup(f"{backup.path.name} is of a newer version.", remedy="Restore it with that version.")
    try:
        with files.locked(settings.backup_dir):
            if replace_personal_data:
                _make_replaced(settings, backup, identities, folder, say)
            else:
                _make_whole(settings, backup, identities, folder, say)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return backup.path.name


def _make_whole(
    settings: Settings, backup: files.Backup, identities: Sequence[Identity], folder: Path, say: Callable[[str], None]
) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with embedded_database.running(folder) as addresses:
        _restore_into(settings, backup, identities, folder, addresses, say)
    say("Copying keys and recordings")
    _copy_blobs(settings, backup, folder)


def _make_replaced(
    settings: Settings, backup: files.Backup, identities: Sequence[Identity], folder: Path, say: Callable[[str], None]
) -> None:
    """Replace in a scratch server and take a dump of it: its files and its log still hold what was replaced."""
    with scratch.folder_for("staging", settings.backup_dir) as aside, embedded_database.running(aside) as full:
        _restore_into(settings, backup, identities, aside, full, say)
        say("Replacing names, addresses, ways in and what was said")
        _replace(full.owner_url)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with embedded_database.running(folder) as addresses:
            say("Taking over what is left")
            _take_over(plain_url(full.owner_url), plain_url(addresses.owner_url))
            _prepare(addresses, folder)
    blobs.load_master_key(folder, None)  # one of its own: with that of the original it could be given recordings


def _restore_into(
    settings: Settings,
    backup: files.Backup,
    identities: Sequence[Identity],
    folder: Path,
    addresses: DatabaseAddresses,
    say: Callable[[str], None],
) -> None:
    """The database as it was, brought up to this version, without whoever was erased since."""
    say(f"Restoring {backup.path.name}")
    restore_into(plain_url(addresses.owner_url), backup, identities)
    _prepare(addresses, folder)
    maintenance.write(addresses.owner_url, None)  # that of the original is none of the copy's
    for again in (erasure.apply_again, retention.apply_again):
        for line in again(settings, addresses.owner_url):
            say(line)


def _prepare(addresses: DatabaseAddresses, folder: Path) -> None:
    access = database_access.Access(addresses.owner_url, addresses.app_url, addresses.app_password)
    database_access.prepare(access, folder)


def _replace(owner_url: str) -> None:
    engine = make_engine(owner_url)
    try:
        with engine.begin() as connection:
            replaced.replace(connection)
    finally:
        engine.dispose()


def _take_over(source_url: str, target_url: str) -> None:
    with psycopg.connect(source_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        with dumping(source_url, snapshot=str(snapshot)) as dump, restoring(target_url) as target:
            shutil.copyfileobj(dump, target)


def _copy_blobs(settings: Settings, backup: files.Backup, folder: Path) -> None:
    for path in settings.data_dir.glob(f"{blobs.MASTER_KEY_FILE}*"):
        shutil.copy2(path, folder)
    source, target = copies(settings), DiskBlobStore(folder / "blobs", min_free_bytes=settings.min_free_bytes)
    for blob in blobs_of(backup):
        with contextlib.suppress(CognitiveAssessmentError), source.open_stored(blob["key"]) as file:
            target.put_stored(blob["key"], file, length_of(blob, source))
