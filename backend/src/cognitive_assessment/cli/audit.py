"""`cas audit`: whether the audit log is whole, and who read what."""

from __future__ import annotations

import datetime as dt
import functools
import sys

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import audit_check, database_access
from cognitive_assessment.store import audit
from cognitive_assessment.store.engine import make_engine


@click.group()
def command() -> None:
    """Prove that the audit log is whole, and report who read what."""


@command.command()
@click.option(
    "--after-restore", is_flag=True, help="The database was put back to an earlier time: forget its later end."
)
@click.option("--quiet", is_flag=True, help="Say nothing unless something is wrong.")
def verify(*, after_restore: bool, quiet: bool) -> None:
    """Walk the chain of the audit log; name every row that was removed, changed or put in beside it; exit 1 if one was.

    The end of a chain that was found whole is remembered in the data folder, and each backup has its own, so that a
    later cut, or a chain that was written anew, shows as well. A serving system does it every night.
    """
    say = functools.partial(click.echo, err=True)
    with database_access.of_this_version(settings()) as access:
        verdict = audit_check.check(settings(), access.owner_url, say, after_restore=after_restore)
    for fault in verdict.faults:
        click.echo(fault, err=True)
    if verdict.faults:
        click.echo(f"The audit log is not whole: {len(verdict.faults)} faults in {verdict.row_count} rows.", err=True)
        sys.exit(1)
    if not quiet:
        click.echo(f"The audit log is whole: {verdict.row_count} rows.")


@command.command()
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="From when on, in UTC; the last seven days if left out.",
)
@click.option("--by", help="Only what this account was shown: its address or id, or who else the log names.")
@click.option("--participants", is_flag=True, help="Whose data were shown, instead of to whom: for telling them.")
def report(*, since: dt.datetime | None, by: str | None, participants: bool) -> None:
    """Print who was shown personal data: account, kind of data, how often, when last."""
    start = since.replace(tzinfo=dt.UTC) if since else dt.datetime.now(dt.UTC) - dt.timedelta(days=7)
    with database_access.of_this_version(settings()) as access:
        engine = make_engine(database_access.for_reports(settings(), access))
        with engine.connect() as connection:
            by = audit.named(connection, by) if by else None
            if participants:
                found = audit.shown(connection, since=start, by=by)
            else:
                found = [row for row in audit.reads(connection, since=start) if by in {None, row["user_id"]}]
        engine.dispose()
    for row in found:
        last = f"{row['times']:>6}  {row['last_at']:%Y-%m-%d %H:%M:%S} UTC"
        if participants:
            click.echo(f"{row['id']} {last}")
        else:
            click.echo(f"{row['user_id']}  {row['table_name']:<12} {last}  {row['role'] or ''} {row['email'] or ''}")
    if not found:
        click.echo(f"Nobody was shown personal data since {start:%Y-%m-%d %H:%M} UTC.")
