"""`cas restore`: put a backup in the place of the database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from cognitive_assessment.config import REPOSITORY_ROOT, settings
from cognitive_assessment.ops import database_access, deployment, kept_states
from cognitive_assessment.ops.archive import restore as replay
from cognitive_assessment.ops.backups import bucket, files, keys, restore, staging


@click.group(invoke_without_command=True)
@click.option("--into", type=click.Path(path_type=Path), help="A folder to be made: another system, for staging.")
@click.option("--name", help="With --into, another backup than the newest.")
@click.option("--replace-personal-data", is_flag=True, help="With --into: no names, addresses, recordings or keys.")
@click.option("--yes", is_flag=True, help="With --into: do not ask.")
@click.pass_context
def command(
    context: click.Context, *, into: Path | None, name: str | None, replace_personal_data: bool, yes: bool
) -> None:
    """Put a backup in the place of what is there, or into a folder of its own; the old state is kept aside."""
    if context.invoked_subcommand is not None:
        if into is not None:
            raise click.UsageError("--into stands alone: `cas restore --into FOLDER`.")
        return
    if into is None:
        click.echo(context.get_help())
        context.exit(2)
    if not replace_personal_data and not yes:
        click.confirm(f"{into} will hold everything about every participant. Go on?", abort=True)
    bucket.fetch(settings(), name, _say)
    made = staging.restore(settings(), name, into.absolute(), _say, replace_personal_data=replace_personal_data)
    click.echo(f"{made} is in {into}; CAS_DATA_DIR={into.absolute()} CAS_PORT=8001 cas serve")
    click.echo(f"CAS_DATA_DIR={into.absolute()} cas user add ADDRESS --generate lets somebody in")


@command.command()
@click.option("--name", help="Another backup than the newest; `cas backup status` lists them.")
@click.option("--until", type=click.DateTime(), help="To this moment in UTC, as `cas restore archive` does.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def database(context: click.Context, *, name: str | None, until: dt.datetime | None, yes: bool) -> None:
    """Restore the database, and the recordings that are no longer there; the old database is kept aside."""
    if until is not None:
        if name is not None:
            raise click.UsageError("--until and --name exclude each other: a backup is of its own moment.")
        context.invoke(archive, until=until, yes=yes)
        return
    bucket.fetch(settings(), name, _say)
    identities = files.kept_identities(settings().data_dir, settings().backup_identity)
    backup = files.open_backup(settings().backup_dir, name, *identities)
    click.echo(f"What was written after {backup.created_at:%Y-%m-%d %H:%M:%S} UTC will no longer be shown.")
    if not yes:
        click.confirm(f"Restore {backup.path.name}?", abort=True)
    done = restore.restore(settings(), backup.path.name, _say)
    click.echo(
        f"{done.backup} is restored in {done.duration_s} s, {done.recordings_put_back} recordings put back; "
        f"the old database is kept as {done.kept_as}"
    )


@command.command()
@click.option(
    "--until", type=click.DateTime(), help="A moment in UTC, such as 2026-11-24T09:30:00; else the last commit."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def archive(*, until: dt.datetime | None, yes: bool) -> None:
    """Bring the embedded database back from its archive, to its last commit or to a moment; the old files are kept."""
    moment = None if until is None else until.replace(tzinfo=dt.UTC)
    if moment is not None and moment > dt.datetime.now(dt.UTC):
        raise click.BadParameter("This moment is still to come.", param_hint="--until")
    if not yes:
        click.confirm("Make the database anew from the archive?", abort=True)
    done = replay.restore(settings(), moment, _say)
    click.echo(
        f"restored from the base of {done.base} in {done.duration_s} s; last commit "
        f"{'unknown' if done.last_commit_at is None else done.last_commit_at.isoformat(timespec='milliseconds')}"
    )
    if done.kept_as is not None:
        click.echo(f"the old files are kept in {done.kept_as}")


@command.command()
@click.option("--days", type=click.IntRange(min=0), default=30, show_default=True, help="Keep those of the last days.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(*, days: int, yes: bool) -> None:
    """Remove the states of before that restores have kept aside: they hold what was erased since."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    with database_access.of_this_version(settings()) as access:
        names = [one.name for one in kept_states.found(settings(), access.owner_url) if one.kept_at < before]
        if names and not yes:
            click.confirm(f"Remove {', '.join(names)} for good?", abort=True)
        for one in kept_states.drop(settings(), access.owner_url, before=before):
            click.echo(f"Removed {one.name}")


@command.command(name="keys")
def put_keys_back() -> None:
    """Put persons' keys back from their copies where the key in use is missing or damaged; nothing else changes."""
    click.echo(f"{keys.put_back(settings(), _say)} keys are put back")


@command.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def app(*, yes: bool) -> None:
    """Go back to the version that was in service before this one; the data stay as they are."""
    if not yes:
        click.confirm("Check out the version before this one and start it?", abort=True)
    done = deployment.roll_back(settings(), REPOSITORY_ROOT, _say)
    click.echo(f"{done.commit[:12]} is in service again, ready after {done.duration_s} s")


def _say(line: str) -> None:
    click.echo(f"==> {line}", err=True)
