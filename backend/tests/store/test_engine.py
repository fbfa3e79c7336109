"""Connections to the database: replaced when it has ended them, and a lost database is told as one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cognitive_assessment.errors import Unavailable
from cognitive_assessment.store.engine import make_engine, transaction


def end_connections(database):
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    ending = f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"
    engine = make_engine(database.owner_url)
    with engine.connect() as connection:
        assert all(connection.scalars(sa.text(ending)))
    engine.dispose()


@pytest.mark.usefixtures("committed")
def test_after_a_restart_of_the_database_nobody_meets_a_connection_that_has_ended(database):
    with transaction() as connection:
        before = connection.scalar(sa.text("SELECT pg_backend_pid()"))
    end_connections(database)
    with transaction() as connection:
        assert connection.scalar(sa.text("SELECT pg_backend_pid()")) != before


@pytest.mark.usefixtures("committed")
def test_what_was_under_way_when_the_database_went_is_told_as_a_lost_database(database):
    def lose():
        with transaction() as connection:
            connection.execute(sa.text("SELECT 1"))
            end_connections(database)
            connection.execute(sa.text("SELECT 1"))

    with pytest.raises(Unavailable):
        lose()


def test_a_database_that_is_not_there_is_told_as_a_lost_one():
    with pytest.raises(Unavailable), make_engine("postgresql://nobody@127.0.0.1:9/cas").connect():
        pass
