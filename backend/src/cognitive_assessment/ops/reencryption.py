"""Encrypt anew what is stored: by the cipher that the settings name, and under new keys of persons if that is wanted.

The system may serve meanwhile: older ciphers and a person's older keys go on opening what they have sealed. Each blob
and each row is replaced at once or not at all, and what is by the present cipher and under the key in force is left as
it is, so that whatever was broken off, doing it again completes it. Copies among the backups stay as their lists say
they are; a person's older keys stay beside the new one for them, and go with the person.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from cognitive_assessment import blobs
from cognitive_assessment.blobs import anew
from cognitive_assessment.blobs.key_ring import place_of
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError, Conflict, DamagedBlob, Gone, NotFound
from cognitive_assessment.ops.backups import files, keys, make
from cognitive_assessment.private_files import append_private, read_private, write_private
from cognitive_assessment.store import acting, sealed_values, users
from cognitive_assessment.store.engine import make_engine
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.sealed_values import Value

_TOLD_EVERY = 100
_LOCK = "reencryption.lock"
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

    What is damaged is named and left as it is. Raises `Conflict` while another run goes on, or, where keys are to be
    made, a backup or restore.
    """
    engine = make_engine(owner_url)
    run = _Run(settings, engine, has_new_keys, is_dry_run, Reencrypted())
    try:
        with contextlib.nullcontext() if is_dry_run else _alone(settings.data_dir):
            with engine.connect() as connection:
                known = set(users.ids(connection))
            people = [
                user_id for user_id in blobs.key_ring().everybody() if user_id in known and only in {None, user_id}
            ]
            if has_new_keys:
                _renew(run, people)
            for number, user_id in enumerate(people, 1):
                _person(run, user_id)
                if number % _TOLD_EVERY == 0:
                    say(f"{number} of {len(people)} persons, {run.done.blobs} blobs, {run.done.rows} values in rows")
            if not is_dry_run and not run.done.problems:
                _forget_renewed(settings.data_dir, people)
    finally:
        engine.dispose()
    return run.done


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with os.fdopen(os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("Another run encrypts anew.", remedy="Wait until it has ended.") from None
        yield


def _renew(run: _Run, people: list[UUID]) -> None:
    """A new key for each, here and among the backups before anything is under it; whose is damaged is named later."""
    folder, renewed = run.settings.data_dir, _renewed(run.settings.data_dir)
    store = make.copies(run.settings)
    with contextlib.nullcontext() if run.is_dry_run else files.locked(run.settings.backup_dir):
        for user_id in people:
            if user_id in renewed or not _opens(user_id):
                continue
            if not run.is_dry_run:
                blobs.key_ring().renew(user_id)
                if store.has_stored(place_of(user_id), 1):
                    keys.copy(user_id, store)
                append_private(folder / _RENEWED, f"{user_id}\n")
            run.done.new_keys += 1


def _opens(user_id: UUID) -> bool:
    try:
        blobs.key_ring().of(user_id)
    except (Gone, DamagedBlob):
        return False
    return True


def _person(run: _Run, user_id: UUID) -> None:
    try:
        key = blobs.key_ring().of(user_id)
        if run.has_new_keys and run.is_dry_run:
            key = key.renewed()
    except CognitiveAssessmentError as error:
        run.done.problems.append(f"{user_id}: {error.message}")
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
    """The recording, unless it still grows, and its copy to play, unless a job may be making another one."""
    wanted = [("recordings", recording["stored_bytes"]), ("playback", recording["playback_stored_bytes"])]
    if recording["state"] != "complete" or recording["is_worked_on"]:
        run.done.left += 1
        wanted = [] if recording["state"] != "complete" else wanted[:1]
    for kind, stored_bytes in wanted:
        if not stored_bytes:
            continue
        name = f"{kind}/{recording['id']}"
        try:
            if anew.is_present(blobs.store(), name, key, stored_bytes):
                continue
            if not run.is_dry_run:
                anew.encrypt_anew(blobs.store(), name, key, stored_bytes, run.settings.data_dir)
                _remove_if_erased(run.engine, recording["id"], name)
            run.done.blobs += 1
        except (NotFound, DamagedBlob) as error:
            run.done.problems.append(f"{name}: {error.message}")


def _remove_if_erased(engine: sa.Engine, recording_id: UUID, name: str) -> None:
    """What was erased while it was written stays erased."""
    with engine.begin() as connection:
        is_kept = sealed_values.is_kept(connection, recording_id)
    if not is_kept:
        blobs.store().delete(name)


def _renewed(folder: Path) -> set[UUID]:
    return {
        UUID(line) for line in (read_private(folder / _RENEWED) or "").split() if len(line) == len(str(UUID(int=0)))
    }


def _forget_renewed(folder: Path, people: list[UUID]) -> None:
    """The run has come to its end for these: another one may make new keys again."""
    left = _renewed(folder) - set(people)
    if left:
        write_private(folder / _RENEWED, "".join(f"{user_id}\n" for user_id in sorted(left)))
    else:
        (folder / _RENEWED).unlink(missing_ok=True)
