"""`cas lockdown`: let nobody in and take nothing in."""

from __future__ import annotations

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import database_access, lockdown


@click.command()
@click.option("--dry-run", "is_dry", is_flag=True, help="Only say what would end.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(*, is_dry: bool, yes: bool) -> None:
    """End all sign-ins and invitations and stop all writes: somebody got in who should not.

    Nobody can sign in, nor read anything, until `cas maintenance off`. What participants have answered stays in their
    browsers; they need new invitations.
    """
    with database_access.of_this_version(settings()) as access:
        if is_dry:
            click.echo(f"{_told(lockdown.open_doors(access.owner_url))} would end")
            return
        if not yes:
            told = _told(lockdown.open_doors(access.owner_url))
            click.confirm(f"{told} end now, for everybody, and writes stop. Lock the system down?", abort=True)
        ended = lockdown.lock(settings(), access.owner_url)
    click.echo(f"{_told(ended)} have ended; nobody can sign in, and nothing is written.")
    click.echo("Next: `cas audit report --since DAY --participants`, `cas secrets rotate --all`, new passwords.")
    click.echo("`cas maintenance off` opens the system again; participants need new invitations.")


def _told(counts: dict[str, int]) -> str:
    return " and ".join(f"{count} {name}" for name, count in counts.items())
