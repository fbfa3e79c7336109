"""Bring the schema up to date as the owner role, and say which migrations a database has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

APP_ROLE = "cas_app"
_LOCK = 0x636173  # any two starts that migrate one database wait for each other under this number


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Where a database stands: its migration, the newest one, and those in between."""

    current: str | None
    newest: str
    pending: tuple[str, ...]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: sa.Engine, *, app_password: str | None = None) -> SchemaState:
    """Run the pending migrations and grant the app role what it needs; repeating it is harmless.

    `app_password` sets the app role's password; without it the role is only granted its rights where it exists.
    """
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        try:
            connection.execute(sa.text("SET lock_timeout = '4s'"))
            connection.commit()
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            _ensure_app_role(connection, app_password)
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.commit()
    return state(engine)


def state(engine: sa.Engine) -> SchemaState:
    """Which migrations the database has; needs no more than reading rights."""
    with engine.connect() as connection:
        return state_on(connection)


def state_on(connection: sa.Connection) -> SchemaState:
    """The same on an open connection."""
    script = ScriptDirectory.from_config(_config())
    current = MigrationContext.configure(connection).get_current_revision()
    newest = script.get_current_head() or ""
    pending = tuple(r.revision for r in script.iterate_revisions("heads", current or "base"))[::-1]
    return SchemaState(current=current, newest=newest, pending=pending)


def _ensure_app_role(connection: sa.Connection, password: str | None) -> None:
    exists = connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": APP_ROLE}).scalar()
    if password is not None:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", password):
            raise ValueError("the generated password must be of plain letters")
        verb = "ALTER" if exists else "CREATE"
        connection.execute(
            sa.text(
                f"{verb} ROLE {APP_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '{password}'"
            )
        )
    elif not exists:
        return
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP_ROLE}",
        f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_log FROM {APP_ROLE}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {APP_ROLE}",
    ):
        connection.execute(sa.text(statement))
