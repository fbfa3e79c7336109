"""The wall as the role that serves meets it with a login of its own, whatever it sends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from builders import owner_transaction, participant, session
from cognitive_assessment.store import acting, roles
from cognitive_assessment.store.engine import make_engine
from cognitive_assessment.store.tables import metadata

PATHS = "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace" + (
    " AND proname NOT LIKE 'procrastinate\\_%'"
)


@pytest.fixture
def login(database, committed) -> Iterator[sa.Connection]:
    """A connection as the web process and the workers open theirs, beside one person's session."""
    del committed
    with owner_transaction() as connection:
        session(connection, participant(connection))
    engine = make_engine(database.app_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def seen(connection: sa.Connection) -> dict[str, int]:
    """How many rows are seen of each table in which there are any."""
    counts = {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
        if table.name in roles.RIGHTS and table.name not in {"job_faults", "model_checks"}
    }
    return {name: count for name, count in counts.items() if count}


def test_the_login_has_its_limits_and_sees_nothing_in_nobodys_name(login):
    assert login.execute(sa.text("SHOW statement_timeout")).scalar() == roles.LIMITS["statement_timeout"]
    assert seen(login) == {}
    acting.act_as(login, None)
    assert seen(login) == {}


@pytest.mark.parametrize("name", ["users", "pg_class"])
def test_a_temporary_table_of_a_known_name_opens_nothing(login, name):
    with contextlib.suppress(sa.exc.ProgrammingError), login.begin_nested():
        login.execute(sa.text(f"CREATE TEMP TABLE {name} (relowner oid, oid oid)"))
    assert seen(login) == {}


@pytest.mark.parametrize("statement", ["CREATE TEMP TABLE users ()", "CREATE TABLE public.mine ()"])
def test_the_login_makes_no_tables(login, statement):
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        login.execute(sa.text(statement))


def test_no_function_of_ours_looks_names_up_along_a_path_of_whoever_asks(login):
    paths = {row.proname: row.proconfig or [""] for row in login.execute(sa.text(PATHS))}
    assert "is_owner" in paths
    assert [name for name, path in paths.items() if not path[0].startswith("search_path=")] == []
    assert [name for name, path in paths.items() if not path[0].endswith("public, pg_temp")] == []


def test_the_path_of_a_function_holds_where_temporary_tables_may_be_made(login, database):
    """The function is safe by itself: a database whose owner lets everybody make temporary tables is as safe."""
    owner = make_engine(database.owner_url)
    try:
        with owner.begin() as connection:
            connection.execute(sa.text(f"GRANT TEMP ON DATABASE {connection.engine.url.database} TO PUBLIC"))
        login.execute(sa.text("CREATE TEMP TABLE users ()"))
        assert login.execute(sa.text("SELECT is_owner()")).scalar() is False
        assert seen(login) == {}
    finally:
        login.rollback()
        with owner.begin() as connection:
            roles.ensure(connection, roles.APP_ROLE, None)
        owner.dispose()
