"""The wall as the role that serves meets it with a login of its own, whatever it sends."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from builders import NOW, owner_transaction, participant, session
from cognitive_assessment.store import acting, roles
from cognitive_assessment.store.engine import make_engine
from cognitive_assessment.store.tables import invitations, metadata, sessions, users

PATHS = "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace" + (
    " AND proname NOT LIKE 'procrastinate\\_%'"
)

LATER = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


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


@pytest.fixture
def invited(login) -> sa.Connection:
    """The login in the name of a participant whose invitation is over."""
    with owner_transaction() as connection:
        person = connection.execute(sa.select(users.c.id, users.c.organisation_id)).one()
        over = {"expires_at": NOW, "revoked_at": NOW, "token_hash": b"0", "battery": "brief", "locale": "en"}
        connection.execute(
            sa.insert(invitations).values(
                id=uuid.uuid4(), user_id=person.id, organisation_id=person.organisation_id, **over
            )
        )
    acting.act_as(login, person.id)
    return login


def changed(connection: sa.Connection, table: sa.Table, **values: object) -> int:
    """How many rows a change reaches; none where the role has no right to it."""
    with contextlib.suppress(sa.exc.ProgrammingError), connection.begin_nested():
        return connection.execute(sa.update(table).values(**values)).rowcount
    return 0


@pytest.mark.parametrize("values", [{"password_hash": "x"}, {"email": "x@example.org"}, {"clerk_id": "user_2abc"}])
def test_a_participant_gives_themselves_no_way_to_sign_in(invited, values):
    assert changed(invited, users, **values) == 0


@pytest.mark.parametrize(
    "values", [{"revoked_at": None}, {"expires_at": LATER}, {"revoked_at": None, "expires_at": LATER}, {"used_at": NOW}]
)
def test_an_invitation_that_is_over_stays_over(invited, values):
    assert changed(invited, invitations, **values) == 0


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (sessions, {"created_at": NOW}),
        (sessions, {"consent": {}}),
        (sessions, {"plan": {}}),
        (invitations, {"token_hash": b"1"}),
        (users, {"organisation_id": uuid.UUID(int=1)}),
    ],
    ids=lambda named: "" if isinstance(named, sa.Table) else next(iter(named)),
)
def test_what_a_row_was_made_with_does_not_change(invited, table, values):
    assert changed(invited, table, **values) == 0


def test_what_a_participant_does_in_their_session_they_can_do(invited):
    assert changed(invited, sessions, satisfaction={"rating": 5}) == 1
