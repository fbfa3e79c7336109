"""What a new system needs before anybody can use it: an organisation, a master key, and one staff sign-in."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from cognitive_assessment import blobs
from cognitive_assessment.ops.private_files import read_private, write_private
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
                write_private(data_dir / _FILE, json.dumps({"email": made.email, "password": made.password}))
                users.add_staff(
                    connection,
                    organisation_id=organisation["id"],
                    email=made.email,
                    display_name="Staff",
                    password=made.password,
                )
            kept = kept_sign_in(data_dir)
            if kept is not None and users.find_by_password(connection, kept.email, kept.password) is None:
                (data_dir / _FILE).unlink()  # the password was changed since
                return None
            return kept
    finally:
        dispose()


def kept_sign_in(data_dir: Path) -> SignIn | None:
    """The first sign-in of a data folder, as long as its password was not changed."""
    text = read_private(data_dir / _FILE)
    return SignIn(**json.loads(text)) if text else None
