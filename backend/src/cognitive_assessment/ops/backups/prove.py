"""Prove a backup: restore it into a scratch server, compare all tables, read all recordings, sign what was found."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO
from uuid import UUID

import psycopg
import pyrage
from pyrage.x25519 import Identity

from cognitive_assessment import blobs
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError, DamagedBackup, Gone
from cognitive_assessment.ops import retention
from cognitive_assessment.ops.backups import files, keys, scratch
from cognitive_assessment.ops.backups.contents import contents_of, differences
from cognitive_assessment.ops.backups.make import copies, first
from cognitive_assessment.ops.backups.postgres_tools import restoring
from cognitive_assessment.ops.embedded_database import EmbeddedDatabase
from cognitive_assessment.store.engine import plain_url

REPORTS = "reports"
_OWNERS = "SELECT id::text, user_id FROM recordings"


def prove(settings: Settings, name: str | None, say: Callable[[str], None]) -> dict[str, Any]:
    """Restore a backup, the newest without a name, into a scratch server and compare; returns the signed report.

    Raises `NotFound` or `DamagedBackup` if there is nothing that could be restored.
    """
    with files.locked(settings.backup_dir):
        identities = files.identities_of(settings.data_dir, settings.backup_identity)
        backup = files.open_backup(settings.backup_dir, name, *identities)
        began = time.monotonic()
        problems = _problems(backup, settings, identities, say)
        report = {
            "backup": backup.path.name,
            "proven_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "duration_s": round(time.monotonic() - began, 1),
            "tables": len(backup.manifest["tables"]),
            "rows": sum(int(table["rows"]) for table in backup.manifest["tables"].values()),
            "recordings": backup.manifest["blobs"]["count"],
            "is_proven": not problems,
            "problems": problems,
        }
        folder = settings.backup_dir / REPORTS
        folder.mkdir(exist_ok=True, mode=0o700)
        files.write_signed(folder / f"{backup.path.name}.json", report, identities[0])
    return report


def newest_report(settings: Settings, *identities: Identity, only_proven: bool = False) -> dict[str, Any] | None:
    """The report of the last proof, or of the last that went well, if there is one."""
    found = sorted((settings.backup_dir / REPORTS).glob("*.json"), key=lambda path: path.stat().st_mtime)
    reports = (files.read_signed(path, *identities) for path in reversed(found))
    return next((report for report in reports if report["is_proven"] or not only_proven), None)


def _problems(
    backup: files.Backup, settings: Settings, identities: Sequence[Identity], say: Callable[[str], None]
) -> list[str]:
    with scratch.folder_for("proof", settings.backup_dir) as folder:
        server = EmbeddedDatabase(folder)
        say("Starting a scratch server")
        url = plain_url(server.start().owner_url)
        try:
            say("Restoring the database into it")
            try:
                restore_into(url, backup, identities)
            except CognitiveAssessmentError as error:
                return [error.message]
            with psycopg.connect(url) as connection:
                say("Comparing every table")
                problems = differences(backup.manifest["tables"], contents_of(connection))
                owners = {str(id_): UUID(str(owner)) for id_, owner in connection.execute(_OWNERS).fetchall()}
        finally:
            server.stop()
    say(f"Reading {backup.manifest['blobs']['count']} recordings and copies to play")
    problems += [f"{key} was missing when the backup was made." for key in backup.manifest["blobs"]["missing"]]
    problems += [
        f"{key} was missing, damaged or another one when the backup was made; its copy is of before. {keys.REMEDY}"
        for key in backup.manifest["blobs"].get("kept", ())  # backups of before these were told
    ]
    let_go = {str(number) for number in retention.erased_recordings(settings)}
    return problems + list(_blob_problems(backup, copies(settings), owners, let_go))


def restore_into(url: str, backup: files.Backup, identities: Sequence[Identity]) -> None:
    """Decrypt the dump into an empty database; raises `DamagedBackup` for one that is not what its manifest says."""
    dump = backup.path / files.DUMP
    require_whole(backup, files.DUMP, "database")
    with dump.open("rb") as source, restoring(url) as target:
        try:
            pyrage.decrypt_io(source, target, identities)
        except BrokenPipeError:
            raise
        except (pyrage.DecryptError, OSError) as error:
            raise DamagedBackup(f"The database of {backup.path.name} cannot be decrypted: {error}.") from error


def require_whole(backup: files.Backup, file_name: str, part: str) -> None:
    """Raise `DamagedBackup` if a file has another length or hash than the manifest says."""
    path, expected = backup.path / file_name, backup.manifest[part]
    if not path.exists():
        raise DamagedBackup(f"{backup.path.name} has no {file_name}.")
    if path.stat().st_size != expected["bytes"]:
        raise DamagedBackup(
            f"{file_name} of {backup.path.name} has {path.stat().st_size} bytes instead of {expected['bytes']}."
        )
    if files.sha256_of(files.chunks_of(path)) != expected["sha256"]:
        raise DamagedBackup(f"{file_name} of {backup.path.name} was altered: its hash differs.")


def blobs_of(backup: files.Backup) -> Iterator[dict[str, Any]]:
    """Key, length and hash of every recording of a backup."""
    require_whole(backup, files.BLOBS, "blobs")
    with (backup.path / files.BLOBS).open() as lines:
        for line in lines:
            yield json.loads(line)


def _blob_problems(
    backup: files.Backup, store: DiskBlobStore, owners: dict[str, UUID], let_go: set[str]
) -> Iterator[str]:
    """Every recording is as it was copied, and opens with its person's key; of what was erased, nothing is left."""
    ring = blobs.KeyRing(store, blobs.master_key())
    for blob in blobs_of(backup):
        kind, _, number = blob["key"].partition("/")
        if number in let_go:
            continue
        owner = UUID(number) if kind == "keys" else owners[number]
        try:
            key = ring.of(owner)
        except Gone:
            continue
        except CognitiveAssessmentError as error:
            yield f"{blob['key']}: {error.message}"
            continue
        if kind != "keys":
            yield from _recording_problems(blob, store, key)


def _recording_problems(blob: dict[str, Any], store: DiskBlobStore, key: blobs.DataKey) -> Iterator[str]:
    try:
        with store.open_stored(blob["key"]) as file:
            sha256 = files.sha256_of(first(file, blob["stored_bytes"]))
        if sha256 != blob["sha256"]:
            yield f"{blob['key']} was altered."
            return
        _read_through(store.open(blob["key"], key, blob["stored_bytes"]))
    except CognitiveAssessmentError as error:
        yield f"{blob['key']}: {error.message}"


def _read_through(file: BinaryIO) -> None:
    with file:
        while file.read(io.DEFAULT_BUFFER_SIZE * 128):
            pass
