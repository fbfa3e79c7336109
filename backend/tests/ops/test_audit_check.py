"""The log is proven against every end of it that lies outside the database; what is not found is named."""

from __future__ import annotations

import datetime as dt
import json

import psycopg
import pytest
import sqlalchemy as sa

from builders import owner_transaction, participant
from cognitive_assessment.config import settings
from cognitive_assessment.errors import Conflict
from cognitive_assessment.ops import audit_check, audit_head
from cognitive_assessment.ops.backups import files, make
from cognitive_assessment.store.engine import plain_url, transaction

FIRST = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def log(committed, data_dir):
    """A log with some rows, in a database that really commits."""
    grow()


def grow() -> None:
    with transaction() as connection:
        participant(connection)


@pytest.fixture
def check(database):
    """Proves the log; gives the faults and what was said beside them."""

    def run(*, after_restore: bool = False) -> tuple[tuple[str, ...], list[str]]:
        said: list[str] = []
        verdict = audit_check.check(settings(), database.owner_url, said.append, after_restore=after_restore)
        return verdict.faults, said

    return run


@pytest.fixture
def back_up(database):
    """Keeps what a backup writes down of the log, signed as its manifest is."""

    def run(day: int) -> str:
        name = files.name_at(FIRST + dt.timedelta(days=day))
        with psycopg.connect(plain_url(database.owner_url)) as connection:
            head = make.audit_head_of(connection)
        path = settings().backup_dir / name / files.MANIFEST
        path.parent.mkdir(parents=True)
        files.write_signed(path, {"audit_head": head}, files.identity_of(settings().data_dir, None))
        grow()
        return name

    return run


def cut() -> None:
    """The newest row goes, and the chain is written anew: whole, as far as it can tell by itself."""
    with owner_transaction() as connection:
        connection.execute(sa.text("DELETE FROM audit_log WHERE id = (SELECT max(id) FROM audit_log)"))
        connection.execute(sa.text("DELETE FROM audit_chain"))
        connection.execute(sa.text("SELECT add_to_chain(a) FROM (SELECT * FROM audit_log ORDER BY id) a"))


def test_what_was_cut_since_the_last_proof_shows_by_the_backup_that_has_seen_it(check, back_up):
    assert check() == ((), [])
    back_up(1)
    grow()
    newest = back_up(2)
    assert check() == ((), [])
    assert audit_check.last(settings()).fault_count == 0
    for _ in range(2):
        cut()
    (settings().data_dir / "audit-head.json").unlink()  # nobody remembers, but for the backups
    faults, _ = check()
    assert len(faults) == 1
    assert f"that the backup {newest} has" in faults[0]
    assert audit_check.last(settings()).fault_count == 1
    assert check()[0] == faults  # and nothing is remembered of what is not whole


def test_after_a_restore_what_newer_backups_have_seen_is_left_behind_and_nothing_else(check, back_up):
    older = back_up(1)
    newest = back_up(2)
    assert check() == ((), [])
    for _ in range(2):
        cut()
    faults, _ = check()
    assert [fault.split(", place")[0] for fault in faults] == [
        "The end of the chain that was seen before",
        f"The end of the chain that the backup {newest} has",
    ]
    assert check(after_restore=True) == ((), [])
    assert check() == ((), [])
    assert audit_head.remembered(settings().data_dir).left_behind == (newest,)
    with owner_transaction() as connection:
        connection.execute(sa.text("UPDATE audit_log SET user_id = 'somebody else'"))
        connection.execute(sa.text("DELETE FROM audit_chain"))
        connection.execute(sa.text("SELECT add_to_chain(a) FROM (SELECT * FROM audit_log ORDER BY id) a"))
    assert any(older in fault for fault in check()[0])


def test_a_backup_that_was_altered_is_not_asked_and_is_named(check, back_up):
    path = settings().backup_dir / back_up(1) / files.MANIFEST
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "audit_head": {"position": 1, "hash": "00"}}))
    faults, said = check()
    assert faults == ()
    assert [path.parent.name in line for line in said] == [True]


def test_a_damaged_memory_is_said_and_can_be_left_behind(check):
    (settings().data_dir / "audit-head.json").write_text('{"position": 1}')
    with pytest.raises(Conflict, match="damaged"):
        check()
    assert check(after_restore=True) == ((), [])
    assert check() == ((), [])
