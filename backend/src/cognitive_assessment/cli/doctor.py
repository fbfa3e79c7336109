"""`cas doctor`: every setting, every version and every part, and what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import click

from cognitive_assessment.config import settings, with_files
from cognitive_assessment.ops import doctor, monitoring_test
from cognitive_assessment.ops.versions import versions


@click.command()
@click.option("--monitoring", is_flag=True, help="Send a test metric, error and alert, and say which have arrived.")
@click.option("--prometheus", metavar="URL", help="With --monitoring: wait for the metric in this Prometheus.")
def command(monitoring: bool, prometheus: str | None) -> None:
    """Show every setting and version, look at every part, and say what to do; exit 1 if anything is not well.

    Settings that were set are marked with *; the values of secrets are not shown. What is marked with ? is a warning.
    """
    if monitoring or prometheus:
        click.echo("Monitoring")
        sys.exit(1 if _told(monitoring_test.run(settings(), prometheus=prometheus)) else 0)
    click.echo("Settings")
    for name, value, is_set in doctor.shown_settings(with_files(os.environ)):
        click.echo(f"  {'*' if is_set else ' '} {name:<22} {value}")
    click.echo("Versions")
    for name, value in versions().items():
        click.echo(f"    {name:<22} {value}")
    click.echo("Parts")
    count = _told(doctor.examine(settings()))
    click.echo("All is well." if not count else f"{count} not well.")
    sys.exit(1 if count else 0)


def _told(findings: Iterable[doctor.Finding]) -> int:
    """Print them one by one; returns how many are faults."""
    count = 0
    for finding in findings:
        mark = " " if finding.is_well else "?" if finding.is_warning else "!"
        click.echo(f"  {mark} {finding.name:<22} {finding.message}")
        if not finding.is_well:
            count += not finding.is_warning
            if finding.remedy:
                click.echo(f"    {'':<22} {finding.remedy}")
    return count
