"""`cas restart`: API and workers anew, without a stop of the database."""

from __future__ import annotations

import sys
import time

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import running_system

_LIMIT_S = 60.0


@click.command()
def command() -> None:
    """Stop API and workers of the running system in order, start them again, and wait until it is ready."""
    began = time.monotonic()
    running_system.restart(settings().data_dir)
    time.sleep(1.0)  # until the old ones have begun to stop
    while time.monotonic() - began < _LIMIT_S:
        if running_system.is_ready(settings()):
            click.echo(f"restarted and ready after {time.monotonic() - began:.1f} s")
            return
        time.sleep(0.2)
    click.echo("restarted, but not ready: `cas status` says why", err=True)
    sys.exit(1)
