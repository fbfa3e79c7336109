"""`cas blobs`: the store of the recordings."""

from __future__ import annotations

import sys

import click

from cognitive_assessment import blobs
from cognitive_assessment.config import settings
from cognitive_assessment.errors import InvalidSettings
from cognitive_assessment.ops import blob_check, blob_mirror, database_access, standstill
from cognitive_assessment.store import recordings
from cognitive_assessment.store.engine import make_engine


@click.group()
def command() -> None:
    """Test the store of the recordings, compare it with the second one, have the scanner look again."""


@command.command()
@click.option("--mib", default=10, show_default=True, type=click.IntRange(1, 5120), help="Size of the test object.")
def test(mib: int) -> None:
    """Write, append to, read, compare and delete a test object where recordings are kept, and time each step."""
    click.echo(f"store  {blobs.described(settings())}")
    for step in blob_check.walk(blobs.store(), mib << 20):
        click.echo(f"{step.name:<18}{step.took_ms:>8.0f} ms")
    click.echo(f"{mib} MiB were kept, given back as they were, and deleted")
    both = blobs.mirrored()
    if both is not None:
        click.echo(f"second {blobs.described_mirror(settings())}")
        for step in blob_check.walk(both.second, mib << 20):
            click.echo(f"{step.name:<18}{step.took_ms:>8.0f} ms")


@command.command()
def rescan() -> None:
    """Have every recording that the scanner refused looked at again: after a false alarm, or with a higher limit."""
    if settings().scanner is None:
        raise InvalidSettings("There is no scanner.", remedy="Set CAS_SCANNER to the address of a clamd.")
    with database_access.database(settings()) as access:
        engine = make_engine(access.owner_url)
        try:
            with engine.begin() as connection:
                count = recordings.queue_sealed(connection)
        finally:
            engine.dispose()
    click.echo(f"{count} recordings will be looked at again; those that nothing is found in are read and scored then")


@command.command()
def mirror() -> None:
    """Compare both stores by hash and copy what one lacks from the other; exit 1 if anything is lost."""
    click.echo(f"first  {blobs.described(settings())}")
    click.echo(f"second {blobs.described_mirror(settings())}")
    with standstill.alone(settings()), database_access.database(settings()) as access:
        counts, lost = blob_mirror.compare(access.owner_url)
    for done, count in sorted(counts.items()):
        click.echo(f"{count:>8}  {done}")
    for key in lost:
        click.echo(f"{key} is in neither store as it was acknowledged; a backup may have it", err=True)
    sys.exit(1 if lost else 0)
