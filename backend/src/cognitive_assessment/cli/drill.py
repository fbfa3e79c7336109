"""`cas drill`: destroy a copy of the system and bring it back."""

from __future__ import annotations

import sys

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops.backups import files, make
from cognitive_assessment.ops.drills import run

_WAYS = {"from_backup": "from backup and keys alone", "from_archive": "from the archive, killed while writing"}


@click.command()
def command() -> None:
    """Make a copy of the system from its newest backup, destroy it, bring it back, and take the time.

    The running system is not touched. Exit 1 if it took longer, or more was lost, than one hour. The figures are kept
    with their date, and shown on the operator's page.
    """
    if not files.listed(settings().backup_dir):
        _say("There is no backup yet; making the first one")
        make.make(settings(), _say)
    report = run.drill(settings(), _say)
    size_mb = report["bytes"] / 1e6
    click.echo(f"{report['backup']}: {report['rows']} rows, {report['recordings']} recordings, {size_mb:.1f} MB")
    for way, title in _WAYS.items():
        if way in report:
            found = report[way]
            click.echo(f"{title:<40} ready after {found['rto_s']:>7.1f} s, lost {found['rpo_s']:.1f} s")
    click.echo(
        "within the targets of one hour" if report["is_within_targets"] else "NOT within the targets of one hour"
    )
    sys.exit(0 if report["is_within_targets"] else 1)


def _say(line: str) -> None:
    click.echo(f"==> {line}", err=True)
