"""`cas restore`: put a backup in the place of the database."""

from __future__ import annotations

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops.backups import files, restore


@click.group()
def command() -> None:
    """Put a backup in the place of what is there; the old state is kept aside."""


@command.command()
@click.option("--name", help="Another backup than the newest; `cas backup status` lists them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def database(*, name: str | None, yes: bool) -> None:
    """Restore the database, and the recordings that are no longer there; the old database is kept aside."""
    identity = files.identity_of(settings().data_dir, settings().backup_identity)
    backup = files.open_backup(settings().backup_dir, name, identity)
    click.echo(f"What was written after {backup.created_at:%Y-%m-%d %H:%M:%S} UTC will no longer be shown.")
    if not yes:
        click.confirm(f"Restore {backup.path.name}?", abort=True)
    done = restore.restore(settings(), backup.path.name, lambda line: click.echo(f"==> {line}", err=True))
    click.echo(
        f"{done.backup} is restored in {done.duration_s} s, {done.recordings_put_back} recordings put back; "
        f"the old database is kept as {done.kept_as}"
    )
