from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from cognitive_assessment.store import schema
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


def test_the_app_role_owns_nothing_and_cannot_bypass_row_level_security(connection):
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


def test_a_change_is_audited_with_who_and_without_secrets(connection):
    from builders import participant
    from cognitive_assessment.store import rows

    person = participant(connection)
    rows.act_as(connection, person["id"])
    connection.execute(sa.text("UPDATE users SET display_name = 'P-9' WHERE id = :id"), {"id": person["id"]})
    logged = connection.execute(sa.text("SELECT * FROM audit_log ORDER BY id DESC LIMIT 1")).mappings().one()
    assert (logged["table_name"], logged["operation"], logged["user_id"]) == ("users", "UPDATE", str(person["id"]))
    assert (logged["old_values"]["display_name"], logged["new_values"]["display_name"]) == ("P-001", "P-9")
    assert "data_key" not in logged["new_values"]
