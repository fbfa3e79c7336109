"""Words that a person said, or that somebody wrote about what they said: sealed under the person's key, in their row.

What is counted stays beside them in plain. A row of before words were sealed has them in plain until it is sealed too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONPATH

from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import metadata, overrides, questions, results, scores, sessions

Seal = Callable[[str, Any], bytes]
Unseal = Callable[[str, bytes], Any]
Emptied = Callable[[Any], Any]


def _without_reasons(instruments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A result without the words of its reasons, which quote what was said; its measures are numbers."""
    return [
        {**one, "reason": None, "measures": [{**measure, "reason": None} for measure in one["measures"]]}
        for one in instruments
    ]


def _but(name: str) -> Emptied:
    """A document without one of its parts."""
    return lambda document: {key: value for key, value in document.items() if key != name}


# the columns that hold words, and what is left of each in plain
_WORDS: Mapping[str, Mapping[str, Emptied]] = {
    "sessions": {"satisfaction": _but("comment")},
    "questions": {"response": _but("note")},
    "scores": {"answer": lambda _: None, "evidence": lambda _: [], "reason": lambda _: None},
    "overrides": {"reason": lambda _: None},
    "results": {"instruments": _without_reasons},
}
TABLES = tuple(_WORDS)
_REASONS = "$[*].reason ? (@ != null)", "$[*].measures[*].reason ? (@ != null)"
_IS_PLAIN: Mapping[str, sa.ColumnElement[bool]] = {
    "sessions": sessions.c.satisfaction["comment"].astext.is_not(None),
    "questions": questions.c.response["note"].astext.is_not(None),
    "scores": sa.or_(
        scores.c.answer.is_not(None), scores.c.reason.is_not(None), scores.c.evidence != sa.text("'[]'::jsonb")
    ),
    "overrides": overrides.c.reason.is_not(None),
    "results": sa.or_(
        *(sa.func.jsonb_path_exists(results.c.instruments, sa.cast(path, JSONPATH)) for path in _REASONS)
    ),
}


def sealed(table: str, row: Row, seal: Seal | None) -> Row:
    """The row as it is kept; without `seal` as it is, which is for words of the system's own that quote nobody."""
    if seal is None:
        return row
    kept = {name: emptied(row[name]) for name, emptied in _WORDS[table].items()}
    return {**row, **kept, "sealed": seal(_place(table, row), {name: row[name] for name in kept})}


def opened(table: str, row: Row, unseal: Unseal) -> Row:
    """The row with its words, wherever they are, and without what was sealed."""
    left = {name: value for name, value in row.items() if name != "sealed"}
    return left if row["sealed"] is None else {**left, **unseal(_place(table, row), row["sealed"])}


def withheld(table: str, row: Row) -> Row:
    """The row for somebody who is not to be shown its words, not even those that a row of before has in plain."""
    left = {name: value for name, value in row.items() if name != "sealed"}
    return {**left, **{name: emptied(row[name]) for name, emptied in _WORDS[table].items()}}


def _place(table: str, row: Row) -> str:
    """The name to which the sealed words of a row are bound."""
    return f"{table}/{row['id']}"


def in_plain(connection: sa.Connection, name: str, *, limit: int, but_of: Collection[UUID]) -> list[Row]:
    """Rows with words in plain, as the owner, each with whose it is as `of_user`; but of these persons.

    The transaction holds them. What somebody else holds is left out: they seal it.
    """
    table = metadata.tables[name]
    found: sa.FromClause = table
    if "question_id" in table.c:
        found = found.join(questions, questions.c.id == table.c.question_id)
    if table is not sessions:
        of_session = questions.c.session_id if "question_id" in table.c else table.c.session_id
        found = found.join(sessions, sessions.c.id == of_session)
    query = (
        sa.select(*table.c, sessions.c.user_id.label("of_user"))
        .select_from(found)
        .where(table.c.sealed.is_(None), _IS_PLAIN[name], sessions.c.user_id.not_in(but_of))
        .limit(limit)
        .with_for_update(of=table, skip_locked=True)
    )
    return rows.many(connection, query)


def seal_row(connection: sa.Connection, name: str, row: Row, seal: Seal) -> None:
    """Seal the words of a row that has them in plain, as the owner."""
    table, kept = metadata.tables[name], sealed(name, row, seal)
    changed = {column: kept[column] for column in (*_WORDS[name], "sealed")}
    connection.execute(sa.update(table).where(table.c.id == row["id"]).values(changed))
