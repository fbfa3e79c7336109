"""`cas secrets`: the secrets of a new environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from cognitive_assessment.ops import secrets


@click.group()
def command() -> None:
    """Make the secrets of a new environment; each environment has its own."""


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
    "--out", type=click.Path(path_type=Path), help="The file to write; secrets.env or secrets.json if left out."
)
@click.option("--show", is_flag=True, help="Print them instead of writing a file.")
def generate(*, form: Literal["env", "json"], out: Path | None, show: bool) -> None:
    """Write a new value of every secret that the system reads into a file that only you can read."""
    text = secrets.rendered(secrets.generate(), form)
    if show:
        click.echo(text, nl=False)
        return
    path = out or Path(f"secrets.{form}")
    secrets.write_new(path, text)
    click.echo(f"{', '.join(secrets.MAKERS)} are in {path.absolute()}, which only you can read.")
    click.echo("Put them into the settings of a new system, keep a copy elsewhere, and remove the file.")
    click.echo("A system that has data keeps its own: they could not be read with others.")
