"""Keep the archive: the write-ahead log as it is written, and a base copy of the cluster now and then."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Unavailable
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.child_processes import Child
from cognitive_assessment.ops.embedded_database import DatabaseAddresses, programs
from cognitive_assessment.store.engine import plain_url

SLOT = "cas_archive"
BASE_EVERY = dt.timedelta(hours=24)
BASES_KEPT = 2


def folder_of(settings: Settings) -> Path:
    """Where the archive is: beside the backups, best on another disk than the data."""
    return settings.backup_dir / "archive"


def receiver(settings: Settings, addresses: DatabaseAddresses) -> Child:
    """The process that writes down the log as the server writes it, byte by byte, and asks for what it missed."""
    place = folder_of(settings) / "wal"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with psycopg.connect(plain_url(addresses.owner_url), autocommit=True, connect_timeout=5) as connection:
        # the server keeps the log for this slot until it was received, also while nobody receives
        connection.execute(
            "SELECT pg_create_physical_replication_slot(%(slot)s, true) "
            "WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = %(slot)s)",
            {"slot": SLOT},
        )
    command = [str(programs() / "pg_receivewal"), f"--directory={place}", f"--slot={SLOT}", "--synchronous"]
    command += ["--no-password", f"--dbname={_without_password(addresses.owner_url)}"]
    return Child("archive", command, _environment(addresses.owner_url))


def refresh_base(settings: Settings, owner_url: str) -> Path | None:
    """Make a base copy if the newest is a day old, and remove what no base needs; returns the new one.

    It is named by its end: only a moment after that can be reached from it.
    """
    bases = listed(settings)
    now = dt.datetime.now(dt.UTC)
    if not (folder_of(settings) / "wal").is_dir() or (bases and now - files.created_at(bases[-1]) < BASE_EVERY):
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
    _remove_log_before(listed(settings)[0], folder_of(settings) / "wal")
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
