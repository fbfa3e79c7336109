"""`cas restart`: API and workers anew, without a stop of the database."""

from __future__ import annotations

import sys
import time

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import running_system

_LIMIT_S = 90.0


@click.command()
def command() -> None:
    """Stop API and workers of the running system in order, start them again, and wait until it is ready."""
    began = time.monotonic()
    if running_system.restart(settings(), limit_s=_LIMIT_S):
        click.echo(f"restarted and ready after {time.monotonic() - began:.1f} s")
        return
    click.echo("told to restart, but not ready: `cas status` says why", err=True)
    sys.exit(1)
