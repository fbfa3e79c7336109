"""What a new system needs before anybody can use it: an organisation, a master key, and one staff sign-in."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment import blobs
from cognitive_assessment.accounts import passwords
from cognitive_assessment.errors import Gone, InvalidSettings
from cognitive_assessment.private_files import read_private, write_private
from cognitive_assessment.store import organisations, users
from cognitive_assessment.store.engine import bind, dispose, transaction

_EMAIL = "staff@localhost.localdomain"
_FILE = "first-sign-in.json"
_LASTS = dt.timedelta(days=1)
_LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class SignIn:
    """An address and a password, shown to the operator until the password is changed."""

    email: str
    password: str
    ends_at: dt.datetime | None = None


def prepare(owner_url: str, data_dir: Path, master_key: bytes | None) -> SignIn | None:
    """Make what is missing; returns the first sign-in while its password is unchanged. Repeating it is harmless.

    Raises `InvalidSettings` if the data were written under another master key than the one that is there.
    """
    bind(owner_url)
    try:
        with transaction() as connection:
            _require_master_key(connection, data_dir, master_key)
            organisation = organisations.ensure_first(connection)
            if not users.has_staff(connection):
                made = _made(data_dir, _EMAIL)
                users.add_staff(
                    connection,
                    organisation_id=organisation["id"],
                    email=made.email,
                    display_name="Staff",
                    password=made.password,
                    role="administrator",
                )
            kept = kept_sign_in(data_dir)
            first = users.find_staff(connection, kept.email) if kept else None
        if kept is None:
            return None
        if not passwords.is_right(first["password_hash"] if first else None, kept.password):
            (data_dir / _FILE).unlink()  # the password was changed since
            return None
        return _in_time(data_dir, kept, first["password_ends_at"] if first else None)
    finally:
        dispose()


def _made(data_dir: Path, email: str) -> SignIn:
    made = SignIn(email, secrets.token_urlsafe(16))
    write_private(data_dir / _FILE, json.dumps({"email": made.email, "password": made.password}))
    return made


def _in_time(data_dir: Path, kept: SignIn, ends_at: dt.datetime | None) -> SignIn:
    """A password that stands on a terminal and in its log counts for a day; a start after that makes another one."""
    now = dt.datetime.now(dt.UTC)
    with transaction() as connection:
        if ends_at is not None and ends_at <= now:
            kept, ends_at = _made(data_dir, kept.email), None
            users.set_password(connection, kept.email, kept.password)
        if ends_at is None:
            ends_at = now + _LASTS
            users.let_password_end(connection, kept.email, ends_at)
    return replace(kept, ends_at=ends_at)


def _require_master_key(connection: sa.Connection, data_dir: Path, given: bytes | None) -> None:
    """The first start makes the key; a later one never does, because the data could not be read with another."""
    path = data_dir / blobs.MASTER_KEY_FILE
    known = users.newest_participants(connection, limit=_LOOKED_AT)
    if given is None and not path.exists() and known:
        raise InvalidSettings(
            f"There are data of participants, but the master key under which they were written is missing: {path}.",
            remedy="Put it back from where you keep it, or set CAS_MASTER_KEY to it.",
        )
    blobs.load_master_key(data_dir, given)
    keys = blobs.master_key()
    marks = tuple(key.mark for key in (keys.current, *keys.older))
    if not all(wrapped.startswith(marks) for wrapped in map(_wrapped, known) if wrapped):
        raise InvalidSettings(
            "There are data of participants that were written under another master key than this one.",
            remedy=f"Put the right one back: CAS_MASTER_KEY, or {path}.",
        )


def _wrapped(user_id: UUID) -> bytes | None:
    try:
        return blobs.key_ring().wrapped(user_id)
    except Gone:
        return None


def kept_sign_in(data_dir: Path) -> SignIn | None:
    """The first sign-in of a data folder, as long as its password was not changed."""
    text = read_private(data_dir / _FILE)
    return SignIn(**json.loads(text)) if text else None
