"""`cas serve`: the whole system under one supervisor."""

from __future__ import annotations

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops.supervisor import Supervisor


@click.command()
def command() -> None:
    """Run database, API and worker until Ctrl-C or SIGTERM."""
    Supervisor(settings(), click.echo).run()
