"""The database of this system, wherever a command is typed: the one set, the one running, or one started for it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Conflict, InvalidSettings, Unavailable
from cognitive_assessment.ops import embedded_database
from cognitive_assessment.ops.backups import files
from cognitive_assessment.private_files import read_private, write_private
from cognitive_assessment.store import roles, schema
from cognitive_assessment.store.engine import make_engine, plain_url

MAINTENANCE_DATABASE = "postgres"
RESTORING = "cas restore"  # as which application a restore connects
_CLOSED = "not currently accepting connections"
_APP_ADDRESS_FILE = "database-app.json"


@dataclass(frozen=True, slots=True)
class Access:
    """The owner's address, the app role's where it is known, and the password to give that role, if we choose it."""

    owner_url: str
    app_url: str | None
    app_password: str | None


@contextlib.contextmanager
def database(settings: Settings, *, may_be_new: bool = False) -> Iterator[Access]:
    """The system's database for the length of a block; an embedded one that does not run is started for it.

    Raises `Conflict` if it is lost, unless it `may_be_new` because the caller brings back what was in it.
    """
    if not settings.has_embedded_database:
        access = of_settings(settings)
        require_reachable(access.owner_url)
        yield access
        return
    addresses = embedded_database.find_running(settings.data_dir)
    if addresses is not None:
        yield Access(addresses.owner_url, addresses.app_url, addresses.app_password)
        return
    if not may_be_new:
        require_not_lost(settings)
    with embedded_database.running(settings.data_dir) as addresses:
        yield Access(addresses.owner_url, addresses.app_url, addresses.app_password)


def require_not_lost(settings: Settings) -> None:
    """Raise `Conflict` where there was a database and is none: a new one in its place would come up empty."""
    folder = settings.data_dir / "postgres"
    if (folder / "cluster" / "PG_VERSION").exists() and not to_be_filled(settings).exists():
        return
    before = [*folder.glob("cluster.before-*"), *folder.glob("cluster.restoring")]
    traces = [*before, *(settings.data_dir / "blobs" / "keys").glob("*/*"), *files.listed(settings.backup_dir)]
    if traces:
        raise Conflict(
            f"There is no whole database in {folder / 'cluster'}, but there was one: {traces[0]} is of it.",
            remedy="Mount its disk or put its folder back. Else `cas restore archive` brings it back to the last "
            "commit, or `cas restore database` from a backup.",
        )


def require_made(settings: Settings) -> None:
    """Raise `Conflict` where an embedded database is neither there nor was ever there."""
    if not settings.has_embedded_database or embedded_database.find_running(settings.data_dir) is not None:
        return
    require_not_lost(settings)
    if not (settings.data_dir / "postgres" / "cluster").exists():
        raise Conflict(
            f"There is no system in {settings.data_dir}, so there is nothing to read.",
            remedy="CAS_DATA_DIR names the folder of the system; `cas serve` makes a new one.",
        )


def to_be_filled(settings: Settings) -> Path:
    """The mark of a new database as long as the restore for which it was made has not ended."""
    return settings.data_dir / "postgres" / "to-be-filled"


@contextlib.contextmanager
def of_this_version(settings: Settings) -> Iterator[Access]:
    """The same, with the schema of this version or of a newer one; raises `Conflict` that says how to get there.

    A folder that holds no database stays as it is: the name of it may have been mistyped.
    """
    require_made(settings)
    with database(settings) as access:
        state = schema_of(access.owner_url)
        if state.pending:
            raise Conflict(
                f"The database is {state.current or 'empty'}, not of this version ({state.newest}).",
                remedy="`cas db upgrade` brings it up to date, and `cas serve` does so at its start.",
            )
        yield access


def schema_of(owner_url: str) -> schema.SchemaState:
    """Where the database stands."""
    engine = make_engine(owner_url)
    try:
        return schema.state(engine)
    finally:
        engine.dispose()


def of_settings(settings: Settings) -> Access:
    """The database that the settings name; raises `InvalidSettings` without the owner's address."""
    if settings.database_url is None:
        raise InvalidSettings(
            "CAS_DATABASE_APP_URL is set without DATABASE_URL.", remedy="The owner's address is needed for this."
        )
    app_url = settings.database_app_url
    return Access(settings.database_url, app_url or _kept_app_url(settings.data_dir, settings.database_url), None)


def require_reachable(url: str) -> None:
    """Connect once; raises `Unavailable` that names the place and what the server, or the way to it, answered."""
    address = make_url(url).set(drivername="postgresql")
    place = f"{address.host}:{address.port or 5432}/{address.database}"
    try:
        try:
            psycopg.connect(address.render_as_string(hide_password=False), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if _CLOSED not in str(error):
                raise
            _reopen(address, place)
    except psycopg.OperationalError as error:
        raise Unavailable(
            f"The PostgreSQL of DATABASE_URL, {place}, cannot be reached: {str(error).strip().splitlines()[-1]}",
            remedy="Check host, port, name, role and password, and that it runs.",
        ) from error


def for_reports(settings: Settings, access: Access) -> str:
    """The owner's address at the replica, where there is one that answers; else at the database itself."""
    if settings.database_replica_url is None:
        return access.owner_url
    place, owner = make_url(settings.database_replica_url), make_url(access.owner_url)
    url = place.set(username=owner.username, password=owner.password).render_as_string(hide_password=False)
    try:
        require_reachable(url)
    except Unavailable:
        return access.owner_url
    return url


def _reopen(address: URL, place: str) -> None:
    """Let a database be connected to that a restore had closed when it was killed, just before it exchanged the two."""
    maintenance = address.set(database=MAINTENANCE_DATABASE).render_as_string(hide_password=False)
    with psycopg.connect(maintenance, autocommit=True, connect_timeout=5) as connection:
        restoring = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
        if (connection.execute(restoring, [RESTORING]).fetchone() or (0,))[0]:
            raise Unavailable(f"A restore is putting another database in the place of {place}.", remedy="Wait for it.")
        try:
            reopen(connection, address.database or "")
        except psycopg.Error as error:
            raise Unavailable(
                f"{place} takes no connections: a restore was broken off while it exchanged the databases.",
                remedy=f"As its owner, at the database {MAINTENANCE_DATABASE}: "
                f'ALTER DATABASE "{address.database}" ALLOW_CONNECTIONS true',
            ) from error


def reopen(connection: psycopg.Connection[Any], name: str) -> None:
    """Let the database of this name be connected to, whether or not it may be already."""
    connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))


def prepare(access: Access, data_dir: Path) -> str:
    """Migrate, make the app role where we may, and return the app role's address.

    Raises `InvalidSettings` if there is no app role and we are not allowed to make one: the owner never serves.
    """
    engine = make_engine(access.owner_url)
    try:
        if access.app_url is not None:
            role = make_url(access.app_url).username or roles.APP_ROLE
            schema.upgrade(engine, app_role=role, app_password=access.app_password)
            return access.app_url
        return _make_app_role(engine, access.owner_url, data_dir)
    finally:
        engine.dispose()


def _make_app_role(engine: sa.Engine, owner_url: str, data_dir: Path) -> str:
    with engine.connect() as connection:
        may_make, is_there = roles.may_make_roles(connection), roles.exists(connection, roles.APP_ROLE)
    if is_there or not may_make:
        why = "is there, with a password that we do not know" if is_there else "cannot be made by the owner role"
        raise InvalidSettings(
            f"The role {roles.APP_ROLE}, which serves, {why}.",
            remedy=f"Set CAS_DATABASE_APP_URL to the address with {roles.APP_ROLE} and its password.",
        )
    password = secrets.token_hex(24)
    app_url = make_url(owner_url).set(username=roles.APP_ROLE, password=password)
    shown = app_url.render_as_string(hide_password=False)
    # written before the role exists: a stop in between leaves an address to try again, not a role without its password
    kept = {"of": _place(owner_url), "app_url": shown}
    write_private(data_dir / _APP_ADDRESS_FILE, json.dumps(kept))
    schema.upgrade(engine, app_password=password)
    return shown


def _kept_app_url(data_dir: Path, owner_url: str) -> str | None:
    text = read_private(data_dir / _APP_ADDRESS_FILE)
    kept = json.loads(text) if text else {}
    if kept.get("of") != _place(owner_url):
        return None
    app_url: str = kept["app_url"]
    return app_url


def _place(url: str) -> str:
    return make_url(url).set(password=None).render_as_string()


def environment(settings: Settings, access: Access) -> dict[str, str]:
    """The environment of this system for a command: its settings, and the owner's address as every client reads it."""
    values = {
        **os.environ,
        "CAS_DATA_DIR": str(settings.data_dir),
        "CAS_HOST": settings.host,
        "CAS_PORT": str(settings.port),
        "CAS_PUBLIC_URL": settings.public_url,
        "CAS_MODELS_DIR": str(settings.models_dir),
        "CAS_FRONTEND_DIR": str(settings.frontend_dir),
        "DATABASE_URL": plain_url(access.owner_url),
    }
    if access.app_url is not None:
        values["CAS_DATABASE_APP_URL"] = plain_url(access.app_url)
    return values
