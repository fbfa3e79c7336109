"""A copy for staging holds no text that somebody wrote: a mark in every column that can hold one, and none is left."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from builders import participant, put, recording, session, spoken
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.store import replaced
from cognitive_assessment.store.tables import metadata

MARK = "Marktplatz 7"
PLACE = {"town": MARK, "country": MARK}
# what a constraint or the program itself limits to codes, numbers or hashes
CODES = {
    "users.role", "users.second_factor_reset_proof", "sessions.battery", "sessions.locale", "sessions.state",
    "consent_texts.origin", "consent_texts.locale", "consent_texts.sha256",
    "consents.operation", "consents.done_by", "consents.data_choice",
    "questions.instrument", "questions.item_id", "recordings.state", "recordings.quality",
    "scores.status", "scores.values", "scores.rule", "scores.interval_90", "scores.outcome", "scores.versions",
    "overrides.values", "results.versions", "events.kind", "sign_in_steps.next",
}  # fmt: skip
# where a mark has to stand for the column to be read at all
SHAPED = {
    "sessions.plan": None,
    "questions.response": {"kind": "skipped", "reason": "examiner", "note": MARK},
    "results.instruments": [{"instrument": "a", "reason": MARK, "measures": [{"name": "b", "reason": MARK}]}],
}


@pytest.fixture
def full(database):
    """A connection as the owner, with a row in every table and the mark in every column; rolled back."""
    engine = sa.create_engine(database.owner_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        plan = catalogue().make_plan("brief", "en", 1, place=PLACE)
        of = session(connection, participant(connection), plan=plan)
        connection.execute(sa.text("RESET ROLE"))
        recording(connection, of, question_id=of["id"])
        put(connection, of, spoken(of["id"]))
        _fill(connection)
        yield connection
        connection.rollback()


def is_written(column: sa.Column[object]) -> bool:
    return isinstance(column.type, sa.Text | JSONB) or column.name == "sealed"


def _fill(connection: sa.Connection) -> None:
    """A row in each table that has none yet, then the mark wherever one may stand."""
    for table in metadata.sorted_tables:
        if not connection.execute(sa.select(sa.func.count()).select_from(table)).scalar():
            connection.execute(sa.insert(table).values(**_row(table)))
        for column in table.c:
            name = f"{table.name}.{column.name}"
            if is_written(column) and name not in CODES and SHAPED.get(name, name):
                document = SHAPED.get(name, {"note": MARK})
                sealed_or_text = MARK.encode() if column.name == "sealed" else MARK
                value = document if isinstance(column.type, JSONB) else sealed_or_text
                connection.execute(sa.update(table).values({column.name: value}))


def _row(table: sa.Table) -> dict[str, object]:
    allowed = {"status": "scored", "kind": "paused", "operation": "given", "origin": "own", "next": "enrol"}
    row: dict[str, object] = {}
    for column in table.c:
        if column.nullable or column.server_default is not None or column.identity is not None:
            continue
        kind = column.type
        if isinstance(kind, sa.Text):
            row[column.name] = allowed.get(column.name, "x")
        elif isinstance(kind, JSONB):
            row[column.name] = {}
        elif isinstance(kind, sa.LargeBinary):
            row[column.name] = b"x"
        elif isinstance(kind, sa.UUID):
            row[column.name] = "00000000-0000-4000-8000-000000000009"
        elif isinstance(kind, sa.Boolean):
            row[column.name] = False
        elif isinstance(kind, sa.DateTime):
            row[column.name] = sa.func.now()
        else:
            row[column.name] = 1
    return row


def everything(connection: sa.Connection) -> dict[str, str]:
    return {
        table.name: json.dumps([dict(row) for row in connection.execute(sa.select(table)).mappings()], default=repr)
        for table in metadata.sorted_tables
    }


def may_hold(table: sa.Table) -> bool:
    written = (column.name for column in table.c if is_written(column))
    return any(f"{table.name}.{name}" not in CODES for name in written)


def test_no_text_that_somebody_wrote_is_left(full):
    marked = {name for name, text in everything(full).items() if MARK in text}
    assert marked == {table.name for table in metadata.sorted_tables if may_hold(table)}
    replaced.replace(full)
    after = everything(full)
    assert {name for name, text in after.items() if MARK in text} == set()
    (one,) = json.loads(after["sessions"])
    original = catalogue().make_plan("brief", "en", 1, place=PLACE)["parts"]
    assert [part for part in one["plan"]["parts"] if part["instrument"] != "orientation"] == [
        part for part in original if part["instrument"] != "orientation"
    ]


def test_every_question_about_the_place_is_known(database):
    asked = {item.id for one in catalogue().instruments.values() for item in one.items if item.needs_place}
    assert asked == set(replaced.PLACE_ITEMS)
