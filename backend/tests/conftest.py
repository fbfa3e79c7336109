"""A real PostgreSQL for every test run: one server a process, schema from the migrations, roll-back per test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import argon2
import psycopg
import pytest
import sqlalchemy as sa

from cognitive_assessment import blobs, config
from cognitive_assessment.accounts import passwords
from cognitive_assessment.ops.embedded_database import DatabaseAddresses, EmbeddedDatabase
from cognitive_assessment.store import engine as store_engine
from cognitive_assessment.store import roles, schema
from cognitive_assessment.store.tables import metadata

SHARED_DATA = Path(os.environ.get("CAS_BENCH_DATA", Path(__file__).parents[3] / "shared" / "data"))

EMPTIED = (
    *(table.name for table in metadata.sorted_tables),
    *("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, those that ask for most time before all, so that none runs alone at the end."""
    limits: dict[Path, float] = {}
    for item in items:
        if item.get_closest_marker("slow"):
            asked = item.get_closest_marker("timeout")
            limits[item.path] = max(limits.get(item.path, 0.0), float(asked.args[0]) if asked else 1.0)
    items.sort(key=lambda item: -limits.get(item.path, 0.0))


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseAddresses]:
    """A migrated PostgreSQL with an owner and an app role."""
    server = EmbeddedDatabase(tmp_path_factory.mktemp("data"))
    addresses = server.start()
    owner = store_engine.make_engine(addresses.owner_url)
    schema.upgrade(owner, app_password=addresses.app_password)
    owner.dispose()
    yield addresses
    server.stop()


def _serve_as_app_role(engine: sa.Engine) -> sa.Engine:
    """Every connection has the rights and limits of the app role; `builders.as_owner` lays them down for a block."""

    @sa.event.listens_for(engine, "connect")
    def become(connection: psycopg.Connection[object], record: object) -> None:
        connection.execute(f"SET ROLE {roles.APP_ROLE}")
        for name, value in roles.LIMITS.items():  # which come with a login, and not with its role
            connection.execute(f"SET {name} = '{value}'")
        connection.commit()

    return engine


@pytest.fixture(scope="session")
def app_engine(database: DatabaseAddresses) -> Iterator[sa.Engine]:
    """The app role's engine."""
    engine = _serve_as_app_role(store_engine.make_engine(database.owner_url))
    yield engine
    engine.dispose()


@pytest.fixture
def connection(app_engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection with the rights of the app role whose work is rolled back at the end."""
    with app_engine.connect() as open_connection:
        transaction = open_connection.begin()
        yield open_connection
        transaction.rollback()


@pytest.fixture(scope="session")
def _serving(database: DatabaseAddresses) -> sa.Engine:
    """One for all tests: it keeps what it has compiled of every statement."""
    return _serve_as_app_role(store_engine.make_engine(database.owner_url))


@pytest.fixture(scope="session")
def _emptying(database: DatabaseAddresses) -> Iterator[sa.Engine]:
    engine = store_engine.make_engine(database.owner_url)
    yield engine
    engine.dispose()


@pytest.fixture
def committed(_serving: sa.Engine, _emptying: sa.Engine) -> Iterator[sa.Engine]:
    """The database bound for `transaction()`, with real commits; emptied at the end."""
    store_engine.dispose()
    store_engine._engines["serving"] = _serving
    yield _serving
    store_engine.dispose()
    with _emptying.begin() as open_connection:
        # most tests write to few tables; to truncate all makes their files anew, which takes longer than many a test
        open_connection.execute(sa.text("SET LOCAL session_replication_role = replica"))  # no trigger, no order of keys
        held = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in EMPTIED)
        for name in open_connection.execute(sa.text(" UNION ALL ".join(held))).scalars().all():
            open_connection.execute(sa.text(f'DELETE FROM "{name}"'))


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """Argon2id as it is, but with the least work: a test signs in many people."""
    kept, passwords._hasher = passwords._hasher, argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords._hasher = kept


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The settings of one test: its own data folder with a master key, and pages."""
    for name, value in {"CAS_DATA_DIR": tmp_path, "CAS_FRONTEND_DIR": tmp_path / "pages"}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("CAS_MIN_FREE_BYTES", "0")
    caches = (config.settings, blobs.store, blobs.master_key, blobs.key_ring)
    for cache in caches:
        cache.cache_clear()
    blobs.load_master_key(tmp_path, None)
    yield tmp_path
    for cache in caches:
        cache.cache_clear()
