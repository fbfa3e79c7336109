"""The audit log: read by administrators, and proven to be whole.

Every row is chained to the one before when its transaction commits: its hash covers the hash of that one and its own
content. A row that is removed or changed, or put in beside the chain, shows at a place that can be named; one that the
owner of the tables adds as the system does is chained as any other. What the chain alone cannot show, that its newest
end was cut off together with the rows, or all written anew, shows against a `Head` that is kept elsewhere.
"""

from __future__ import annotations

import collections
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cognitive_assessment.errors import NotFound
from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import audit_log, users

_CONTENT = """
SELECT c.position, c.audit_id, c.hash, a.id, a.table_name, a.operation, a.old_values::text AS old_values,
    a.new_values::text AS new_values, a.user_id, a.organisation_id::text AS organisation_id,
    to_char(a.timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS timestamp
FROM audit_chain c FULL JOIN audit_log a ON a.id = c.audit_id
ORDER BY c.position NULLS LAST, a.id
"""
# A read names what was shown by ids: of sessions, of one session, of one recording, or of persons themselves.
_SHOWN = """
WITH told AS (
    SELECT timestamp, new_values FROM audit_log
    WHERE operation = 'READ' AND timestamp >= :since AND (CAST(:by AS text) IS NULL OR user_id = :by)
), of_persons AS (
    SELECT t.timestamp, s.user_id FROM told t
    CROSS JOIN jsonb_array_elements_text(coalesce(t.new_values -> 'session_ids', '[]')) AS named
    JOIN sessions s ON s.id::text = named
    UNION ALL
    SELECT t.timestamp, s.user_id FROM told t JOIN sessions s ON s.id::text = t.new_values ->> 'session_id'
    UNION ALL
    SELECT t.timestamp, r.user_id FROM told t JOIN recordings r ON r.id::text = t.new_values ->> 'recording_id'
    UNION ALL
    SELECT t.timestamp, u.id FROM told t
    CROSS JOIN jsonb_array_elements_text(coalesce(t.new_values -> 'user_ids', '[]')) AS named
    JOIN users u ON u.id::text = named
)
SELECT u.id, u.organisation_id, count(*) AS times, max(o.timestamp) AS last_at
FROM of_persons o JOIN users u ON u.id = o.user_id
WHERE u.role = 'participant' GROUP BY u.id ORDER BY last_at DESC, u.id
"""
_PARTS = ("id", "table_name", "operation", "old_values", "new_values", "user_id", "organisation_id", "timestamp")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest end of the chain, as somebody saw it."""

    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found: rows, its end, faults in words, and whose ends of before are not in it."""

    row_count: int
    head: Head | None
    faults: tuple[str, ...]
    gone: tuple[str, ...] = ()


def verify(connection: sa.Connection, *, seen: Mapping[str, Head] | None = None) -> Verdict:
    """Walk the whole chain, as the owner; `seen` are its ends of before, by who has kept each."""
    faults: list[str] = []
    count, previous, position = 0, b"", 0
    seen = seen or {}
    by_place = collections.defaultdict[int, list[str]](list)
    for name, head in seen.items():
        by_place[head.position].append(name)
    there = set[str]()
    for row in _walk(connection):
        count += 1
        if row["position"] is None:
            faults.append(f"Row {row['id']} was put in beside the chain.")
            continue
        faults += _faults_at(row, position, previous)
        position, previous = row["position"], bytes(row["hash"])
        there.update(name for name in by_place.get(position, ()) if seen[name].hash == previous)
    gone = tuple(name for name in seen if name not in there)
    return Verdict(count, Head(position, previous) if position else None, tuple(faults), gone)


def _walk(connection: sa.Connection) -> Iterator[Row]:
    found = connection.execute(sa.text(_CONTENT), execution_options={"yield_per": 1000})
    for row in found.mappings():
        yield dict(row)


def _faults_at(row: Row, position: int, previous: bytes) -> list[str]:
    if row["position"] != position + 1:
        return [f"Places {position + 1} to {row['position'] - 1} of the chain are missing."]
    if row["id"] is None:
        return [f"Row {row['audit_id']} was removed."]
    if hashlib.sha256(previous + _content(row)).digest() != bytes(row["hash"]):
        return [f"Row {row['id']} ({row['operation']} of {row['table_name']}, {row['timestamp']} UTC) was changed."]
    return []


def _content(row: Row) -> bytes:
    """As the database chains it: each part after its length in bytes, so that no two rows read the same."""
    parts = [("" if row[name] is None else str(row[name])).encode() for name in _PARTS]
    return b"".join(b"%d:%s" % (len(part), part) for part in parts)


def listing(
    connection: sa.Connection,
    *,
    table_name: str | None = None,
    operation: str | None = None,
    user_id: str | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Row]:
    """What the acting person may see of the log, newest first, with the name of who did it where it is known."""
    conditions: list[Any] = [
        column == wanted
        for column, wanted in (
            (audit_log.c.table_name, table_name),
            (audit_log.c.operation, operation),
            (audit_log.c.user_id, user_id),
        )
        if wanted is not None
    ]
    if since is not None:
        conditions.append(audit_log.c.timestamp >= since)
    if until is not None:
        conditions.append(audit_log.c.timestamp < until)
    if before is not None:
        conditions.append(audit_log.c.id < before)
    query = (
        sa.select(audit_log, users.c.display_name)
        .outerjoin(users, sa.cast(users.c.id, sa.Text) == audit_log.c.user_id)
        .where(*conditions)
        .order_by(audit_log.c.id.desc())
        .limit(limit)
    )
    return rows.many(connection, query)


def reads(connection: sa.Connection, *, since: dt.datetime) -> list[Row]:
    """Who was shown what since a time: one row a person and table, with how often and when last."""
    query = (
        sa.select(
            audit_log.c.user_id,
            audit_log.c.table_name,
            users.c.role,
            users.c.email,
            sa.func.count().label("times"),
            sa.func.max(audit_log.c.timestamp).label("last_at"),
        )
        .outerjoin(users, sa.cast(users.c.id, sa.Text) == audit_log.c.user_id)
        .where(audit_log.c.operation == "READ", audit_log.c.timestamp >= since)
        .group_by(audit_log.c.user_id, audit_log.c.table_name, users.c.role, users.c.email)
        .order_by(sa.desc("times"), audit_log.c.user_id)
    )
    return rows.many(connection, query)


def named(connection: sa.Connection, who: str) -> str:
    """As the log names an account, by its address or id, or somebody else in it; raises `NotFound` for nobody."""
    account = sa.select(sa.cast(users.c.id, sa.Text)).where(
        sa.or_(users.c.email == who.strip().lower(), sa.cast(users.c.id, sa.Text) == who)
    )
    in_log = sa.select(audit_log.c.user_id).where(audit_log.c.user_id == who).limit(1)
    found = connection.execute(account).scalar() or connection.execute(in_log).scalar()
    if found is None:
        raise NotFound(f"No account and nobody in the log is called {who}.", remedy="`cas audit report` lists who is.")
    return str(found)


def shown(connection: sa.Connection, *, since: dt.datetime, by: str | None) -> list[Row]:
    """Whose data were shown since a time, to anybody or to one account, with how often and when last, as the owner.

    Who was erased since is not among them: nobody is left to be told.
    """
    return rows.many(connection, sa.text(_SHOWN).bindparams(since=since, by=by))
