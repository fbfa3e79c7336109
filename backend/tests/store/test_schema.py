from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from builders import as_owner, participant, session
from cognitive_assessment.store import roles, schema
from cognitive_assessment.store.engine import make_engine
from cognitive_assessment.store.tables import metadata


@pytest.fixture
def owner(database):
    engine = make_engine(database.owner_url)
    yield engine
    engine.dispose()


def test_migrations_make_exactly_the_tables_of_the_metadata(owner):
    with owner.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert [d for d in differences if "procrastinate" not in repr(d)] == []


def test_upgrading_again_changes_nothing(owner):
    state = schema.upgrade(owner)
    assert state.pending == ()
    assert state.current == state.newest


@pytest.fixture
def newer(owner):
    """The database as a newer version has left it."""
    with owner.begin() as connection:
        kept = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9001'"))
        connection.execute(sa.text("CREATE TABLE later (id integer)"))
        connection.execute(sa.text(f"GRANT SELECT ON later TO {roles.APP_ROLE}"))
    yield owner
    with owner.begin() as connection:
        connection.execute(sa.text("DROP TABLE later"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :kept"), {"kept": kept})


def test_a_database_of_a_newer_version_stays_as_it_is_and_lacks_nothing(newer):
    state = schema.upgrade(newer)
    assert (state.current, state.pending, state.is_of_newer_version) == ("9001", (), True)
    assert "newer version" in state.notice
    with newer.begin() as connection:
        query = f"SELECT has_table_privilege('{roles.APP_ROLE}', 'later', 'SELECT')"
        assert connection.execute(sa.text(query)).scalar_one()


def test_no_migration_takes_away_what_the_release_before_asks_for():
    """From the tenth on: what came before it never served anybody."""
    taking = re.compile(
        r"\b(DROP TABLE|DROP COLUMN|DROP FUNCTION|RENAME|SET NOT NULL)\b|\b(drop_table|drop_column|rename_table)\b|"
        r"ADD COLUMN (?![^,;\n]*DEFAULT)[^,;\n]*NOT NULL",
        re.IGNORECASE,
    )
    folder = Path(schema.__file__).parent / "migrations" / "versions"
    found = {path.name: taking.findall(path.read_text()) for path in folder.glob("*.py") if path.name >= "0010"}
    assert len(found) > 10
    assert {name: words for name, words in found.items() if words} == {}


def test_the_app_role_owns_nothing_and_cannot_bypass_row_level_security(database):
    engine = make_engine(database.app_url)
    with engine.connect() as connection:
        _require_no_power(connection)
    engine.dispose()


def _require_no_power(connection):
    role = connection.execute(sa.text("SELECT * FROM pg_roles WHERE rolname = current_user")).mappings().one()
    assert role["rolname"] == "cas_app"
    assert not any(role[right] for right in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb"))
    owned = connection.execute(sa.text("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")).scalar()
    assert owned == 0


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_log (table_name, operation) VALUES ('x', 'y')",
        "DELETE FROM audit_log",
        "UPDATE audit_log SET user_id = 'x'",
    ],
)
def test_the_app_role_cannot_write_the_audit_log_itself(connection, statement):
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        connection.execute(sa.text(statement))


def test_the_names_that_operators_rely_on_are_there(connection):
    columns = {
        (row.table_name, row.column_name)
        for row in connection.execute(sa.text("SELECT table_name, column_name FROM information_schema.columns"))
    }
    expected = {
        ("users", "clerk_id"),
        ("sessions", "user_id"),
        ("questions", "user_email"),
        ("questions", "created_at"),
    }
    audit = {"id", "table_name", "operation", "old_values", "new_values", "user_id", "timestamp"}
    assert expected | {("audit_log", name) for name in audit} <= columns
    indexes = set(connection.execute(sa.text("SELECT indexname FROM pg_indexes")).scalars())
    assert {"idx_questions_created_at", "idx_sessions_user_id", "idx_questions_user_email"} <= indexes


def test_questions_of_an_address_are_found_by_an_index(connection):
    person = participant(connection)
    of = session(connection, person)
    rows = sa.text(
        """
        INSERT INTO questions
            (id, session_id, user_email, instrument, item_id, attempt, response, presented_at, answered_at)
        SELECT gen_random_uuid(), :session_id, 'person' || n || '@example.org', 'digit_span', 'item_' || n, 1, '{}',
            now(), now()
        FROM generate_series(1, 3000) n
        """
    )
    with as_owner(connection):
        connection.execute(sa.text("ALTER TABLE questions DISABLE TRIGGER USER"))  # of the audit: not what is measured
        connection.execute(rows, {"session_id": of["id"]})
        connection.execute(sa.text("ANALYZE questions"))
    query = sa.text("EXPLAIN ANALYZE SELECT * FROM questions WHERE user_email = 'person7@example.org'")
    plan = "\n".join(connection.execute(query).scalars())
    assert "idx_questions_user_email" in plan
    assert "rows=1 " in plan


def test_every_foreign_key_is_found_by_an_index(connection):
    """So that deleting a person, or a colleague's account, reads no table from end to end."""
    query = sa.text(
        """
        SELECT conname FROM pg_constraint c WHERE contype = 'f' AND connamespace = 'public'::regnamespace
            AND conname NOT LIKE 'procrastinate%' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid
                AND (string_to_array(i.indkey::text, ' ')::smallint[])[1] = c.conkey[1])
        """
    )
    assert list(connection.execute(query).scalars()) == []
