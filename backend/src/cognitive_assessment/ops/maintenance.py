"""Maintenance: while it is on nothing is written; reading goes on, and browsers keep their answers until it is off."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from cognitive_assessment.config import settings
from cognitive_assessment.errors import UnderMaintenance
from cognitive_assessment.private_files import read_private, write_private

# A file rather than a row: it must hold while the database itself is exchanged.
_FILE = "maintenance.json"


def turn_on(data_dir: Path, *, is_lockdown: bool = False) -> None:
    """Stop all writes from the next request on; repeating it is harmless.

    A lockdown lets nobody in either, with the token of an identity provider least of all.
    """
    began = since(data_dir) or dt.datetime.now(dt.UTC)
    if since(data_dir) is None or (is_lockdown and not is_locked_down(data_dir)):
        document = {"since": began.isoformat(timespec="seconds"), "is_lockdown": is_lockdown}
        write_private(data_dir / _FILE, json.dumps(document))


def turn_off(data_dir: Path) -> None:
    """Let writes through again; repeating it is harmless."""
    (data_dir / _FILE).unlink(missing_ok=True)


def since(data_dir: Path) -> dt.datetime | None:
    """Since when maintenance is on; nothing while it is off."""
    text = read_private(data_dir / _FILE)
    return dt.datetime.fromisoformat(json.loads(text)["since"]) if text else None


def is_locked_down(data_dir: Path) -> bool:
    """Whether the operator has locked everybody out."""
    text = read_private(data_dir / _FILE)
    return bool(text and json.loads(text).get("is_lockdown"))


def require_off() -> None:
    """Raise `UnderMaintenance` while maintenance is on."""
    if since(settings().data_dir) is not None:
        raise UnderMaintenance(
            "The system is being maintained and takes nothing in for a while.",
            remedy="Nothing is lost: what you have answered is kept on your device and sent when it is back.",
        )
