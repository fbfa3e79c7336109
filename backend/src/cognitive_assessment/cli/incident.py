"""`cas incident`: the sheet that an incident is worked through on."""

from __future__ import annotations

import datetime as dt

import click

from cognitive_assessment.config import settings
from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.ops import incident

_LONGEST = 200


@click.group()
def command() -> None:
    """Open the sheet of an incident."""


@command.command()
@click.option(
    "--severity",
    type=click.Choice(list(incident.NEWS_AFTER)),
    default="critical",
    show_default=True,
    help="How bad it is; it sets when people hear again.",
)
@click.option("--title", default="Incident", show_default=True, help="What it is, in a few words; no name of a person.")
@click.option("--eta", default="not known yet", show_default=True, help="When it is expected to be over.")
@click.option("--post", is_flag=True, help="Also tell the chat of CAS_ALERT_WEBHOOK_URL.")
def new(*, severity: incident.Severity, title: str, eta: str, post: bool) -> None:
    """Write a new sheet with health, versions, open sessions and newest errors filled in, and print it."""
    if post:
        incident.require_webhook(settings())
    for name, text in (("title", title), ("eta", eta)):
        if not text.strip() or len(text) > _LONGEST or not text.isprintable():
            raise InvalidInput(f"--{name} has to be one line of 1 to {_LONGEST} characters.", field=name)
    path = incident.new(settings(), severity=severity, title=title, eta=eta, now=dt.datetime.now(dt.UTC))
    click.echo(path.read_text())
    click.echo(f"Kept in {path}", err=True)
    if post:
        incident.post(settings(), path, severity=severity)
        click.echo("The chat was told.", err=True)
