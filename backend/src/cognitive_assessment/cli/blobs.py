"""`cas blobs`: the store of the recordings."""

from __future__ import annotations

import click

from cognitive_assessment import blobs
from cognitive_assessment.config import settings
from cognitive_assessment.ops import blob_check


@click.group()
def command() -> None:
    """Test the store of the recordings."""


@command.command()
@click.option("--mib", default=10, show_default=True, type=click.IntRange(1, 5120), help="Size of the test object.")
def test(mib: int) -> None:
    """Write, append to, read, compare and delete a test object where recordings are kept, and time each step."""
    click.echo(f"store  {blobs.described(settings())}")
    for step in blob_check.walk(blobs.store(), mib << 20):
        click.echo(f"{step.name:<18}{step.took_ms:>8.0f} ms")
    click.echo(f"{mib} MiB were kept, given back as they were, and deleted")
