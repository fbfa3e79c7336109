"""Keep the archive: the write-ahead log as it is written, and a base copy of the cluster now and then."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Conflict, DamagedBackup, Unavailable
from cognitive_assessment.ops.archive import chains
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.child_processes import Child
from cognitive_assessment.ops.embedded_database import DatabaseAddresses, programs
from cognitive_assessment.private_files import write_private
from cognitive_assessment.store.engine import plain_url

SLOT = "cas_archive"
BASE_EVERY = dt.timedelta(hours=23)  # one a day is due each day, however long the last one took
WHOLE_EVERY = dt.timedelta(days=6, hours=12)  # as is one a week
BASES_KEPT = 2  # with all that they rest on
_FILE = re.compile(r"[0-9A-F]{24}(\.partial)?")
_FILE_BYTES = 16 << 20
_FILES_OF_4_GB = (4 << 30) // _FILE_BYTES


def folder_of(settings: Settings) -> Path:
    """Where the archive is: beside the backups, best on another disk than the data."""
    return settings.backup_dir / "archive"


def _log_of(settings: Settings) -> Path:
    return folder_of(settings) / "wal"


def receiver(
    settings: Settings, addresses: DatabaseAddresses, say: Callable[[str], None], begins_anew: Callable[[], None]
) -> Child:
    """The process that writes down the log as the server writes it, byte by byte, and asks for what it missed.

    Before each start of it is looked whether it can go on; `begins_anew` is told of an archive that needs a base copy.
    """
    command = [str(programs() / "pg_receivewal"), f"--directory={_log_of(settings)}", f"--slot={SLOT}", "--synchronous"]
    # by itself it would ask for ever for what is no longer there; it is started again by us, who look why
    command += ["--no-loop", "--no-password", f"--dbname={_without_password(addresses.owner_url)}"]

    def prepare() -> bool:
        try:
            if _prepare(settings, addresses.owner_url):
                say("The archive could not go on: the old one is kept aside, a new one begins")
                begins_anew()
        except (OSError, psycopg.Error, Conflict) as error:
            say(f"The archive cannot be kept: {error}")
            return False  # nothing may come into an archive that it does not belong to
        return True

    return Child("archive", command, _environment(addresses.owner_url), prepare=prepare)


def put_aside(settings: Settings) -> None:
    """Keep the archive under another name; what is received from here on makes a new one."""
    archive = folder_of(settings)
    if not archive.exists():
        return
    at = dt.datetime.now(dt.UTC)
    while (aside := archive.with_name(f"{archive.name}.before-{files.name_at(at)}")).exists():
        at += dt.timedelta(seconds=1)  # one was put aside within the same second
    archive.rename(aside)


def _prepare(settings: Settings, owner_url: str) -> bool:
    """Make what the receiver needs; returns whether the archive had to begin anew."""
    with psycopg.connect(plain_url(owner_url), autocommit=True, connect_timeout=5) as connection:
        # what was not received within the limit is gone, and the name stands for nothing any more
        connection.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots "
            "WHERE slot_name = %s AND wal_status = 'lost'",
            [SLOT],
        )
        # the server keeps the log for this slot until it was received, also while nobody receives
        connection.execute(
            "SELECT pg_create_physical_replication_slot(%(slot)s, true) "
            "WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = %(slot)s)",
            {"slot": SLOT},
        )
        goes_on = _goes_on(settings, connection)
    if not goes_on:
        with files.locked(settings.backup_dir):
            put_aside(settings)
    _log_of(settings).mkdir(parents=True, exist_ok=True, mode=0o700)
    return not goes_on


def _goes_on(settings: Settings, connection: psycopg.Connection[Any]) -> bool:
    """Whether the file that comes next is still on the server, and of the system and the history that are archived."""
    received = _received(settings)
    if not received:
        return not listed(settings)
    last, _, is_partial = received[-1].name.partition(".")
    wanted = _number(last) + (0 if is_partial else 1)
    query = (
        "SELECT pg_walfile_name(pg_current_wal_lsn()), array(SELECT name FROM pg_ls_waldir()), system_identifier "
        "FROM pg_control_system()"
    )
    current, there, system = connection.execute(query).fetchone() or ("", [], 0)
    if next(filter(None, map(_system_of, reversed(received))), system) != system:
        return False  # the database was made anew; by their names alone its files could follow upon those of the old
    is_there = wanted in {_number(name) for name in there if _FILE.fullmatch(name)}
    return last[:8] == current[:8] and (wanted == _number(current) + 1 or (wanted <= _number(current) and is_there))


def _received(settings: Settings) -> list[Path]:
    return sorted(path for path in _log_of(settings).glob("*") if _FILE.fullmatch(path.name))


def _system_of(path: Path) -> int:
    """The number of the system that wrote a file of the log, which its first page names; 0 before anything is in it."""
    with path.open("rb") as file:
        return int.from_bytes(file.read(32)[24:], sys.byteorder)  # as XLogLongPageHeaderData begins


def _number(name: str) -> int:
    """Which file of the log this is, counted from the first; the first eight digits are the history it is of."""
    return int(name[8:16], 16) * _FILES_OF_4_GB + int(name[16:24], 16)


def refresh_base(
    settings: Settings, owner_url: str, say: Callable[[str], None], complain: Callable[[str], None]
) -> Path | None:
    """Make a base copy if the newest is a day old, and remove what no base needs; returns the new one.

    It holds what changed since the newest, or everything if that one cannot be built upon or goes back to a whole one
    of a week ago. It is named by its end: only a moment after that can be reached from it. What was found damaged is a
    complaint, also where a whole copy could be made instead. Raises `Unavailable` where none could be made.
    """
    bases = chains.usable(listed(settings))
    now = dt.datetime.now(dt.UTC)
    if not _log_of(settings).is_dir() or (bases and now - files.created_at(bases[-1]) < BASE_EVERY):
        return None
    place = folder_of(settings) / "base"
    making = place / f".{files.name_at(now)}.making"
    for left in place.glob(".*"):
        shutil.rmtree(left)
    making.mkdir(parents=True, mode=0o700)
    chain = chains.chain_of(bases[-1]) if bases else []
    try:
        if (
            not chain
            or now - files.created_at(chain[0]) >= WHOLE_EVERY
            or not _is_added(making, chain, owner_url, say, complain)
        ):
            _require_room(settings, owner_url)
            _copy_cluster(making, owner_url)
        made = making.rename(place / files.name_at(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)))
    finally:
        shutil.rmtree(making, ignore_errors=True)
    _let_go(settings)
    return made


def _is_added(
    making: Path,
    chain: list[Path],
    owner_url: str,
    say: Callable[[str], None],
    complain: Callable[[str], None],
) -> bool:
    """Copy what changed since the last link; returns whether that could be done, and says why not.

    Raises `Unavailable` on a full disk, where a whole copy has no room either.
    """
    try:
        chains.verify(chain)
        _copy_cluster(making, owner_url, f"--incremental={chains.cluster_of(chain[-1]) / 'backup_manifest'}")
    except (Unavailable, DamagedBackup) as error:
        if files.is_full(error):
            raise
        tell = complain if isinstance(error, DamagedBackup) else say
        tell(f"No base copy could be built upon {chain[-1].name}, a whole one is made: {error}")
        shutil.rmtree(chains.cluster_of(making), ignore_errors=True)
        return False
    write_private(making / chains.RESTS_ON, chain[-1].name)
    return True


def listed(settings: Settings) -> list[Path]:
    """The base copies, oldest first."""
    return files.listed(folder_of(settings) / "base")


def log_after(settings: Settings, base: Path) -> list[Path]:
    """The files of the log that are replayed upon a base copy."""
    first = _first_of_log(base)
    found = sorted(_log_of(settings).iterdir())
    return [path for path in found if not _FILE.fullmatch(path.name) or path.name >= first]


def whole_log_ends_at(settings: Settings) -> int:
    """Where the last file ends that was received whole, in bytes from the beginning of all log; 0 without any."""
    if not (received := _received(settings)):
        return 0
    last, _, is_partial = received[-1].name.partition(".")
    return (_number(last) + (0 if is_partial else 1)) * _FILE_BYTES


def file_at(byte: int) -> str:
    """The name of the file in which this byte of all log is, without the history that it begins with."""
    return "{:08X}{:08X}".format(*divmod(byte // _FILE_BYTES, _FILES_OF_4_GB))


def _require_room(settings: Settings, owner_url: str) -> None:
    """Raise `Unavailable` where a whole copy would use up what is kept free, for the log and often for the database."""
    with psycopg.connect(plain_url(owner_url), autocommit=True, connect_timeout=5) as connection:
        query = "SELECT sum(pg_database_size(oid))::bigint FROM pg_database"
        (needed,) = connection.execute(query).fetchone() or (0,)
    free, kept = shutil.disk_usage(folder_of(settings)).free, settings.min_free_bytes
    if free - needed < kept:
        needed_mb, free_mb, kept_mb = needed // 1_000_000, free // 1_000_000, kept // 1_000_000
        raise Unavailable(f"{needed_mb} MB are needed, and {free_mb} MB are free, of which {kept_mb} MB stay free.")


def _copy_cluster(making: Path, owner_url: str, *how: str) -> None:
    arguments = [f"--pgdata={chains.cluster_of(making)}", "--format=plain", "--checkpoint=fast", *how]
    arguments += ["--wal-method=stream", "--no-password", f"--dbname={_without_password(owner_url)}"]
    if (why := chains.run("pg_basebackup", *arguments, environment=_environment(owner_url))) is not None:
        raise Unavailable(f"pg_basebackup failed: {why}")


def _let_go(settings: Settings) -> None:
    """Remove what lies before the oldest copy on which the newest rest: copies, each before what it rests on, and log.

    Nothing goes while there are fewer: what is missing of another one may be put back.
    """
    kept = chains.usable(listed(settings))[-BASES_KEPT:]
    if len(kept) < BASES_KEPT:
        return
    oldest = min(chains.chain_of(base)[0] for base in kept)
    for old in reversed(listed(settings)):
        if old < oldest:
            shutil.rmtree(old.rename(old.with_name(f".{old.name}.going")))
    command = [str(programs() / "pg_archivecleanup"), str(_log_of(settings)), _first_of_log(oldest)]
    subprocess.run(command, capture_output=True, check=True)


def _first_of_log(base: Path) -> str:
    """The first file of the log that a base copy needs, as its label names it."""
    label = chains.label_of(base).splitlines()[0]  # START WAL LOCATION: 0/2000028 (file 0000...)
    return label.rpartition("file ")[2].rstrip(")")


def _environment(owner_url: str) -> dict[str, str]:
    return {**os.environ, "PGPASSWORD": make_url(owner_url).password or "", "PGCONNECT_TIMEOUT": "10"}


def _without_password(owner_url: str) -> str:
    # a command line can be read by everybody on the machine
    return make_url(owner_url).set(drivername="postgresql")._replace(password=None).render_as_string()
