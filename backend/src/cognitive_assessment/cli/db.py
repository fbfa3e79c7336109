"""`cas db`: the database's schema, its state, and its upkeep."""

from __future__ import annotations

import sys

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import database_access, database_report, slow_queries
from cognitive_assessment.store import schema


@click.group()
def command() -> None:
    """Upgrade the database, look at it, and keep it tidy."""


@command.command()
def upgrade() -> None:
    """Run the pending migrations and grant the app role its rights; repeating it is harmless."""
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    with database_access.database(settings()) as access:
        database_access.prepare(access, settings().data_dir)
        _print(database_access.schema_of(access.owner_url))


@command.command()
def status() -> None:
    """Print the current, the newest and the pending migrations; exit 1 while any is pending."""
    with database_access.database(settings()) as access:
        state = database_access.schema_of(access.owner_url)
    _print(state)
    sys.exit(1 if state.pending else 0)


@command.command()
def check() -> None:
    """Connect as the owner and print where that leads, how fast it answers, and how many connections are used."""
    with database_access.database(settings()) as access:
        found = database_report.look(access.owner_url)
    encryption = "encrypted" if found.is_encrypted else "not encrypted"
    click.echo(f"server       PostgreSQL {found.server_version} at {found.place}, as {found.role}, {encryption}")
    click.echo(f"round trip   {found.round_trip_ms:.1f} ms")
    click.echo(f"connections  {found.connections_used} of {found.connections_allowed}")


@command.command()
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100), help="How many statements.")
def slow(limit: int) -> None:
    """Print the statements that took the most time in all, without any value in them."""
    with database_access.database(settings()) as access:
        found = slow_queries.look(access.owner_url, is_embedded=settings().has_embedded_database, limit=limit)
    click.echo("  total s     mean ms      calls       rows  statement")
    for one in found:
        numbers = f"{one.total_ms / 1000:9.2f} {one.mean_ms:11.2f} {one.calls:10} {one.rows:10}"
        click.echo(f"{numbers}  {one.text}")


@command.command()
def vacuum() -> None:
    """Run VACUUM ANALYZE as the owner; reading and writing go on meanwhile."""
    with database_access.database(settings()) as access:
        click.echo(f"vacuumed and analysed in {database_report.vacuum(access.owner_url):.1f} s")


def _print(state: schema.SchemaState) -> None:
    click.echo(f"current  {state.current or 'none'}")
    click.echo(f"newest   {state.newest}")
    click.echo(f"pending  {', '.join(state.pending) or 'none'}")
    if state.notice:
        click.echo(state.notice)
