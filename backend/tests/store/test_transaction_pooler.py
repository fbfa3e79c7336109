"""The walls between persons behind a real PgBouncer that hands each transaction any of its few server connections."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from builders import as_owner, participant, session
from cognitive_assessment.errors import NotFound, Unavailable
from cognitive_assessment.store import acting, users
from cognitive_assessment.store import engine as store_engine
from cognitive_assessment.store.tables import organisations, sessions
from poolers import MISSING, PROGRAM, pooler
from systems import wait_until

SERVER_CONNECTIONS = 2
PERSONS = 6

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=MISSING)


@pytest.fixture(scope="module")
def pooled_url(database, tmp_path_factory):
    """The app role's database through a transaction pooler with two server connections."""
    folder = tmp_path_factory.mktemp("pooler")
    with pooler(folder, database.app_url, database.app_password, server_connections=SERVER_CONNECTIONS) as url:
        yield url


@pytest.fixture
def persons(committed):
    """Participants of two organisations, each with one session."""
    made = []
    with committed.begin() as connection:
        homes = [uuid.uuid4(), uuid.uuid4()]
        with as_owner(connection):
            for home in homes:
                connection.execute(sa.insert(organisations).values(id=home, name=str(home)))
        for number in range(PERSONS):
            person = participant(connection, label=f"P-{number}", of=homes[number % 2])
            made.append((person["id"], session(connection, person)["id"]))
    return made


@pytest.fixture
def pooled(pooled_url):
    engine = store_engine.make_engine(pooled_url)
    wait_until(lambda: _answers(engine), 20)
    yield engine
    engine.dispose()


def _answers(engine: sa.Engine) -> bool:
    try:
        with engine.connect() as connection:
            return connection.execute(sa.text("SELECT 1")).scalar() == 1
    except Unavailable:
        return False


def _sees(connection: sa.Connection) -> list[object]:
    return list(connection.execute(sa.select(sessions.c.id)).scalars())


def test_everybody_sees_their_own_at_the_same_time_over_few_connections(pooled, persons):
    def look(number: int) -> tuple[list[object], int]:
        user_id, _ = persons[number % PERSONS]
        with pooled.begin() as connection:
            acting.act_as(connection, user_id)
            server = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
            return _sees(connection), server

    with ThreadPoolExecutor(8) as threads:
        looks = list(threads.map(look, range(120)))
    assert [seen for seen, _ in looks] == [[persons[number % PERSONS][1]] for number in range(120)]
    assert len({server for _, server in looks}) <= SERVER_CONNECTIONS


def test_who_comes_next_on_the_same_connection_inherits_nobody(pooled, persons):
    used, unnamed = set(), []
    for user_id, session_id in persons:
        with pooled.begin() as connection:
            acting.act_as(connection, user_id)
            assert _sees(connection) == [session_id]
            used.add(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
        with pooled.begin() as connection:
            unnamed.append((connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one(), _sees(connection)))
    assert {server for server, _ in unnamed} & used
    assert [seen for _, seen in unnamed] == [[]] * PERSONS


def test_a_transaction_that_fails_leaves_nobody_behind(pooled, persons):
    user_id, _ = persons[0]
    with pooled.connect() as connection:
        acting.act_as(connection, user_id)
        with pytest.raises(sa.exc.ProgrammingError):
            connection.execute(sa.text("SELECT no_such_column FROM sessions"))
    for _ in range(2 * SERVER_CONNECTIONS):
        with pooled.begin() as connection:
            assert _sees(connection) == []


def test_the_app_role_behind_the_pooler_cannot_step_over_the_walls(pooled, persons):
    with pooled.begin() as connection:
        query = sa.text("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user")
        assert connection.execute(query).scalar_one() is False
    with pooled.connect() as connection:
        connection.execute(sa.text("SET LOCAL row_security = off"))
        with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
            _sees(connection)
    with pooled.begin() as connection:
        acting.act_as(connection, persons[0][0])
        with pytest.raises(NotFound):
            users.get(connection, persons[1][0])
