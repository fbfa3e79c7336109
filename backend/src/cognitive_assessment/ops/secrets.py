"""Secrets for a new environment, each as strong as its use asks, written where nobody else can read them."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import pyrage

from cognitive_assessment.errors import Conflict, InvalidInput

# Addresses of databases hold passwords too, and an identity provider has secrets of its own; those are made there.
MAKERS: dict[str, Callable[[], str]] = {
    "CAS_MASTER_KEY": lambda: secrets.token_hex(32),
    "CAS_METRICS_TOKEN": lambda: secrets.token_urlsafe(32),
    "CAS_BACKUP_IDENTITY": lambda: str(pyrage.x25519.Identity.generate()),
}
_ELSEWHERE = {
    "DATABASE_URL": "ALTER ROLE on your PostgreSQL, then the setting",
    "CAS_DATABASE_APP_URL": "ALTER ROLE on your PostgreSQL, then the setting",
    "CAS_S3_SECRET_ACCESS_KEY": "a second key at your provider of storage, then the setting, then remove the first",
    "CLERK_SECRET_KEY": "a second key at Clerk, then the setting, then remove the first",
    "CLERK_WEBHOOK_SIGNING_SECRET": "at Clerk; the setting takes the new one, a comma, and the old one meanwhile",
}


def generate() -> dict[str, str]:
    """A new value for every secret that the system reads and that can be made up."""
    return {name: make() for name, make in MAKERS.items()}


def given_anew(environment: Mapping[str, str]) -> dict[str, str]:
    """New values for the secrets that the settings give and that can be made up, each valid together with the old one.

    A master key that is being replaced already is left as it is.
    """
    made: dict[str, str] = {}
    for name, make in MAKERS.items():
        present = environment.get(name)
        if not present or (name == "CAS_MASTER_KEY" and environment.get("CAS_MASTER_KEY_BEFORE")):
            continue
        if name == "CAS_MASTER_KEY":
            made |= {name: make(), "CAS_MASTER_KEY_BEFORE": present}
        elif name == "CAS_BACKUP_IDENTITY":
            made[name] = f"{make()},{present}"  # every older one, as long as a backup needs it
        else:
            made[name] = f"{make()},{present.split(',')[0]}"
    return made


def to_change_elsewhere(environment: Mapping[str, str]) -> Iterator[str]:
    """What to do about each secret in force that others make."""
    for name, way in _ELSEWHERE.items():
        if environment.get(name):
            yield f"{name} is changed by hand: {way}."


def rendered(values: dict[str, str], form: Literal["env", "json"]) -> str:
    """The values as lines for an environment file, or as one JSON object."""
    if form == "json":
        return json.dumps(values, indent=2) + "\n"
    return "".join(f"{name}={value}\n" for name, value in values.items())


def unused_name(form: Literal["env", "json"], today: dt.date) -> Path:
    """`secrets.env`, or with the date where an earlier one is still there: none is ever written over."""
    first = Path(f"secrets.{form}")
    return Path(f"secrets-{today.isoformat()}.{form}") if first.exists() else first


def write_new(path: Path, text: str) -> None:
    """Write a file of mode 0600; raises `Conflict` if there is one, which may be the only copy of its secrets."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise Conflict(f"{path} is there already.", remedy="Name another file with --out, or move it away.") from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}.", field="out") from error
