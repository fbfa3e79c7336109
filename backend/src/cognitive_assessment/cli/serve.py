"""`cas serve`: the whole system under one supervisor."""

from __future__ import annotations

import click

from cognitive_assessment.config import settings
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.ops.supervisor import Supervisor


@click.command()
@click.option("--no-worker", is_flag=True, help="Database and API only; workers run elsewhere with `cas worker`.")
def command(no_worker: bool) -> None:
    """Run database, API and worker until Ctrl-C or SIGTERM."""
    catalogue()  # what is wrong with an instrument stops the start
    Supervisor(settings(), click.echo, has_workers=not no_worker).run()
