"""Secrets for a new environment, each as strong as its use asks, written where nobody else can read them."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
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


def generate() -> dict[str, str]:
    """A new value for every secret that the system reads and that can be made up."""
    return {name: make() for name, make in MAKERS.items()}


def rendered(values: dict[str, str], form: Literal["env", "json"]) -> str:
    """The values as lines for an environment file, or as one JSON object."""
    if form == "json":
        return json.dumps(values, indent=2) + "\n"
    return "".join(f"{name}={value}\n" for name, value in values.items())


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
