"""Where the database's time goes: the statements that take most of it, without values, from `pg_stat_statements`."""

from __future__ import annotations

import contextlib
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from cognitive_assessment.errors import Unavailable
from cognitive_assessment.ops.alerts.keeping import read_whole, write_whole
from cognitive_assessment.ops.alerts.scraping import folder_of

EVERY_S = 300.0
SHOWN = 8
_LONGEST = 400
_REMEDY = "Preload it (shared_preload_libraries = 'pg_stat_statements') and CREATE EXTENSION pg_stat_statements."


@dataclass(frozen=True, slots=True)
class Statement:
    """One kind of statement, its values replaced by numbers."""

    text: str
    calls: int
    total_ms: float
    mean_ms: float
    rows: int


def look(owner_url: str, *, is_embedded: bool, limit: int = SHOWN) -> list[Statement]:
    """The statements with the most time in all; raises `Unavailable` where the extension is not there.

    Our own server keeps the extension in its database for upkeep, so that no backup holds it.
    """
    address = make_url(owner_url).set(drivername="postgresql")
    upkeep = address.set(database="postgres") if is_embedded else address
    try:
        with psycopg.connect(
            upkeep.render_as_string(hide_password=False), autocommit=True, connect_timeout=3, prepare_threshold=None
        ) as connection:
            if is_embedded:
                connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            rows = connection.execute(
                """
                SELECT s.query, s.calls, s.total_exec_time, s.mean_exec_time, s.rows FROM pg_stat_statements s
                JOIN pg_database d ON d.oid = s.dbid
                WHERE d.datname = %s AND s.toplevel AND s.query !~* '^\\s*(begin|commit|rollback|savepoint|release|set)'
                ORDER BY s.total_exec_time DESC LIMIT %s
                """,
                [address.database, limit],
            ).fetchall()
    except psycopg.OperationalError as error:
        raise Unavailable("The database cannot be reached.") from error
    except psycopg.Error as error:
        raise Unavailable("The database keeps no statistics of its statements.", remedy=_REMEDY) from error
    return [
        Statement(" ".join(str(text).split())[:_LONGEST], int(calls), float(total), float(mean), int(count))
        for text, calls, total, mean, count in rows
    ]


class Keeper:
    """Looks now and then as the owner and writes down what it sees: the web process has no right to ask."""

    def __init__(self, data_dir: Path, *, is_embedded: bool) -> None:
        self._data_dir, self._is_embedded = data_dir, is_embedded
        self._next_at = 0.0

    def look(self, owner_url: str) -> None:
        """Look again if it is time."""
        if time.monotonic() < self._next_at:
            return
        self._next_at = time.monotonic() + EVERY_S
        found: list[dict[str, Any]] | None = None
        with contextlib.suppress(Unavailable):
            found = [asdict(one) for one in look(owner_url, is_embedded=self._is_embedded)]
        with contextlib.suppress(OSError):
            write_whole(_file(self._data_dir), {"looked_at": time.time(), "statements": found})


def kept(data_dir: Path) -> list[dict[str, Any]] | None:
    """What was seen last; nothing where the database keeps no statistics."""
    found: list[dict[str, Any]] | None = read_whole(_file(data_dir)).get("statements")
    return found


def _file(data_dir: Path) -> Path:
    return folder_of(data_dir) / "statements.json"
