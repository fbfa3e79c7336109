"""`cas retention`: let go what the rules say."""

from __future__ import annotations

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import database_access, kept_states, retention


@click.group()
def command() -> None:
    """Let go what the organisations' rules say, and who asked to be erased; a serving system does it every night."""


@command.command()
@click.option("--dry-run", "is_dry", is_flag=True, help="Only say what would go.")
@click.option("--quiet", is_flag=True, help="Say nothing unless something goes wrong.")
def run(*, is_dry: bool, quiet: bool) -> None:
    """Erase who asked for it, and persons and recordings as old as their organisation has set."""
    say = (lambda _: None) if quiet else click.echo
    with database_access.of_this_version(settings()) as access:
        done = retention.run(settings(), access.owner_url, say, is_dry=is_dry)
        still = kept_states.told(settings(), access.owner_url)
    if is_dry:
        for name, numbers in (("asked", done.asked), ("person", done.persons), ("recording", done.recordings)):
            for number in numbers:
                say(f"{name:9} {number}")
    word = "would go" if is_dry else "are gone"
    say(
        f"{len(done.asked)} persons who asked for it, {len(done.persons)} persons and "
        f"{len(done.recordings)} recordings by their organisation's rule {word}"
    )
    if still is not None:
        say(still)
