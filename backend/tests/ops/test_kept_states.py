"""What restores keep of the state before them is named where somebody is erased, and goes by a command."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from builders import participant
from cognitive_assessment import config
from cognitive_assessment.cli.main import cli
from cognitive_assessment.ops import kept_states
from cognitive_assessment.store.engine import transaction

NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def kept(committed, database, data_dir, monkeypatch):
    """The settings of a system with an old and a new state of each kind, and things that only look like one."""
    monkeypatch.setenv("DATABASE_URL", database.owner_url)
    config.settings.cache_clear()
    name = make_url(database.owner_url).database
    for place in ("postgres/cluster.before-20261001T000000Z", "backups/archive.before-20261101T000000Z"):
        (data_dir / place / "base").mkdir(parents=True)
    (data_dir / "postgres" / "cluster.before-mine").mkdir()
    made = [f"{name}_before_{stamp}" for stamp in ("20261002000000", "20261123000000", "mine")]
    address = make_url(database.owner_url).set(drivername="postgresql", database="postgres")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
        for one in made:
            connection.execute(f"CREATE DATABASE {one}")
        yield config.settings()
        for one in made:
            connection.execute(f"DROP DATABASE IF EXISTS {one} WITH (FORCE)")


def names(settings, database):
    return [one.name for one in kept_states.found(settings, database.owner_url)]


def test_those_of_before_a_moment_go_and_nothing_else(kept, database):
    db = make_url(database.owner_url).database
    everything = [
        "cluster.before-20261001T000000Z",
        f"{db}_before_20261002000000",
        "archive.before-20261101T000000Z",
        f"{db}_before_20261123000000",
    ]
    assert names(kept, database) == everything
    gone = kept_states.drop(kept, database.owner_url, before=NOW - dt.timedelta(days=20))
    assert [one.name for one in gone] == everything[:3]
    assert names(kept, database) == everything[3:]
    assert (kept.data_dir / "postgres" / "cluster.before-mine").is_dir()


def test_who_erases_is_told_and_a_command_removes_them(kept, database):
    with transaction() as connection:
        person = participant(connection)
    erased = CliRunner().invoke(cli, ["erase", "person", str(person["id"]), "--yes"])
    assert (erased.exit_code, "cas restore forget" in erased.output) == (0, True), erased.output
    assert all(name in erased.output for name in names(kept, database))
    assert "cas restore forget" in CliRunner().invoke(cli, ["retention", "run"]).output
    forgotten = CliRunner().invoke(cli, ["restore", "forget", "--days", "0", "--yes"])
    assert (forgotten.exit_code, forgotten.output.count("Removed")) == (0, 4), forgotten.output
    assert "cas restore forget" not in CliRunner().invoke(cli, ["retention", "run"]).output
