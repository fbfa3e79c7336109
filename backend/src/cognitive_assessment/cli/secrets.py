"""`cas secrets`: make the secrets of an environment, look how old they are, exchange them."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Literal
from uuid import UUID

import click

from cognitive_assessment.config import settings, with_files
from cognitive_assessment.ops import database_access, key_rotation, reencryption, secret_ages, secrets
from cognitive_assessment.ops.backups import identity
from cognitive_assessment.store import erasures
from cognitive_assessment.store.engine import make_engine


@click.group()
def command() -> None:
    """Make, look at and exchange the secrets of an environment; each environment has its own."""


@command.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["env", "json"]),
    default="env",
    show_default=True,
    help="Lines for a shell or compose file, or one JSON object.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The file to write; if left out secrets.env (or .json), or with the date where that is there.",
)
@click.option("--show", is_flag=True, help="Print them instead of writing a file.")
def generate(*, form: Literal["env", "json"], out: Path | None, show: bool) -> None:
    """Write a new value of every secret that the system reads into a file that only you can read."""
    text = secrets.rendered(secrets.generate(), form)
    if show:
        click.echo(text, nl=False)
        return
    path = out or secrets.unused_name(form, dt.datetime.now(dt.UTC).date())
    secrets.write_new(path, text)
    click.echo(f"{', '.join(secrets.MAKERS)} are in {path.absolute()}, which only you can read.")
    click.echo("Put them into the settings of a new system, keep a copy elsewhere, and remove the file.")
    click.echo(
        "A system that has data keeps its own, without which they could not be read: `cas secrets rotate --all` "
        "exchanges those."
    )


@command.command()
@click.option(
    "--against",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Fingerprints of another environment, which are remembered from then on.",
)
def status(*, against: tuple[Path, ...]) -> None:
    """Age, due date and strength of each secret in force; exit 1 if one is overdue, weak, or not ours alone."""
    for path in against:
        click.echo(f"Compared with {secret_ages.know(settings(), path)} from now on")
    found = secret_ages.look(settings(), with_files(os.environ))
    for one in found:
        words = "; ".join(one.problems) or "well"
        click.echo(
            f"{one.name:30} since {one.since:%Y-%m-%d}, due {one.due_at:%Y-%m-%d}, "
            f"{one.strength_bits} bits, {one.source}: {words}"
        )
    if not found:
        click.echo(f"There are no secrets in {settings().data_dir} yet; the first start makes them")
    older = key_rotation.needing_older(settings()) if settings().data_dir.is_dir() and found else 0
    if older:
        click.echo(
            f"{older} persons' keys need an older master key: `cas secrets rotate` goes on where it was broken off"
        )
    sys.exit(1 if older or any(one.problems for one in found) else 0)


@command.command()
@click.option("--environment", "label", required=True, help="What this environment is called, such as staging.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file to write.")
def fingerprints(*, label: str, out: Path) -> None:
    """Write by what another environment knows our secrets again, without learning them."""
    secrets.write_new(out, secret_ages.fingerprints(settings(), with_files(os.environ), label))
    click.echo(f"{out}: give it to the other environment, `cas secrets status --against {out.name}`.")


@command.command()
@click.option("--all", "is_all", is_flag=True, help="The identity of the backups and the tokens of the settings too.")
@click.option("--no-new-key", is_flag=True, help="Make nothing new; only bring persons' keys under the present key.")
@click.option("--out", type=click.Path(path_type=Path), help="Where new values for the settings go; rotated.env.")
def rotate(*, is_all: bool, no_new_key: bool, out: Path | None) -> None:
    """Exchange the master key while the system serves; recordings are not written anew.

    Both keys are valid meanwhile; broken off, it goes on when it is repeated. The old one goes when nothing needs it.
    """
    if is_all and no_new_key:
        raise click.UsageError("--all makes new secrets, --no-new-key none.")
    given = secrets.given_anew(with_files(os.environ)) if is_all else {}
    if given:
        path = out or Path("rotated.env")
        secrets.write_new(path, secrets.rendered(given, "env"))
        click.echo(f"{', '.join(given)}: new beside old, in {path.absolute()}. Set them, restart, and remove the file.")
    has_failed = False
    if "CAS_MASTER_KEY" not in given:
        has_failed = not _rotate_master_key(has_new_key=not no_new_key)
    if is_all and settings().backup_identity is None:
        older = identity.rotate(settings())
        click.echo(
            f"A new identity of the backups is in force; {older} older ones are kept for the backups that need them"
        )
        click.echo("Keep a copy of backup-identity.txt elsewhere anew.")
    if is_all:
        for line in secrets.to_change_elsewhere(with_files(os.environ)):
            click.echo(line)
    secret_ages.look(settings(), with_files(os.environ))
    sys.exit(1 if has_failed else 0)


@command.command()
@click.option("--person", help="Of one person alone: id, address or label.")
@click.option("--new-keys", is_flag=True, help="Make each person a new key; the one before still opens older backups.")
@click.option("--dry-run", is_flag=True, help="Only count what would be encrypted anew.")
def reencrypt(*, person: str | None, new_keys: bool, dry_run: bool) -> None:
    """Encrypt anew what is stored, by the cipher of CAS_CIPHER, while maintenance is on.

    Recordings, copies to play, both stores where there are two, and every sealed value of a row. Broken off, the same
    command goes on; what is as it shall be is left. Exit 1 if something could not be read or written: mend that, then
    repeat it without --new-keys. --dry-run needs no maintenance.
    """
    with database_access.of_this_version(settings()) as access:
        only = None if person is None else _id_of(access.owner_url, person)
        done = reencryption.reencrypt(
            settings(),
            access.owner_url,
            lambda line: click.echo(line, err=True),
            only=only,
            has_new_keys=new_keys,
            is_dry_run=dry_run,
        )
    for line in done.problems:
        click.echo(line, err=True)
    would = "would be" if dry_run else "are"
    click.echo(
        f"{done.blobs} recordings and copies to play, {done.rows} values in rows of {done.persons} persons {would} "
        f"encrypted anew by {settings().cipher}; {done.new_keys} new keys"
    )
    again = "repeat this without --new-keys" if new_keys else "repeat this"
    if done.left:
        click.echo(f"{done.left} are still being uploaded; {again} when they are there, or given up")
    if done.problems:
        click.echo(f"{len(done.problems)} could not be, and are named above; {again} when that is mended", err=True)
    sys.exit(1 if done.problems else 0)


def _id_of(owner_url: str, named: str) -> UUID:
    engine = make_engine(owner_url)
    try:
        with engine.connect() as connection:
            user_id: UUID = erasures.find_person(connection, named)["id"]
            return user_id
    finally:
        engine.dispose()


def _rotate_master_key(*, has_new_key: bool) -> bool:
    done = key_rotation.rotate(settings(), lambda line: click.echo(line, err=True), has_new_key=has_new_key)
    for line in done.unreadable:
        click.echo(line, err=True)
    click.echo(f"{done.wrapped_anew} persons' keys were wrapped anew")
    if not done.is_retired:
        click.echo(
            "The old master key stays: put the keys named above back from a copy, or erase these persons; repeat."
        )
    elif settings().master_key_before is not None:
        click.echo("Nothing needs the old master key: remove CAS_MASTER_KEY_BEFORE from the settings and restart.")
    else:
        click.echo("Nothing needs the old master key any more, and it is gone. Keep a copy of the new one elsewhere.")
        click.echo("Copies of the backups that you keep elsewhere need the old one: keep it with them.")
    return done.is_retired
