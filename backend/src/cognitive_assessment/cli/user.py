"""`cas user`: staff accounts."""

from __future__ import annotations

import getpass
import secrets
import sys

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import database_access
from cognitive_assessment.store import organisations, second_factors, users
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
@click.option(
    "--generate", is_flag=True, help="Make a password and print it once: its owner changes it at the first sign-in."
)
def add(email: str, name: str, role: str, generate: bool) -> None:
    """Add a staff account; the password is asked for, or read as one line from a pipe.

    A password has 12 to 128 characters, 15 or more are better; one that is known from a break-in, or that holds the
    address, is refused.
    """
    chosen = _choose(generate)
    with database_access.database(settings()) as access:
        engine = make_engine(access.owner_url)
        try:
            with engine.begin() as connection:
                first = organisations.ensure_first(connection)
                users.add_staff(
                    connection,
                    organisation_id=first["id"],
                    email=email,
                    display_name=name,
                    password=chosen,
                    role=role,
                    is_first_password=generate,
                )
        finally:
            engine.dispose()
    _say(f"Added {email}.", chosen if generate else None)


@command.command()
@click.argument("email")
@click.option(
    "--generate", is_flag=True, help="Make a password and print it once: its owner changes it at the first sign-in."
)
def password(email: str, generate: bool) -> None:
    """Set the password of a staff account; every sign-in that it has ends."""
    chosen = _choose(generate)
    with database_access.database(settings()) as access:
        engine = make_engine(access.owner_url)
        try:
            with engine.begin() as connection:
                users.set_password(connection, email, chosen, is_first_password=generate)
        finally:
            engine.dispose()
    _say(f"The password of {email} is changed.", chosen if generate else None)


@command.command("reset-second-factor")
@click.argument("email")
@click.option(
    "--proof",
    type=click.Choice(second_factors.PROOFS),
    required=True,
    help="How you made sure who is asking: you saw them; by a video call with somebody you know; or an administrator "
    "of their organisation, whom you know, vouches for them. The audit log keeps it.",
)
def reset_second_factor(email: str, proof: str) -> None:
    """Begin an account anew whose owner has lost the second factor and has proved who they are.

    Its second factors, its sign-ins and its password end. The first password that is printed goes to that person alone,
    who changes it and sets up another second factor.
    """
    password = secrets.token_urlsafe(16)
    with database_access.database(settings()) as access:
        engine = make_engine(access.owner_url)
        try:
            with engine.begin() as connection:
                second_factors.reset(connection, email, password, proof=proof, by=f"operator {getpass.getuser()}")
        finally:
            engine.dispose()
    _say(f"The second factors of {email} are removed, and its password is a new one.", password)


def _choose(is_generated: bool) -> str:
    if is_generated:
        return secrets.token_urlsafe(16)
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return answer


def _say(what: str, generated: str | None) -> None:
    click.echo(what)
    if generated is not None:
        days = users.FIRST_PASSWORD_LASTS.days
        click.echo(f"This password is for the first sign-in, within {days} days, and is changed there.")
        click.echo(f"Password: {generated}")
