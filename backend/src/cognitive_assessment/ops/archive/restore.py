"""Bring the embedded database back from its archive: to the last commit that was received, or to a moment before."""

from __future__ import annotations

import datetime as dt
import os
import pwd
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Conflict, DamagedBackup, InvalidInput, NotFound, StorageFull, Unavailable
from cognitive_assessment.ops import database_access, embedded_database, erasure, lockdown, retention
from cognitive_assessment.ops.archive import chains, keep
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.embedded_database import ROOT_RUNS_AS, EmbeddedDatabase
from cognitive_assessment.store.engine import plain_url

REPLAY_LIMIT_S = 4 * 3600.0
_MAKING = "cluster.restoring"
_LONGEST_RECORD = 1 << 20  # bytes: the last one may go on in a file that was not received whole
_ENDS_BEFORE = "recovery ended before configured recovery target was reached"  # in the words of the server


@dataclass(frozen=True, slots=True)
class Replayed:
    """From which base copy, until which commit, how long it took, and where the old files are."""

    base: str
    last_commit_at: dt.datetime | None
    duration_s: float
    kept_as: Path | None


def restore(settings: Settings, until: dt.datetime | None, say: Callable[[str], None]) -> Replayed:
    """Make the cluster anew from a base copy and the log after it; the old files are kept beside it.

    Until the very end the old cluster stays in its place: what breaks off changes nothing. The system must not run.
    Raises `Conflict` while it does, `NotFound` without a base copy of before `until`, `DamagedBackup` if none of those
    can be used or, without `until`, if not all of the log can, `StorageFull`, `Unavailable` if the log cannot be
    replayed, `InvalidInput` if `settings` name another PostgreSQL, which has its own way.
    """
    if not settings.has_embedded_database:
        raise InvalidInput("The archive is of the embedded database; DATABASE_URL names another one.")
    if embedded_database.find_running(settings.data_dir) is not None:
        raise Conflict("The system runs on this data folder.", remedy="Stop it first.")
    began, now = time.monotonic(), files.name_at(dt.datetime.now(dt.UTC))
    with files.locked(settings.backup_dir):
        bases = _bases_before(settings, until)
        folder = settings.data_dir / "postgres"
        making, log = folder / _MAKING, folder / "log.restoring"
        _database(settings).end_leftover()  # of a restore that was killed
        _remove(making, log)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            base = _make_ready(settings, bases, making, log, say)
            _write_recovery(making, log, until)
            _give_to_server(folder)
            say("Replaying the log")
            last_commit_at = _replay(settings, until, say)
            kept_as = None
            if (folder / "cluster").exists():
                kept_as = (folder / "cluster").rename(folder / f"cluster.before-{now}")
            making.rename(folder / "cluster")
        finally:
            _remove(making, log)
        database_access.to_be_filled(settings).unlink(missing_ok=True)  # of a restore of a backup that was broken off
        # another history begins here: the old log would not fit the new one
        keep.put_aside(settings)
    return Replayed(base.name, last_commit_at, round(time.monotonic() - began, 1), kept_as)


def _bases_before(settings: Settings, until: dt.datetime | None) -> list[Path]:
    found = [path for path in keep.listed(settings) if until is None or files.created_at(path) <= until]
    if not found:
        when = "" if until is None else f" before {until:%Y-%m-%d %H:%M:%S} UTC"
        raise NotFound(
            f"There is no base copy{when} in {keep.folder_of(settings)}.",
            remedy="`cas restore database` restores a backup instead.",
        )
    return found


def _make_ready(settings: Settings, bases: list[Path], making: Path, log: Path, say: Callable[[str], None]) -> Path:
    """Copy the newest base that is whole with all that it rests on, and the log after it; returns which one it is."""
    faults: dict[str, None] = {}
    for base in reversed(bases):
        try:
            chain = chains.chain_of(base)
            chains.verify(chain)
            of = "" if len(chain) == 1 else f", of {len(chain)} copies from {chain[0].name} on"
            say(f"Copying the base of {base.name}{of}")
            _copy(settings, chain, making, log)
        except DamagedBackup as error:
            say(f"The base of {base.name} cannot be used: {error}")
            faults[error.message] = None
            _remove(making, log)
        else:
            return base
    raise DamagedBackup(
        f"No base copy in {keep.folder_of(settings)} can be used: {' '.join(faults)}",
        remedy="Put back what is missing or damaged; else `cas restore database` restores a backup instead.",
    )


def _copy(settings: Settings, chain: list[Path], making: Path, log: Path) -> None:
    """Copy both to where the server may read them; the file that was being received counts as far as it goes."""
    try:
        needed_log = keep.log_after(settings, chain[-1])
        needed = chains.size_of(chain) + sum(path.stat().st_size for path in needed_log)
        free = shutil.disk_usage(making.parent).free
        if needed > free:
            raise _full(making.parent, f"{needed // 1_000_000} MB are needed, {free // 1_000_000} MB are free")
        chains.combine(chain, making)
        log.mkdir(mode=0o700)
        for path in needed_log:
            shutil.copy2(path, log / path.name.removesuffix(".partial"))
    except (OSError, DamagedBackup) as error:
        if files.is_full(error):
            raise _full(making.parent, str(error)) from error
        if isinstance(error, DamagedBackup):
            raise
        raise Unavailable(f"The archive cannot be copied: {error}") from error


def _full(folder: Path, why: str) -> StorageFull:
    return StorageFull(
        f"The disk of {folder} has no room for the database and its log: {why}.",
        remedy="Make room; `cas restore forget` removes what earlier restores have kept.",
    )


def _remove(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _write_recovery(cluster: Path, log: Path, until: dt.datetime | None) -> None:
    lines = [f'restore_command = \'cp "{log}/%f" "%p"\'', "recovery_target_action = 'promote'"]
    if until is not None:
        lines.append(f"recovery_target_time = '{until.isoformat()}'")
    with (cluster / "postgresql.auto.conf").open("a") as conf:
        conf.write("\n".join(lines) + "\n")
    (cluster / "recovery.signal").touch()


def _give_to_server(folder: Path) -> None:
    (folder / _MAKING).chmod(0o700)
    if os.geteuid() != 0:
        return
    owner = pwd.getpwnam(ROOT_RUNS_AS)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def _database(settings: Settings) -> EmbeddedDatabase:
    """Which replays: what summarizes the log asks for pieces of it that are not there yet, and then does not end."""
    return EmbeddedDatabase(settings.data_dir, cluster=_MAKING, keeps_summaries=False)


def _replay(settings: Settings, until: dt.datetime | None, say: Callable[[str], None]) -> dt.datetime | None:
    """Replay up to the moment, or to the last commit if the log ends before; returns when the last one was made."""
    database = _database(settings)
    words = database.folder / "server.log"
    told = words.stat().st_size if words.exists() else 0
    try:
        return _replayed(database, settings, until, say, is_to_the_end=until is None)
    except Unavailable:
        if not words.exists() or _ENDS_BEFORE.encode() not in words.read_bytes()[told:]:
            raise
    say("The log ends before this moment; going to its last commit")
    with (database.cluster / "postgresql.auto.conf").open("a") as conf:
        conf.write("recovery_target_time = ''\n")
    return _replayed(database, settings, until, say, is_to_the_end=True)


def _replayed(
    database: EmbeddedDatabase,
    settings: Settings,
    until: dt.datetime | None,
    say: Callable[[str], None],
    *,
    is_to_the_end: bool,
) -> dt.datetime | None:
    remedy = f"Its server's words: {database.folder}/server.log"
    try:
        database.launch(limit_s=REPLAY_LIMIT_S)
        last = _wait_replayed(database, remedy)
        url = plain_url(database.let_in().owner_url)
        with psycopg.connect(url, autocommit=True) as connection:
            if is_to_the_end and (left := _left_of_log(settings, connection)) is not None:
                left += f" The last commit before is of {last}."
                if until is None:
                    remedy = "Put that file back; else any moment after that commit, with --until, leads to it."
                    raise DamagedBackup(left, remedy=remedy)
                say(left)
            for name in ("restore_command", "recovery_target_action", "recovery_target_time"):
                connection.execute(f"ALTER SYSTEM RESET {name}")
        closing = () if until is None else (lockdown.close_again,)
        for again in (erasure.apply_again, retention.apply_again, *closing):
            for line in again(settings, url):
                say(line)
        return last
    except psycopg.OperationalError as error:
        raise Unavailable("The server ended while it replayed the log.", remedy=remedy) from error
    finally:
        database.stop()


def _left_of_log(settings: Settings, connection: psycopg.Connection[Any]) -> str | None:
    """What of the log that was received could not be replayed, if anything: the server takes a gap for the end."""
    (reached,) = connection.execute("SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint").fetchone() or (0,)
    ends_at = keep.whole_log_ends_at(settings)
    if reached + _LONGEST_RECORD >= ends_at:
        return None
    return (
        f"The log in {keep.folder_of(settings)} goes on to {keep.file_at(ends_at - 1)}, but {keep.file_at(reached)} or "
        "the file after it is missing or damaged, and what follows cannot be replayed."
    )


def _wait_replayed(database: EmbeddedDatabase, remedy: str) -> dt.datetime | None:
    last: dt.datetime | None = None
    deadline = time.monotonic() + REPLAY_LIMIT_S
    while time.monotonic() < deadline:
        is_replaying, newest = database.is_replaying()
        last = newest or last
        if not is_replaying:
            return last
        time.sleep(0.1)
    raise Unavailable("The log was not replayed in time.", remedy=remedy)
