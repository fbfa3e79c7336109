"""`cas db`: the database's schema."""

from __future__ import annotations

import sys

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import database_access
from cognitive_assessment.store import schema
from cognitive_assessment.store.engine import make_engine


@click.group()
def command() -> None:
    """Upgrade the database, or show which migrations it has."""


@command.command()
def upgrade() -> None:
    """Run the pending migrations and grant the app role its rights; repeating it is harmless."""
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    with database_access.database(settings()) as access:
        database_access.prepare(access, settings().data_dir)
        _print(_state(access.owner_url))


@command.command()
def status() -> None:
    """Print the current, the newest and the pending migrations; exit 1 while any is pending."""
    with database_access.database(settings()) as access:
        state = _state(access.owner_url)
    _print(state)
    sys.exit(1 if state.pending else 0)


def _state(owner_url: str) -> schema.SchemaState:
    engine = make_engine(owner_url)
    try:
        return schema.state(engine)
    finally:
        engine.dispose()


def _print(state: schema.SchemaState) -> None:
    click.echo(f"current  {state.current or 'none'}")
    click.echo(f"newest   {state.newest}")
    click.echo(f"pending  {', '.join(state.pending) or 'none'}")
