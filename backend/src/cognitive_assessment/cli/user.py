"""`cas user`: staff accounts."""

from __future__ import annotations

import secrets
import sys

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import database_access
from cognitive_assessment.store import organisations, users
from cognitive_assessment.store.engine import make_engine


@click.group()
def command() -> None:
    """Add staff accounts and set their passwords."""


@command.command()
@click.argument("email")
@click.option("--name", default="", help="The name that colleagues see; the address if left out.")
@click.option(
    "--role",
    type=click.Choice(users.STAFF_ROLES),
    default="clinician",
    show_default=True,
    help="What the account may do; see docs/reference/access.md.",
)
@click.option("--generate", is_flag=True, help="Make a password and print it once, instead of asking for one.")
def add(email: str, name: str, role: str, generate: bool) -> None:
    """Add a staff account; the password is asked for, or read as one line from a pipe."""
    chosen = _choose(generate)
    with database_access.database(settings()) as access:
        engine = make_engine(access.owner_url)
        try:
            with engine.begin() as connection:
                first = organisations.ensure_first(connection)
                users.add_staff(
                    connection, organisation_id=first["id"], email=email, display_name=name, password=chosen, role=role
                )
        finally:
            engine.dispose()
    _say(f"Added {email}.", chosen if generate else None)


@command.command()
@click.argument("email")
@click.option("--generate", is_flag=True, help="Make a password and print it once, instead of asking for one.")
def password(email: str, generate: bool) -> None:
    """Set the password of a staff account; every sign-in that it has ends."""
    chosen = _choose(generate)
    with database_access.database(settings()) as access:
        engine = make_engine(access.owner_url)
        try:
            with engine.begin() as connection:
                users.set_password(connection, email, chosen)
        finally:
            engine.dispose()
    _say(f"The password of {email} is changed.", chosen if generate else None)


def _choose(is_generated: bool) -> str:
    if is_generated:
        return secrets.token_urlsafe(15)
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return answer


def _say(what: str, generated: str | None) -> None:
    click.echo(what)
    if generated is not None:
        click.echo(f"Password: {generated}")
