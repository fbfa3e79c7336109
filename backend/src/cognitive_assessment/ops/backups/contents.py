"""What a database holds, in a form that two databases can be compared by: rows and a hash of each table."""

from __future__ import annotations

import psycopg
from psycopg import sql

Contents = dict[str, dict[str, str | int]]

# The sum does not depend on the order of the rows and needs no memory; the queue's tables change while nobody looks,
# but within one snapshot they are as fixed as the others.
_QUERY = """
SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)::text FROM {} t
"""


def contents_of(connection: psycopg.Connection[tuple[object, ...]]) -> Contents:
    """Rows and hash of every table of the schema `public`, by name, as this connection's transaction sees them."""
    connection.execute("SET LOCAL timezone = 'UTC'")
    connection.execute("SET LOCAL statement_timeout = 0")
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    found: Contents = {}
    for (name,) in names:
        row = connection.execute(sql.SQL(_QUERY).format(sql.Identifier(str(name)))).fetchone()
        if row is not None:
            found[str(name)] = {"rows": int(str(row[0])), "hash": str(row[1])}
    return found


def differences(expected: Contents, found: Contents) -> list[str]:
    """What is not as expected, in words; empty if the two are equal."""
    told = [f"The table {name} is missing." for name in sorted(expected.keys() - found.keys())]
    told += [f"The table {name} was not in the backup." for name in sorted(found.keys() - expected.keys())]
    for name in sorted(expected.keys() & found.keys()):
        if expected[name]["rows"] != found[name]["rows"]:
            told.append(f"The table {name} has {found[name]['rows']} rows instead of {expected[name]['rows']}.")
        elif expected[name] != found[name]:
            told.append(f"The table {name} has other contents.")
    return told
