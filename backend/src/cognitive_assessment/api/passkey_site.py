"""Passkeys as requests meet them: the site that they are for, and whose passkey has answered."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import request

from cognitive_assessment.accounts import passkeys as ceremonies
from cognitive_assessment.config import LOOPBACK, settings
from cognitive_assessment.errors import Conflict
from cognitive_assessment.store import passkeys
from cognitive_assessment.store.rows import Row


def site() -> ceremonies.Site:
    """The site that passkeys are for; raises `Conflict` where this address can have none."""
    public = urlsplit(settings().public_url)
    host = public.hostname or ""
    if host in LOOPBACK and urlsplit(f"//{request.host}").hostname == "localhost":
        return ceremonies.Site("localhost", f"{request.scheme}://{request.host}")
    if _is_number(host):
        port = f":{public.port}" if public.port else ""
        where = f"Open http://localhost{port}" if host in LOOPBACK else "Give the system a name in CAS_PUBLIC_URL"
        raise Conflict("Browsers keep passkeys for named sites only.", remedy=f"{where}, and try again there.")
    return ceremonies.Site(host, f"{public.scheme}://{public.netloc}")


def owner_of_proof(connection: sa.Connection, credential: dict[str, Any], *, pending: Row | None) -> Row | None:
    """Whose passkey has answered the challenge that was given to them, or to nobody known yet."""
    challenge = ceremonies.challenge_of(credential)
    if not passkeys.use_challenge(connection, challenge, pending["id"] if pending else None):
        return None
    found = passkeys.find(connection, ceremonies.id_of(credential))
    if found is None or (pending is not None and found[1]["id"] != pending["id"]):
        return None
    kept, owner = found
    count = ceremonies.verify_proof(
        site(), credential, challenge, public_key=kept["public_key"], sign_count=kept["sign_count"]
    )
    if count is None:
        return None
    passkeys.note_use(connection, kept["id"], count)
    return owner


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
