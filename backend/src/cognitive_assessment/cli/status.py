"""`cas status`: how the running system is."""

from __future__ import annotations

import sys

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import doctor, running_system


@click.command()
@click.option("--resources", is_flag=True, help="Also show what each process uses.")
def command(*, resources: bool) -> None:
    """Show the health of the running system; exit 1 if it is starting, anything is not well, or none runs."""
    started = running_system.supervisor(settings().data_dir)
    running_system.require_its_address(settings())
    is_starting = running_system.is_starting(settings().data_dir)
    starting = ", starting" if is_starting else ""
    click.echo(f"supervisor   process {started.pid}, {settings().public_url}{starting}")
    findings = list(doctor.examine_running(settings()))
    for finding in findings:
        click.echo(f"{' ' if finding.is_well else '!'} {finding.name.strip():<18} {finding.message}")
    if resources:
        click.echo("   pid  name            MB    CPU  minutes")
        for one in running_system.processes(settings().data_dir):
            click.echo(
                f"{one.pid:>6}  {one.name:<12} {one.memory_mb:>5.0f}  {one.cpu_percent:>3.0f} %  {one.age_s / 60:>7.0f}"
            )
    sys.exit(0 if not is_starting and all(finding.is_well for finding in findings) else 1)
