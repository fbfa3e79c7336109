"""`cas export`: give a person everything that is held about them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import database_access, person_export
from cognitive_assessment.store import erasures
from cognitive_assessment.store.engine import make_engine


@click.group()
def command() -> None:
    """Give a person everything that is held about them."""


@command.command()
@click.argument("person")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The archive to write.")
def person(person: str, *, out: Path) -> None:
    """Write everything about PERSON (id, address or label) into one ZIP archive, readable, with their recordings.

    A recording that cannot be read, or not now, is named, and the exit code is 1.
    """
    with database_access.database(settings()) as access:
        engine = make_engine(access.owner_url)
        with engine.connect() as connection:
            found = erasures.find_person(connection, person)
        engine.dispose()
        counts, missing = person_export.write(access.owner_url, found["id"], out)
    for name, count in counts.items():
        click.echo(f"{count:>6}  {name}")
    for line in missing:
        click.echo(f"Not in it: {line}", err=True)
    what = "What could be read" if missing else "Everything"
    click.echo(f"{what} about {found['id']} is in {out}, which only you may read.")
    if missing:
        sys.exit(1)
