"""`cas auth`: what an identity provider's token says, and what is wrong with it."""

from __future__ import annotations

import sys

import click

from cognitive_assessment.accounts import identity_tokens
from cognitive_assessment.config import settings


@click.group()
def command() -> None:
    """Test the sign-in by an identity provider."""


@command.command()
@click.argument("token", required=False)
def test(token: str | None) -> None:
    """Verify a token (as an argument, or one line from a pipe) as the API does, and print whom it names.

    It is not used up: it still signs in once.
    """
    given = (token or sys.stdin.readline()).strip()
    found = identity_tokens.verify(given, settings())
    click.echo(f"subject  {found.subject}")
    click.echo(f"address  {found.verified_email or 'none that the provider has verified'}")
    click.echo(f"second factor  {'asked for' if found.is_strong else 'the provider does not say'}")
