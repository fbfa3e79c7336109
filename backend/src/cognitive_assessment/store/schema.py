"""Bring the schema up to date as the owner role, and say which migrations a database has."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from cognitive_assessment.store import roles

_LOCK = 0x636173  # any two starts that migrate one database wait for each other under this number


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Where a database stands: its migration, the newest that this version has, and those in between."""

    current: str | None
    newest: str
    pending: tuple[str, ...]
    is_of_newer_version: bool = False

    @property
    def notice(self) -> str | None:
        """What an operator should know of a database that a newer version has upgraded; it lacks nothing of ours."""
        if not self.is_of_newer_version:
            return None
        return f"Its schema, {self.current}, is of a newer version than this one ({self.newest}), which runs with it"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@functools.cache
def _scripts() -> ScriptDirectory:
    """The migrations of this version, read once: those on the disk may be of another one while this one serves."""
    scripts = ScriptDirectory.from_config(_config())
    scripts.get_heads()  # else they would be read when they are first asked for
    return scripts


def upgrade(engine: sa.Engine, *, app_role: str = roles.APP_ROLE, app_password: str | None = None) -> SchemaState:
    """Run the pending migrations and grant the app role what it needs, all or nothing; repeating it is harmless.

    `app_password` makes the app role or sets its password; without it the role is only granted its rights where it
    exists. A second start waits for the first: the lock ends with the transaction, also behind a pooler. A database of
    a newer version stays as it is, with the rights that were granted there.
    """
    with engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(sa.text("SET LOCAL lock_timeout = '4s'"))
        is_newer = state_on(connection).is_of_newer_version
        if not is_newer:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        if not is_newer or not roles.exists(connection, app_role):
            roles.ensure(connection, app_role, app_password)
    return state(engine)


@functools.cache
def known_migrations() -> frozenset[str]:
    """Every migration that this version can upgrade from."""
    return frozenset(revision.revision for revision in _scripts().walk_revisions())


def state(engine: sa.Engine) -> SchemaState:
    """Which migrations the database has; needs no more than reading rights."""
    with engine.connect() as connection:
        return state_on(connection)


def state_on(connection: sa.Connection) -> SchemaState:
    """The same on an open connection."""
    current = MigrationContext.configure(connection).get_current_revision()
    newest = _scripts().get_current_head() or ""
    if current is not None and current not in known_migrations():
        return SchemaState(current=current, newest=newest, pending=(), is_of_newer_version=True)
    pending = tuple(r.revision for r in _scripts().iterate_revisions("heads", current or "base"))[::-1]
    return SchemaState(current=current, newest=newest, pending=pending)
