"""`cas simulate`: a synthetic participant takes a whole session through the public HTTP API."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from cognitive_assessment.config import settings
from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.ops import first_start
from cognitive_assessment.simulation.profiles import PROFILES

if TYPE_CHECKING:
    from cognitive_assessment.simulation.client import Client

_RESULT_LIMIT_S = 120.0


@click.command()
@click.option("--url", help="The system's address; without it, the one that this copy serves.")
@click.option("--profile", type=click.Choice(sorted(PROFILES)), default="typical", show_default=True)
@click.option(
    "--audio", type=click.Path(path_type=Path), help="Folder of recorded words; else the stimuli's own voice."
)
@click.option("--invitation", help="An invitation link; without it, one is made by the staff sign-in.")
@click.option("--email", help="Staff sign-in that makes the invitation; without it, the first one of this copy.")
@click.option("--password", help="Its password; asked for if left out.")
@click.option("--label", default="Simulated", show_default=True, help="Participant label of a new invitation.")
@click.option("--time-zone", default="Europe/London", show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="The same seed gives the same answers.")
@click.option("--fast", is_flag=True, help="Do not take the time that a person takes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def command(
    url: str | None,
    profile: str,
    audio: Path | None,
    invitation: str | None,
    email: str | None,
    password: str | None,
    label: str,
    time_zone: str,
    seed: int | None,
    fast: bool,
    as_json: bool,
) -> None:
    """Take a whole session as a simulated participant: its answers are synthetic, and marked so wherever they show."""
    import numpy as np

    from cognitive_assessment.simulation.client import Client
    from cognitive_assessment.simulation.participant import Participant
    from cognitive_assessment.simulation.voice import Voice

    address = url or settings().local_url
    staff = None if invitation else _staff(Client(address), email, password)
    token = _token(invitation) if staff is None else _invite(staff, label)
    client = Client(address)
    accepted = client.accept(token)
    voice = Voice.of_folder(audio) if audio else Voice(lambda word: _stimulus(client, word))
    participant = Participant(
        client,
        PROFILES[profile],
        voice,
        time_zone=time_zone,
        rng=np.random.default_rng(seed),
        say=lambda line: click.echo(line, err=True),
        is_waiting=not fast,
    )
    done = participant.take(accepted["battery"], accepted["locale"], seed=seed)
    answered = time.monotonic()
    if staff is not None:
        _wait_for_result(staff, done.session_id)
    told = {
        "session_id": done.session_id,
        "answers": done.answer_count,
        "result_after_s": None if staff is None else round(time.monotonic() - answered, 2),
        "result": f"{address}/clinic/session?id={done.session_id}",
    }
    click.echo(json.dumps(told) if as_json else f"{done.answer_count} answers; the result: {told['result']}")


def _staff(client: Client, email: str | None, password: str | None) -> Client:
    known = None if email else first_start.kept_sign_in(settings().data_dir)
    if known is not None:
        client.sign_in(known.email, known.password)
        return client
    if email is None:
        raise InvalidInput(
            "Nobody is known who may invite.", remedy="Give --invitation LINK, or --email of a staff sign-in."
        )
    client.sign_in(email, password or click.prompt("Password", hide_input=True, err=True))
    return client


def _invite(staff: Client, label: str) -> str:
    made = staff.call("POST", "/api/invitations", {"participant_label": label, "battery": "brief", "locale": "en"})
    return str(made["token"])


def _token(invitation: str | None) -> str:
    token = urlsplit(invitation or "").fragment or (invitation or "")
    if not token:
        raise InvalidInput("The invitation is empty.", field="invitation", remedy="It looks like …/invitation#TOKEN.")
    return token


def _stimulus(client: Client, word: str) -> bytes | None:
    """The stimuli's own voice says digits and nothing else."""
    digit = word.removeprefix("digit_")
    return client.fetch(f"/stimuli/en/digits/{digit}.ogg") if digit != word else None


def _wait_for_result(staff: Client, session_id: str) -> None:
    deadline = time.monotonic() + _RESULT_LIMIT_S
    while time.monotonic() < deadline:
        if staff.call("GET", f"/api/sessions/{session_id}/result")["status"] == "ready":
            return
        time.sleep(0.1)
    raise InvalidInput(f"The result was not ready after {_RESULT_LIMIT_S:.0f} s.", remedy="/api/health says why.")
