"""`cas backup`: make a backup, prove one, or say which there are."""

from __future__ import annotations

import datetime as dt
import sys

import click

from cognitive_assessment.config import settings
from cognitive_assessment.errors import DamagedBackup
from cognitive_assessment.ops.archive import chains, keep
from cognitive_assessment.ops.backups import bucket, files, make, prove


@click.group(invoke_without_command=True)
@click.option("--dry-run", is_flag=True, help="Prove the newest backup: restore it aside, compare it, read all of it.")
@click.option("--name", help="With --dry-run, another backup than the newest.")
@click.option("--quiet", is_flag=True, help="Say nothing unless something goes wrong.")
@click.pass_context
def command(context: click.Context, *, dry_run: bool, name: str | None, quiet: bool) -> None:
    """Make a backup of the database and of every recording, encrypted; keep 48 hours, 30 days and 12 months.

    Exit 3 if it was made without all that belongs to it, and 1 if there is none.
    """
    if context.invoked_subcommand is not None:
        return
    if dry_run:
        _prove(name)
        return
    if name is not None:
        raise click.UsageError("--name belongs to --dry-run.")
    backup = make.make(settings(), (lambda _: None) if quiet else _say)
    for fault in backup.faults if quiet else ():
        _say(fault)
    recordings = backup.manifest["blobs"]
    rows = sum(int(table["rows"]) for table in backup.manifest["tables"].values())
    click.echo(f"{backup.path.name}: {rows} rows, {recordings['count']} recordings, in {backup.path}")
    sys.exit(files.INCOMPLETE if backup.faults else 0)


def _prove(name: str | None) -> None:
    if name is None and not files.listed(settings().backup_dir):
        _say("There is no backup yet; making the first one")
        make.make(settings(), _say)
    report = prove.prove(settings(), name, _say)
    for problem in report["problems"]:
        click.echo(f"     {problem}", err=True)
    word = "can be restored" if report["is_proven"] else "CANNOT be restored as it was"
    click.echo(
        f"{report['backup']} {word}: {report['tables']} tables with {report['rows']} rows and "
        f"{report['recordings']} recordings looked at in {report['duration_s']} s"
    )
    sys.exit(0 if report["is_proven"] else 1)


@command.command()
def status() -> None:
    """List the backups, what the archive reaches, the last proof; exit 1 without backup or without proof of one."""
    identities = files.kept_identities(settings().data_dir, settings().backup_identity)
    found = files.listed(settings().backup_dir)
    for path in found:
        try:
            tables = files.open_backup(settings().backup_dir, path.name, *identities).manifest["tables"]
            click.echo(f"{path.name}  {sum(int(table['rows']) for table in tables.values())} rows")
        except DamagedBackup as error:
            click.echo(f"{path.name}  {error.message}")
    if found:
        click.echo(f"last backup   {_age(files.created_at(found[-1]))} ago")
    else:
        click.echo(f"no backup in {settings().backup_dir}; `cas backup` makes one")
    in_bucket = bucket.listed(settings())
    if in_bucket:
        click.echo(f"in the bucket {len(in_bucket)}, the newest {in_bucket[-1]}")
    bases = chains.usable(keep.listed(settings()))
    if bases:
        since = files.created_at(bases[0])
        click.echo(f"archive       {len(bases)} base copies; any moment since {since:%Y-%m-%d %H:%M:%S} UTC")
    report = prove.newest_report(settings(), *identities)
    if report is None:
        click.echo("last proof    none; `cas backup --dry-run` proves the newest")
    else:
        word = "restored as it was" if report["is_proven"] else "NOT restored as it was"
        proven_at = dt.datetime.fromisoformat(report["proven_at"])
        click.echo(f"last proof    {_age(proven_at)} ago: {report['backup']} {word}")
    sys.exit(0 if found and report is not None and report["is_proven"] else 1)


def _age(moment: dt.datetime) -> str:
    seconds = (dt.datetime.now(dt.UTC) - moment).total_seconds()
    for unit, length_s in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} seconds"


def _say(line: str) -> None:
    click.echo(f"==> {line}", err=True)
