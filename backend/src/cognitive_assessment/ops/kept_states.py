"""What restores kept of the state before them: whole databases, clusters and archives, out of reach of any erasure."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from cognitive_assessment.config import Settings
from cognitive_assessment.ops import database_access
from cognitive_assessment.ops.archive import keep
from cognitive_assessment.ops.backups import files

REMEDY = "`cas restore forget` removes them"


@dataclass(frozen=True, slots=True)
class KeptState:
    """The state of one moment before a restore: a folder, or a database beside the serving one."""

    name: str
    kept_at: dt.datetime
    path: Path | None


def found(settings: Settings, owner_url: str) -> list[KeptState]:
    """All of them, the oldest first."""
    return sorted([*_folders(settings), *_databases(owner_url)], key=lambda one: (one.kept_at, one.name))


def drop(settings: Settings, owner_url: str, *, before: dt.datetime) -> list[KeptState]:
    """Remove those that were kept before a moment; returns them. Raises `Conflict` while a backup or restore runs."""
    with files.locked(settings.backup_dir):
        gone = [one for one in found(settings, owner_url) if one.kept_at < before]
        with _maintenance(owner_url) as connection:
            for one in gone:
                if one.path is not None:
                    shutil.rmtree(one.path)
                else:
                    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                    connection.execute(statement.format(sql.Identifier(one.name)))
    return gone


def told(settings: Settings, owner_url: str) -> str | None:
    """What still holds the rows of whoever is erased, in one line; nothing if nothing does."""
    names = ", ".join(one.name for one in found(settings, owner_url))
    return f"Still as it was: {names}, kept by restores; {REMEDY}." if names else None


def _folders(settings: Settings) -> Iterator[KeptState]:
    archive = keep.folder_of(settings)
    for place, kind in ((settings.data_dir / "postgres", "cluster"), (archive.parent, archive.name)):
        for path in place.glob(f"{kind}.before-*"):
            kept_at = files.moment_of(path.name.removeprefix(f"{kind}.before-"))
            if kept_at is not None:
                yield KeptState(path.name, kept_at, path)


def _databases(owner_url: str) -> Iterator[KeptState]:
    pattern = rf"^{re.escape(make_url(owner_url).database or '')}_before_([0-9]{{14}})$"
    with _maintenance(owner_url) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [pattern]).fetchall():
            stamp = str(name)[-14:]
            yield KeptState(str(name), dt.datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC), None)


def _maintenance(owner_url: str) -> psycopg.Connection[tuple[object, ...]]:
    address = make_url(owner_url).set(drivername="postgresql", database=database_access.MAINTENANCE_DATABASE)
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True, connect_timeout=5)
