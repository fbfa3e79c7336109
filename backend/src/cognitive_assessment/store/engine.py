"""Connections: one engine a process, one `transaction()` a unit of work, one place that names a lost database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import ExceptionContext

from cognitive_assessment.errors import StorageFull, Unavailable

_engines: dict[str, sa.Engine] = {}


def plain_url(url: str) -> str:
    """The same address without a driver, as PostgreSQL's own programs and psycopg want it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def make_engine(url: str, *, pool_size: int = 8) -> sa.Engine:
    """An engine that works behind a transaction pooler and gives up on a silent server within seconds."""
    engine = sa.create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=2,
        pool_pre_ping=True,
        hide_parameters=True,  # an error's message names the statement, never a person's words
        pool_timeout=4,
        # no start-up options: poolers refuse them, so time limits are properties of the app role (see `roles`)
        connect_args={"prepare_threshold": None, "connect_timeout": 3},
    )
    event.listen(engine, "handle_error", _name_lost_database)
    return engine


def _name_lost_database(context: ExceptionContext) -> None:
    from psycopg import errors

    if context.is_pre_ping:
        return  # the pool replaces a connection that has ended; only where no new one is had is the database lost
    if isinstance(context.original_exception, errors.DiskFull):
        raise StorageFull("The database's disk is full.", remedy="Make room on it.") from None
    lost = isinstance(context.sqlalchemy_exception, sa.exc.OperationalError | sa.exc.InterfaceError)
    if lost and not isinstance(context.original_exception, _lasting_errors()):
        raise Unavailable("The database cannot be reached.", remedy="Try again in a few seconds.") from None


def _lasting_errors() -> tuple[type[BaseException], ...]:
    from psycopg import errors

    return (errors.UndefinedTable, errors.UndefinedColumn, errors.LockNotAvailable)


def bind(url: str, *, pool_size: int = 8) -> sa.Engine:
    """Make `url` the database of this process's transactions."""
    dispose()
    _engines["serving"] = make_engine(url, pool_size=pool_size)
    return _engines["serving"]


def bind_replica(url: str, *, pool_size: int = 2) -> sa.Engine:
    """Make `url` the database that reports of this process are read from; it follows the serving one."""
    _engines["replica"] = make_engine(url, pool_size=pool_size).execution_options(postgresql_readonly=True)
    return _engines["replica"]


def dispose() -> None:
    """Close every connection of this process."""
    for name in ("serving", "replica"):
        engine = _engines.pop(name, None)
        if isinstance(engine, sa.Engine):
            engine.dispose()


def has_replica() -> bool:
    """Whether reports are read from a database of their own."""
    return "replica" in _engines


@contextlib.contextmanager
def reading(serving: sa.Connection) -> Iterator[sa.Connection]:
    """A connection for a report: to the replica where there is one that answers, else the `serving` one.

    A replica names nobody: what row-level security hides from nobody in particular is not read here.
    """
    with contextlib.ExitStack() as stack:
        replica = None
        with contextlib.suppress(Unavailable, sa.exc.TimeoutError):
            replica = stack.enter_context(replica_connection()) if has_replica() else None
        yield serving if replica is None else replica


@contextlib.contextmanager
def replica_connection() -> Iterator[sa.Connection]:
    """A read-only connection to the replica; raises `Unavailable` while it is away."""
    with _engines["replica"].connect() as connection:
        yield connection


@contextlib.contextmanager
def transaction() -> Iterator[sa.Connection]:
    """One transaction on the serving database; commits at the end, rolls back on any error.

    Raises `Unavailable` while the database is away.
    """
    engine = _engines.get("serving")
    if engine is None:
        raise Unavailable("No database is bound to this process.")
    try:
        with engine.begin() as connection:
            yield connection
    except sa.exc.TimeoutError as error:
        raise Unavailable("Every database connection is busy.", remedy="Try again in a few seconds.") from error
    except sa.exc.OperationalError as error:
        # a row lock that did not come within the role's time limit; whoever holds it will be done soon
        raise Unavailable("The database is busy.", remedy="Try again in a few seconds.") from error
