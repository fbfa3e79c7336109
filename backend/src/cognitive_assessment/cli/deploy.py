"""`cas deploy`: what lies in the folder of the repository, put into service."""

from __future__ import annotations

import click

from cognitive_assessment.config import REPOSITORY_ROOT, settings
from cognitive_assessment.ops import deployment


@click.command()
@click.option("--list", "is_list", is_flag=True, help="Only say what was put into service, and when.")
def command(*, is_list: bool) -> None:
    """Install packages and pages of this checkout, upgrade the schema, start API and workers anew, wait until ready.

    `cas restore app` (`scripts/rollback.sh app`) goes back to the version before.
    """
    if is_list:
        for one in deployment.remembered(settings().data_dir):
            click.echo(f"{one.at}  {one.commit[:12]}  ready after {one.duration_s} s")
        return
    done = deployment.deploy(settings(), REPOSITORY_ROOT, lambda line: click.echo(f"==> {line}", err=True))
    click.echo(f"{done.commit[:12]} is in service, ready after {done.duration_s} s")
