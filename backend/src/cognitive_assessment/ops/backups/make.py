"""Make a backup: the database as of one moment, encrypted, and a copy of every recording that it names."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import psycopg
import pyrage

from cognitive_assessment import blobs
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.blobs.key_ring import WRAPPED_BYTES
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError, DamagedBlob, NotFound, StorageFull, Unavailable
from cognitive_assessment.ops import database_access
from cognitive_assessment.ops.archive import chains, keep
from cognitive_assessment.ops.backups import bucket, files, keys, scratch
from cognitive_assessment.ops.backups.contents import contents_of
from cognitive_assessment.ops.backups.postgres_tools import dumping
from cognitive_assessment.store.engine import plain_url

WANTED = f"""
SELECT 'recordings/' || id AS key, stored_bytes FROM recordings WHERE state = 'complete'
UNION ALL
SELECT 'playback/' || id, playback_stored_bytes FROM recordings WHERE playback_stored_bytes IS NOT NULL
UNION ALL
SELECT 'keys/' || id, {WRAPPED_BYTES} FROM users
WHERE role = 'participant' OR EXISTS (SELECT FROM second_factors WHERE user_id = users.id)
ORDER BY 1
"""  # noqa: S608  # a number of ours


def copies(settings: Settings) -> DiskBlobStore:
    """Where the copies of the recordings are kept, encrypted as they were."""
    return DiskBlobStore(settings.backup_dir / "blobs", min_free_bytes=settings.min_free_bytes)


@dataclass(frozen=True, slots=True)
class Made(files.Backup):
    """A new backup, and what it is without, in words."""

    faults: tuple[str, ...]


def make(settings: Settings, say: Callable[[str], None]) -> Made:
    """Make a backup, remove those that no rule keeps, and refresh the base copy of the archive.

    A backup that does not come to its end leaves nothing; what it is without is said, and keeps no other part back.
    Raises `StorageFull`, `Conflict` while another one is being made, and `Unavailable` if the database is away.
    """
    database_access.require_made(settings)  # a folder whose name was mistyped stays as it is
    with files.locked(settings.backup_dir), database_access.database(settings) as access:
        identity = files.identity_of(settings.data_dir, settings.backup_identity)  # nobody exchanges it meanwhile
        name = files.name_at(dt.datetime.now(dt.UTC))
        making = settings.backup_dir / f".{name}.making"
        _remove_leftovers(settings.backup_dir)
        scratch.remove_left_behind(settings.backup_dir)
        making.mkdir(mode=0o700)
        try:
            copies(settings).require_room(0)
            manifest = {"name": name, **_write(making, access.owner_url, identity, copies(settings), say)}
            files.write_signed(making / files.MANIFEST, manifest, identity)
            making.rename(settings.backup_dir / name)
        except (OSError, pyrage.EncryptError, StorageFull) as error:
            if isinstance(error, StorageFull) or files.is_full(error):
                raise StorageFull(
                    f"The disk of the backups is full, or nearly: {settings.backup_dir}. No backup was made.",
                    remedy=f"Make room on it; {settings.min_free_bytes} bytes are to stay free (CAS_MIN_FREE_BYTES).",
                ) from error
            raise
        finally:
            shutil.rmtree(making, ignore_errors=True)
        for gone in files.prune(settings.backup_dir):
            say(f"Removed {gone.name}, which no rule keeps")
        faults = _without(manifest) + _bring_up_bucket(settings) + _refresh_base(settings, access.owner_url, say)
        for fault in faults:
            say(fault)
    return Made(settings.backup_dir / name, manifest, tuple(faults))


def _without(manifest: dict[str, Any]) -> list[str]:
    missing, kept = manifest["blobs"]["missing"], manifest["blobs"]["kept"]
    return [f"{key} is not on the disk as it was acknowledged; the backup is without it" for key in missing] + [
        f"{key} is missing, damaged or another one than before; the backup has the copy of before. {keys.REMEDY}"
        for key in kept
    ]


def _bring_up_bucket(settings: Settings) -> list[str]:
    """Put the backup into the bucket too, where there is one; returns why it could not be put there, in words."""
    try:
        bucket.bring_up(settings)
    except CognitiveAssessmentError as error:
        return [f"The backup is not in the bucket: {error.message}"]
    return []


def _refresh_base(settings: Settings, owner_url: str, say: Callable[[str], None]) -> list[str]:
    """Make the base copy that is due; returns why it could not be made, or which one is damaged, in words."""
    faults: list[str] = []
    if not settings.has_embedded_database:
        return faults
    try:
        if (base := keep.refresh_base(settings, owner_url, say, faults.append)) is not None:
            rests_on = "".join(f", which rests on {link.name}" for link in chains.chain_of(base)[-2:-1])
            say(f"Made the base copy {base.name} of the archive{rests_on}")
    except (Unavailable, OSError, psycopg.Error, subprocess.SubprocessError) as error:
        faults.append(f"The base copy of the archive could not be made: {error}")
    return faults


def _remove_leftovers(folder: Path) -> None:
    for path in folder.glob(".*.making"):
        shutil.rmtree(path)


def _write(
    folder: Path, owner_url: str, identity: pyrage.x25519.Identity, store: DiskBlobStore, say: Callable[[str], None]
) -> dict[str, Any]:
    plain = plain_url(owner_url)
    with psycopg.connect(plain, connect_timeout=5, prepare_threshold=None) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        if (connection.execute("SELECT to_regclass('alembic_version')").fetchone() or (None,))[0] is None:
            raise NotFound("There is nothing to back up: the database is empty.", remedy="`cas serve` sets it up.")
        (migration,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
        (server,) = connection.execute("SHOW server_version").fetchone() or (None,)
        head = audit_head_of(connection)
        say("Writing the database")
        with dumping(plain, snapshot=snapshot) as dump, (folder / files.DUMP).open("wb") as target:
            pyrage.encrypt_io(dump, target, [identity.to_public()])
            target.flush()
            os.fsync(target.fileno())
        say("Counting what it holds")
        contents = contents_of(connection)
        wanted = [(str(key), int(size)) for key, size in connection.execute(WANTED).fetchall()]
    say(f"Copying what is new of {len(wanted)} recordings and copies to play")
    missing, kept = _copy_blobs(wanted, store, folder / files.BLOBS)
    return {
        "format": files.FORMAT,
        "software": version("cognitive-assessment"),
        "server": server,
        "migration": migration,
        "tables": contents,
        "audit_head": head,
        "database": _described(folder / files.DUMP),
        "blobs": {
            **_described(folder / files.BLOBS),
            "count": len(wanted) - len(missing),
            "missing": missing,
            "kept": kept,
        },
    }


def audit_head_of(connection: psycopg.Connection[Any]) -> dict[str, Any] | None:
    """The end of the log's chain: whoever writes the chain anew in the database does not write this one."""
    query = "SELECT position, encode(hash, 'hex') FROM audit_chain ORDER BY position DESC LIMIT 1"
    found = connection.execute(query).fetchone()
    return None if found is None else {"position": found[0], "hash": found[1]}


def _described(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": files.sha256_of(files.chunks_of(path))}


def _copy_blobs(wanted: list[tuple[str, int]], store: DiskBlobStore, list_file: Path) -> tuple[list[str], list[str]]:
    """Copy what is not there yet, and list each blob with its length and hash.

    Returns what is missing, and the keys that were not copied because the copy of before is the better one.
    """
    missing, kept = list[str](), list[str]()
    with list_file.open("w") as lines:
        for key, stored_bytes in wanted:
            try:
                sha256, size_bytes = _copied(key, stored_bytes, store, kept)
            except (NotFound, DamagedBlob):
                missing.append(key)
                continue
            lines.write(json.dumps({"key": key, "stored_bytes": size_bytes, "sha256": sha256}) + "\n")
        lines.flush()
        os.fsync(lines.fileno())
    return missing, kept


def _copied(key: str, stored_bytes: int, store: DiskBlobStore, kept: list[str]) -> tuple[str, int]:
    """Copy one blob, if it is not there; returns the hash of the copy and its length."""
    kind, _, number = key.partition("/")
    if kind == "keys":
        copied = keys.copy(UUID(number), store)
        if copied.is_of_before:
            kept.append(key)
        return copied.sha256, copied.size_bytes
    if not store.has_stored(key, stored_bytes):
        with blobs.store().open_stored(key) as file:
            return store.put_stored(key, file, stored_bytes), stored_bytes
    with store.open_stored(key) as file:
        return files.sha256_of(first(file, stored_bytes)), stored_bytes


def first(file: BinaryIO, size_bytes: int) -> Iterator[bytes]:
    """The first bytes of a file, a megabyte at a time."""
    while size_bytes and (piece := file.read(min(1 << 20, size_bytes))):
        size_bytes -= len(piece)
        yield piece
