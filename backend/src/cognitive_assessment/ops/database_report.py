"""What an operator wants to know of the database, and the one thing that it needs now and then."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg
from sqlalchemy.engine import make_url

from cognitive_assessment.errors import Unavailable
from cognitive_assessment.store.engine import plain_url

NAMING_PEOPLE = ("users", "invitations")
_LOCK_LIMIT_S = 5


@dataclass(frozen=True, slots=True)
class DatabaseReport:
    """Where the owner's connection leads, how fast it answers, and how many connections there may be."""

    place: str
    server_version: str
    role: str
    is_encrypted: bool
    round_trip_ms: float
    connections_used: int
    connections_allowed: int


def look(owner_url: str) -> DatabaseReport:
    """Connect, ask, and time the answer; raises `Unavailable` with the server's own words."""
    address = make_url(owner_url)
    with _connect(owner_url) as connection:
        began = time.perf_counter()
        connection.execute("SELECT 1")
        round_trip_ms = (time.perf_counter() - began) * 1000
        row = connection.execute(
            """
            SELECT current_user, current_setting('server_version'), current_setting('max_connections')::int,
                   (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
                   coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)
            """
        ).fetchone()
    role, version, allowed, used, is_encrypted = (str(value) for value in row or ("", "", 0, 0, False))
    place = f"{address.host}:{address.port or 5432}/{address.database}"
    return DatabaseReport(place, version, role, is_encrypted == "True", round_trip_ms, int(used), int(allowed))


def vacuum(owner_url: str) -> float:
    """`VACUUM ANALYZE` of the whole database; returns how many seconds it took."""
    began = time.perf_counter()
    with _connect(owner_url) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("VACUUM (ANALYZE, INDEX_CLEANUP ON)")
    return time.perf_counter() - began


def clear_pages(owner_url: str) -> bool:
    """`vacuum`, then `rewrite_names`: after it no page holds a row that was deleted, if that returns true."""
    vacuum(owner_url)
    return rewrite_names(owner_url)


def rewrite_names(owner_url: str) -> bool:
    """Write the tables that name people anew, without the bytes of those who were deleted.

    A plain `VACUUM` leaves these in a page's free space until others take their place, and every copy of the page has
    them. The tables are small. False if somebody read one for so long that it was left for the next time.
    """
    with _connect(owner_url) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute(f"SET lock_timeout = '{_LOCK_LIMIT_S}s'")  # behind us everybody waits
        try:
            for table in NAMING_PEOPLE:
                connection.execute(f"VACUUM (FULL, ANALYZE) {table}")
        except psycopg.errors.LockNotAvailable:
            return False
    return True


def _connect(owner_url: str) -> psycopg.Connection[tuple[object, ...]]:
    plain = plain_url(owner_url)
    try:
        return psycopg.connect(plain, autocommit=True, connect_timeout=5, prepare_threshold=None)
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database cannot be reached: {str(error).strip().splitlines()[-1]}") from error
