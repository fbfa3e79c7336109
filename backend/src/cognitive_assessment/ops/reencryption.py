"""Encrypt anew what is stored: by the cipher that the settings name, and under new keys of persons if that is wanted.

It runs while maintenance is on and no job works, so that nobody else writes a blob, or seals a row under a key that was
read before. Reading goes on: older ciphers and a person's older keys go on opening what they have sealed. Each blob and
each row is replaced at once or not at all, and what is by the present cipher and under the key in force is left as it
is, so that whatever was broken off, doing it again completes it. Copies among the backups stay as their lists say they
are; a person's older keys stay beside the new one for them, and go with the person.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from cognitive_assessment import blobs
from cognitive_assessment.blobs import anew
from cognitive_assessment.blobs.key_ring import place_of
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError
from cognitive_assessment.ops import maintenance, standstill
from cognitive_assessment.ops.backups import files, keys, make
from cognitive_assessment.private_files import append_private, read_private, write_private
from cognitive_assessment.store import acting, sealed_values, users
from cognitive_assessment.store.engine import make_engine
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.sealed_values import Value

_TOLD_EVERY = 100
_RENEWED = "reencryption.renewed"  # who has got their new key of a run that has not come to its end


@dataclass(slots=True)
class Reencrypted:
    """What was (or, rehearsed, would be) encrypted anew, what is left for another time, and what could not be."""

    persons: int = 0
    new_keys: int = 0
    blobs: int = 0
    rows: int = 0
    left: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Run:
    settings: Settings
    engine: sa.Engine
    has_new_keys: bool
    is_dry_run: bool
    done: Reencrypted


def reencrypt(
    settings: Settings,
    owner_url: str,
    say: Callable[[str], None],
    *,
    only: UUID | None = None,
    has_new_keys: bool = False,
    is_dry_run: bool = False,
) -> Reencrypted:
    """Encrypt everything of everybody anew, or of one person; with `is_dry_run` only count it.

    What is damaged, or cannot be written, is named and left as it is. Raises `Conflict` while maintenance is off,
    while another run goes on, or, where keys are to be made, a backup or restore.
    """
    engine = make_engine(owner_url)
    run = _Run(settings, engine, has_new_keys, is_dry_run, Reencrypted())
    try:
        with contextlib.nullcontext() if is_dry_run else standstill.alone(settings):
            if not is_dry_run:
                standstill.require(settings, engine, say)
            people = _people(engine, only)
            for number, user_id in enumerate(_renew(run, people) if has_new_keys else people, 1):
                if not is_dry_run:
                    maintenance.require_on(settings, engine)
                _person(run, user_id)
                if number % _TOLD_EVERY == 0:
                    say(f"{number} of {len(people)} persons, {run.done.blobs} blobs, {run.done.rows} values in rows")
            if not is_dry_run:
                _forget_renewed(settings.data_dir, only)
    finally:
        engine.dispose()
    return run.done


def _people(engine: sa.Engine, only: UUID | None) -> list[UUID]:
    with engine.connect() as connection:
        known = set(users.ids(connection))
    return [user_id for user_id in blobs.key_ring().everybody() if user_id in known and only in {None, user_id}]


def _renew(run: _Run, people: list[UUID]) -> list[UUID]:
    """A new key for each, here and among the backups before anything is under it; returns those who have it."""
    renewed, have = _renewed(run.settings.data_dir), []
    with contextlib.nullcontext() if run.is_dry_run else files.locked(run.settings.backup_dir):
        for user_id in people:
            try:
                if user_id not in renewed:
                    _new_key(run, user_id)
            except (CognitiveAssessmentError, OSError) as error:
                run.done.problems.append(f"{user_id}: {_said(error)}")
            else:
                have.append(user_id)
    return have


def _new_key(run: _Run, user_id: UUID) -> None:
    if run.is_dry_run:
        blobs.key_ring().of(user_id)
    else:
        blobs.key_ring().renew(user_id)
        store = make.copies(run.settings)
        if store.has_stored(place_of(user_id), 1):
            keys.copy(user_id, store)
        append_private(run.settings.data_dir / _RENEWED, f"{user_id}\n")
    run.done.new_keys += 1


def _person(run: _Run, user_id: UUID) -> None:
    try:
        key = blobs.key_ring().of(user_id)
        if run.has_new_keys and run.is_dry_run:
            key = key.renewed()
    except (CognitiveAssessmentError, OSError) as error:
        run.done.problems.append(f"{user_id}: {_said(error)}")
        return
    run.done.persons += 1
    with run.engine.begin() as connection:
        acting.act_as(connection, None, actor="cas secrets reencrypt")
        for value in list(sealed_values.of_person(connection, user_id)):
            _row(run, connection, user_id, key, value)
    with run.engine.begin() as connection:
        recordings = sealed_values.recordings_of(connection, user_id)
    for recording in recordings:
        _recording(run, recording, key)


def _row(run: _Run, connection: sa.Connection, user_id: UUID, key: blobs.DataKey, value: Value) -> None:
    name, about = value.name or blobs.ONE_TIME_CODES, value.name or str(user_id)
    try:
        sealed = key.for_row(name).sealed_anew(value.sealed, about.encode())
    except (InvalidTag, ValueError):
        run.done.problems.append(f"{value.column.table.name} {value.row_id}: It is damaged.")
        return
    if sealed is None:
        return
    if run.is_dry_run or sealed_values.replace(connection, value, sealed):
        run.done.rows += 1
    else:
        run.done.left += 1


def _recording(run: _Run, recording: Row, key: blobs.DataKey) -> None:
    """The recording, unless it still grows, and its copy to play."""
    if recording["state"] != "complete":
        run.done.left += 1
        return
    for kind, stored_bytes in (
        ("recordings", recording["stored_bytes"]),
        ("playback", recording["playback_stored_bytes"]),
    ):
        if stored_bytes:
            _blob(run, recording, f"{kind}/{recording['id']}", key, stored_bytes)


def _blob(run: _Run, recording: Row, name: str, key: blobs.DataKey, stored_bytes: int) -> None:
    try:
        store = _store_of(recording, name, stored_bytes)
        if anew.is_present(store, name, key, stored_bytes):
            return
        if not run.is_dry_run:
            anew.encrypt_anew(store, name, key, stored_bytes, run.settings.data_dir)
            if not _is_kept(run.engine, recording["id"]):
                store.delete(name)
        run.done.blobs += 1
    except (CognitiveAssessmentError, OSError) as error:
        if _is_kept(run.engine, recording["id"]):
            run.done.problems.append(f"{name}: {_said(error)}")


def _store_of(recording: Row, name: str, stored_bytes: int) -> blobs.BlobStore:
    """Where a blob is written anew: what the scanner found something in goes where it is already, and no further."""
    both = blobs.mirrored()
    if both is None or recording["scan_finding"] is None or both.second.has_stored(name, stored_bytes):
        return blobs.store()
    return both.first


def _is_kept(engine: sa.Engine, recording_id: UUID) -> bool:
    """Whether it is there still: what was erased while it was written stays erased."""
    with engine.connect() as connection:
        return sealed_values.is_kept(connection, recording_id)


def _said(error: CognitiveAssessmentError | OSError) -> str:
    return error.message if isinstance(error, CognitiveAssessmentError) else error.strerror or type(error).__name__


def _renewed(folder: Path) -> set[UUID]:
    return {
        UUID(line) for line in (read_private(folder / _RENEWED) or "").split() if len(line) == len(str(UUID(int=0)))
    }


def _forget_renewed(folder: Path, only: UUID | None) -> None:
    """The run has come to its end, whatever it left or could not read: another one may make new keys again."""
    left = set() if only is None else _renewed(folder) - {only}
    if left:
        write_private(folder / _RENEWED, "".join(f"{user_id}\n" for user_id in sorted(left)))
    else:
        (folder / _RENEWED).unlink(missing_ok=True)
