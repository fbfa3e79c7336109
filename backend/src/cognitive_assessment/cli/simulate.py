"""`cas simulate`: a whole session by a simulated participant, through the public API."""

from __future__ import annotations

import json
import math
import random
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from cognitive_assessment.config import settings
from cognitive_assessment.errors import InvalidInput, Unavailable
from cognitive_assessment.ops import first_start
from cognitive_assessment.simulation import voice as voices
from cognitive_assessment.simulation.client import Client
from cognitive_assessment.simulation.participant import Participant
from cognitive_assessment.simulation.profiles import PROFILES

_STANDSTILL_S = 120.0  # without one more answer worked on
_FIRST_PATIENCE_S = 3.0  # an address where nobody is; once the session runs, an outage is waited out

Say = Callable[[str], None]


@click.command()
@click.option("--url", help="The system; the one of these settings if left out.")
@click.option("--profile", type=click.Choice(sorted(PROFILES)), default="typical", show_default=True)
@click.option(
    "--audio",
    type=click.Path(path_type=Path),
    help="Folder of recorded words as the participant's voice; what it lacks, or everything without it, is said by "
    "the synthetic voice that comes with the system.",
)
@click.option("--invitation", help="An invitation link, or its token, instead of a staff sign-in.")
@click.option("--email", help="Staff who invite the participant; the first sign-in of this data folder if left out.")
@click.option("--password", envvar="STAFF_PASSWORD", help="Their password; asked for if left out.")
@click.option("--battery", default="brief", show_default=True, help="What staff invite to.")
@click.option("--label", default="Simulated", show_default=True, help="What staff call the participant.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**53 - 1),
    help="Same questions, same answers on the same day; random if left out.",
)
@click.option("--time-zone", default="UTC", show_default=True, help="Where the participant is.")
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 1000),
    default=1.0,
    show_default=True,
    help="How many times quicker than a person: 10 takes about a minute instead of ten.",
)
@click.option("--fast", is_flag=True, help="Do not wait at all; every answer follows at once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end, everything else as errors.")
def command(
    url: str | None,
    profile: str,
    audio: Path | None,
    invitation: str | None,
    email: str | None,
    password: str | None,
    battery: str,
    label: str,
    seed: int | None,
    time_zone: str,
    speed: float,
    fast: bool,
    as_json: bool,
) -> None:
    """Take a whole session as a simulated participant, through the public HTTP API only.

    The participant answers in a synthetic voice, another one than that of the instructions. The session is marked as
    simulated wherever it shows. The folder of --audio may hold a truth.json that lists its
    files with what is said in them; without one, a file is named for its word: five.wav, 7.flac, november.mp3.
    """

    def say(text: str) -> None:
        click.echo(text, err=as_json)

    _require_time_zone(time_zone)
    seed = secrets.randbelow(2**32) if seed is None else seed
    clips = {} if audio is None else voices.find_clips(audio)
    address = _address(url, invitation)
    Client(address, patience_s=_FIRST_PATIENCE_S, say=say).call("GET", "/api/health/live")
    staff = None if invitation else _sign_in(Client(address, say=say), url is None, email, password)
    token = invitation.rpartition("#")[2] if invitation else _invite(staff, label, battery)
    client = Client(address, say=say)
    voice = voices.Voice(clips, random.Random(seed))  # noqa: S311  # no secret
    accepted = client.call("POST", "/api/invitations/accept", {"token": token})
    client.token = accepted["token"]
    participant = Participant(client, voice, PROFILES[profile], seed, say, math.inf if fast else speed)
    participant.open_session(accepted, time_zone=time_zone)
    say(f"Session {participant.session['id']}, {profile}, seed {seed}")
    participant.take_session()
    _finish(staff, participant, address, say, as_json)


def _require_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInput(f"{name} is not the name of a time zone.", remedy="For instance Europe/Berlin.") from error


def _address(url: str | None, invitation: str | None) -> str:
    if url is None and invitation is not None and invitation.startswith(("http://", "https://")):
        parts = urlsplit(invitation)
        return f"{parts.scheme}://{parts.netloc}"
    address = (url or settings().local_url).rstrip("/")
    if not address.startswith(("http://", "https://")):
        raise InvalidInput(f"{address} is not a web address.", remedy="For instance --url http://127.0.0.1:8000")
    return address


def _sign_in(client: Client, is_ours: bool, email: str | None, password: str | None) -> Client:
    known = first_start.kept_sign_in(settings().data_dir) if is_ours and email is None else None
    if known is not None:
        email, password = known.email, password or known.password
    if email is None:
        raise InvalidInput(
            "Who invites the participant?", remedy="Give --email of a staff account, or --invitation with a link."
        )
    password = password or click.prompt(f"Password of {email}", hide_input=True, err=True)
    answer = client.call("POST", "/api/sign-in", {"email": email, "password": password})
    client.token = answer["token"]
    if answer["next"] in {"enrol", "new_password"}:
        raise InvalidInput(
            "This account has to choose its own password, or set up a second factor, first.",
            remedy="Sign in once in a browser, or give --invitation with a link.",
        )
    if answer["next"] == "second_factor":
        code = click.prompt(f"Code of the authenticator app of {email}", err=True)
        client.token = client.call("POST", "/api/sign-in/second-factor", {"code": code})["token"]
    return client


def _invite(staff: Client | None, label: str, battery: str) -> str:
    if staff is None:
        raise InvalidInput("There is no invitation.", field="invitation")
    made = staff.call("POST", "/api/invitations", {"participant_label": label, "battery": battery})
    token: str = made["token"]
    return token


def _finish(staff: Client | None, participant: Participant, address: str, say: Say, as_json: bool) -> None:
    session_id = participant.session["id"]
    page = f"{address}/clinic/session?id={session_id}"
    result, after_s = (None, None) if staff is None else _await_result(staff, session_id)
    if as_json:
        told = {"session_id": session_id, "answers": participant.sent_count, "result_after_s": after_s, "result": page}
        click.echo(json.dumps({**told, "said": participant.said}))
        return
    if result is not None:
        _print_result(result)
        say(f"The result was ready {after_s:.1f} s after the last answer")
    say(f"Result: {page}")


def _await_result(staff: Client, session_id: str) -> tuple[dict[str, Any], float]:
    """The result, and how long it took; raises `Unavailable` with what it waits for if nothing goes on."""
    started = moved = time.monotonic()
    done = 0
    while True:
        result: dict[str, Any] = staff.call("GET", f"/api/sessions/{session_id}/result")
        if result["status"] == "ready":
            return result, round(time.monotonic() - started, 2)
        progress = result["progress"]
        if progress["done"] > done:
            done, moved = progress["done"], time.monotonic()
        if time.monotonic() - moved > _STANDSTILL_S:
            raise Unavailable(
                f"{done} of {progress['total']} answers are worked on, and none more since {_STANDSTILL_S:.0f} s.",
                remedy=f"{staff.url}/api/health says why; nothing is lost, and the result follows.",
            )
        time.sleep(0.1)


def _print_result(result: dict[str, Any]) -> None:
    for instrument in result["instruments"]:
        click.echo(f"{instrument['title']}: {instrument['status'].replace('_', ' ')}")
        for measure in instrument["measures"]:
            shown = "-" if measure["value"] is None else f"{measure['value']:g} {measure['unit']}"
            reason = f"  ({measure['reason']})" if measure["reason"] else ""
            click.echo(f"  {measure['title']:<34} {shown}{reason}")
