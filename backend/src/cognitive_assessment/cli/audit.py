"""`cas audit`: whether the audit log is whole, and who read what."""

from __future__ import annotations

import datetime as dt
import sys

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import audit_head, database_access
from cognitive_assessment.store import audit
from cognitive_assessment.store.engine import make_engine


@click.group()
def command() -> None:
    """Prove that the audit log is whole, and report who read what."""


@command.command()
@click.option(
    "--after-restore", is_flag=True, help="The database was put back to an earlier time: forget its later end."
)
def verify(*, after_restore: bool) -> None:
    """Walk the chain of the audit log; name every row that was removed, changed or put in beside it; exit 1 if one was.

    The end of a chain that was found whole is remembered in the data folder, so that a later cut shows as well.
    """
    data_dir = settings().data_dir
    remembered = None if after_restore else audit_head.remembered(data_dir)
    with database_access.of_this_version(settings()) as access:
        engine = make_engine(access.owner_url)
        with engine.connect() as connection:
            verdict = audit.verify(connection, remembered=remembered)
        engine.dispose()
    for fault in verdict.faults:
        click.echo(fault, err=True)
    if verdict.faults:
        click.echo(f"The audit log is not whole: {len(verdict.faults)} faults in {verdict.row_count} rows.", err=True)
        sys.exit(1)
    if verdict.head is not None:
        audit_head.remember(data_dir, verdict.head)
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
