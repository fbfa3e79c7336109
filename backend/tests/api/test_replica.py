"""Reports are read from a replica that really follows; while it is away, where requests are served."""

from __future__ import annotations

import os
import signal

import psycopg
import pytest
import sqlalchemy as sa

from api_clients import make_staff
from builders import owner_transaction, participant, session
from cognitive_assessment import config
from cognitive_assessment.ops import database_access, health
from cognitive_assessment.store import engine as store_engine
from replicas import replica
from systems import wait_until


@pytest.fixture(scope="module")
def following(database, tmp_path_factory):
    """A replica of the database of the tests, and its addresses."""
    with replica(database, tmp_path_factory.mktemp("replica")) as server:
        yield server, server.start()


@pytest.fixture
def reports(committed, following):
    """Reports of this process are read from the replica."""
    server, addresses = following
    store_engine.bind_replica(addresses.app_url)
    yield server
    if not server.is_running:
        server.restart()


@pytest.fixture
def active_people(app, reports):
    """How many people took part today, as the operator's page says it."""
    operator = make_staff(app, "otto@example.org", role="operator")

    def count() -> int:
        found: int = operator("GET", "/api/operation").get_json()["use"]["active"]["day"]
        return found

    return count


def take_part(label: str) -> None:
    with owner_transaction() as connection:
        session(connection, participant(connection, label=label))


def as_owner(addresses, statement: str) -> object:
    with psycopg.connect(addresses.owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        return (connection.execute(statement).fetchone() or (None,))[0]


def stop(server) -> None:
    os.kill(server.process_id, signal.SIGINT)
    wait_until(lambda: not server.is_running)


def test_the_operator_s_page_is_counted_on_the_replica_and_without_it_where_requests_are_served(
    active_people, reports, following
):
    take_part("P-001")
    wait_until(lambda: active_people() == 1)
    as_owner(following[1], "SELECT pg_wal_replay_pause()")
    wait_until(lambda: as_owner(following[1], "SELECT pg_get_wal_replay_pause_state()") == "paused")
    take_part("P-002")
    assert active_people() == 1
    as_owner(following[1], "SELECT pg_wal_replay_resume()")
    wait_until(lambda: active_people() == 2)
    stop(reports)
    take_part("P-003")
    assert active_people() == 3


def test_nothing_can_be_written_there(reports):
    with store_engine.replica_connection() as connection, pytest.raises(sa.exc.InternalError, match="read-only"):
        connection.execute(sa.text("UPDATE model_checks SET is_verified = true"))


def test_the_health_says_whether_it_follows_and_the_system_goes_on_without(reports, following):
    with owner_transaction() as connection:
        connection.execute(sa.text("SELECT pg_current_xact_id()"))  # a commit that is replayed
    wait_until(lambda: health.check_replica().message == "Follows")
    stop(reports)
    found = health.check_replica()
    assert (found.status, found.is_optional, "does not answer" in found.message) == ("unhealthy", True, True)


def test_a_database_that_follows_nobody_is_found_out(committed, database):
    store_engine.bind_replica(database.app_url)
    assert health.check_replica().message == "It follows no other database"


def test_commands_that_report_ask_it_as_the_owner_and_without_it_the_database_itself(reports, following, database):
    settings = config.build({"CAS_DATABASE_REPLICA_URL": following[1].app_url})
    access = database_access.Access(database.owner_url, None, None)
    chosen = sa.make_url(database_access.for_reports(settings, access))
    assert (chosen.port, chosen.username) == (sa.make_url(following[1].app_url).port, "cas_owner")
    stop(reports)
    assert database_access.for_reports(settings, access) == database.owner_url
