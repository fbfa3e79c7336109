"""What a new system needs before anybody can use it: an organisation, a master key, and one staff sign-in."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cognitive_assessment import blobs
from cognitive_assessment.store import organisations, users
from cognitive_assessment.store.engine import bind, dispose, transaction

_EMAIL = "staff@localhost.localdomain"
_FILE = "first-sign-in.json"


@dataclass(frozen=True, slots=True)
class SignIn:
    """An address and a password, shown to the operator until the password is changed."""

    email: str
    password: str


def prepare(app_url: str, data_dir: Path, master_key: bytes | None) -> SignIn | None:
    """Make what is missing; returns the first sign-in while its password is unchanged. Repeating it is harmless."""
    blobs.load_master_key(data_dir, master_key)
    bind(app_url)
    try:
        with transaction() as connection:
            organisation = organisations.ensure_first(connection)
            if not users.has_staff(connection):
                made = SignIn(_EMAIL, secrets.token_urlsafe(12))
                _keep(data_dir / _FILE, made)
                users.add_staff(
                    connection,
                    organisation_id=organisation["id"],
                    email=made.email,
                    display_name="Staff",
                    password=made.password,
                )
            return _unchanged(data_dir / _FILE)
    finally:
        dispose()


def _keep(path: Path, made: SignIn) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"email": made.email, "password": made.password}, file)


def _unchanged(path: Path) -> SignIn | None:
    return SignIn(**json.loads(path.read_text())) if path.exists() else None


def forget(data_dir: Path, email: str) -> None:
    """Stop showing the first sign-in once its password was changed."""
    path = data_dir / _FILE
    kept = _unchanged(path)
    if kept is not None and kept.email == email:
        path.unlink()
