"""`cas erase`: forget a person for good."""

from __future__ import annotations

import datetime as dt
import getpass

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import database_access, erasure, kept_states
from cognitive_assessment.store import erasures
from cognitive_assessment.store.engine import make_engine


@click.group()
def command() -> None:
    """Forget a person for good, here and in every backup."""


@command.command()
@click.argument("person")
@click.option("--reason", default="asked for", show_default=True, help="Why, for the log; no name.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def person(person: str, *, reason: str, dry_run: bool, yes: bool) -> None:
    """Destroy the key of PERSON (id, address or label), and delete their rows and recordings."""
    with database_access.of_this_version(settings()) as access:
        engine = make_engine(access.owner_url)
        with engine.connect() as connection:
            found = erasures.find_person(connection, person)
            held = erasures.held(connection, found["id"])
        engine.dispose()
        counts = ", ".join(f"{count} {name}" for name, count in held.items())
        click.echo(f"{found['role']} {found['id']}: {counts}")
        if dry_run:
            return
        if not yes:
            click.confirm("This cannot be undone, not even from a backup. Erase this person?", abort=True)
        are_pages_clear = erasure.erase(
            settings(),
            access.owner_url,
            erasures.Erasure(
                user_id=found["id"],
                organisation_id=found["organisation_id"],
                erased_at=dt.datetime.now(dt.UTC),
                erased_by=f"operator {getpass.getuser()}",
                reason=reason,
            ),
        )
        still = kept_states.told(settings(), access.owner_url)
    click.echo(f"Erased. What backups hold of {found['id']} can no longer be read; restoring one erases them again.")
    if not are_pages_clear:
        click.echo(
            "The pages of the database still hold the deleted rows, as somebody was reading; the night clears them."
        )
    if still is not None:
        click.echo(still)
