"""`cas worker`: one more worker, on this machine or another."""

from __future__ import annotations

import click

from cognitive_assessment.jobs import worker


@click.command()
def command() -> None:
    """Take up jobs of the database that DATABASE_URL names until told to stop."""
    worker.main()
