"""Keep the archive: the write-ahead log as it is written, and a base copy of the cluster now and then."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Conflict, Unavailable
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.child_processes import Child
from cognitive_assessment.ops.embedded_database import DatabaseAddresses, programs
from cognitive_assessment.store.engine import plain_url

SLOT = "cas_archive"
BASE_EVERY = dt.timedelta(hours=24)
BASES_KEPT = 2
_FILE = re.compile(r"[0-9A-F]{24}(\.partial)?")
_FILES_OF_4_GB = 256  # of 16 MB each


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

    def prepare() -> None:
        try:
            if _prepare(settings, addresses.owner_url):
                say("The archive could not go on: the old one is kept aside, a new one begins")
                begins_anew()
        except (OSError, psycopg.Error, Conflict) as error:
            say(f"The archive cannot be kept: {error}")

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
    """Whether the file of the log that comes next is still on the server, and of the history that is archived."""
    received = sorted(path.name for path in _log_of(settings).glob("*") if _FILE.fullmatch(path.name))
    if not received:
        return not listed(settings)
    last, _, is_partial = received[-1].partition(".")
    wanted = _number(last) + (0 if is_partial else 1)
    query = "SELECT pg_walfile_name(pg_current_wal_lsn()), array(SELECT name FROM pg_ls_waldir())"
    current, there = connection.execute(query).fetchone() or ("", [])
    is_there = wanted in {_number(name) for name in there if _FILE.fullmatch(name)}
    return last[:8] == current[:8] and (wanted == _number(current) + 1 or (wanted <= _number(current) and is_there))


def _number(name: str) -> int:
    """Which file of the log this is, counted from the first; the first eight digits are the history it is of."""
    return int(name[8:16], 16) * _FILES_OF_4_GB + int(name[16:24], 16)


def refresh_base(settings: Settings, owner_url: str) -> Path | None:
    """Make a base copy if the newest is a day old, and remove what no base needs; returns the new one.

    It is named by its end: only a moment after that can be reached from it.
    """
    bases = listed(settings)
    now = dt.datetime.now(dt.UTC)
    if not _log_of(settings).is_dir() or (bases and now - files.created_at(bases[-1]) < BASE_EVERY):
        return None
    place = folder_of(settings) / "base"
    making = place / f".{files.name_at(now)}.making"
    for left in place.glob(".*.making"):
        shutil.rmtree(left)
    making.mkdir(parents=True, mode=0o700)
    try:
        _copy_cluster(making / "cluster", owner_url)
        made = making.rename(place / files.name_at(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)))
    finally:
        shutil.rmtree(making, ignore_errors=True)
    for old in listed(settings)[:-BASES_KEPT]:
        shutil.rmtree(old)
    _remove_log_before(listed(settings)[0], _log_of(settings))
    return made


def listed(settings: Settings) -> list[Path]:
    """The base copies, oldest first."""
    return files.listed(folder_of(settings) / "base")


def _copy_cluster(target: Path, owner_url: str) -> None:
    command = [str(programs() / "pg_basebackup"), f"--pgdata={target}", "--format=plain", "--checkpoint=fast"]
    command += ["--wal-method=stream", "--no-password", f"--dbname={_without_password(owner_url)}"]
    done = subprocess.run(command, env=_environment(owner_url), capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        # what it did about it comes last, what was wrong before
        why = next((line for line in said if "error:" in line or "FATAL:" in line), said[-1] if said else "")
        raise Unavailable(f"pg_basebackup failed: {why}")


def _remove_log_before(base: Path, wal: Path) -> None:
    """Remove the log that lies before the oldest base copy; its label names the first file that it needs."""
    label = (
        (base / "cluster" / "backup_label").read_text().splitlines()[0]
    )  # START WAL LOCATION: 0/2000028 (file 0000...)
    first = label.rpartition("file ")[2].rstrip(")")
    command = [str(programs() / "pg_archivecleanup"), str(wal), first]
    subprocess.run(command, capture_output=True, check=True)


def _environment(owner_url: str) -> dict[str, str]:
    return {**os.environ, "PGPASSWORD": make_url(owner_url).password or "", "PGCONNECT_TIMEOUT": "10"}


def _without_password(owner_url: str) -> str:
    # a command line can be read by everybody on the machine
    return make_url(owner_url).set(drivername="postgresql")._replace(password=None).render_as_string()
