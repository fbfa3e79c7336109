"""`cas maintenance`: stop all writes for a while, and let them through again."""

from __future__ import annotations

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import database_access, maintenance


@click.group()
def command() -> None:
    """Stop all writes, or let them through again; reading goes on."""


@command.command()
def on() -> None:
    """Answer every write with 503 and Retry-After; browsers keep their answers and send them afterwards."""
    database_access.require_made(settings())
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    maintenance.turn_on(settings().data_dir)
    _tell_all()
    _print()


@command.command()
def off() -> None:
    """Let writes through again."""
    database_access.require_made(settings())
    maintenance.turn_off(settings().data_dir)
    _tell_all()
    _print()


@command.command()
def status() -> None:
    """Say whether maintenance is on."""
    _print()


def _tell_all() -> None:
    """The machines beside this one learn of it by the database, which is here alone if it is the embedded one."""
    if not settings().has_embedded_database:
        with database_access.of_this_version(settings()) as access:
            maintenance.tell_all(settings(), access.owner_url)


def _print() -> None:
    since = maintenance.since(settings().data_dir)
    word = ", locked down: nobody can sign in" if maintenance.is_locked_down(settings().data_dir) else ""
    told = "maintenance is off" if since is None else f"maintenance is on since {since:%Y-%m-%d %H:%M:%S} UTC{word}"
    click.echo(told)
