"""Maintenance: while it is on nothing is written; reading goes on, and browsers keep their answers until it is off."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from cognitive_assessment.config import settings
from cognitive_assessment.errors import UnderMaintenance
from cognitive_assessment.ops.private_files import read_private, write_private

# A file rather than a row: it must hold while the database itself is exchanged.
_FILE = "maintenance.json"


def turn_on(data_dir: Path) -> None:
    """Stop all writes from the next request on; repeating it is harmless."""
    if since(data_dir) is None:
        write_private(data_dir / _FILE, json.dumps({"since": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")}))


def turn_off(data_dir: Path) -> None:
    """Let writes through again; repeating it is harmless."""
    (data_dir / _FILE).unlink(missing_ok=True)


def since(data_dir: Path) -> dt.datetime | None:
    """Since when maintenance is on; nothing while it is off."""
    text = read_private(data_dir / _FILE)
    return dt.datetime.fromisoformat(json.loads(text)["since"]) if text else None


def require_off() -> None:
    """Raise `UnderMaintenance` while maintenance is on."""
    if since(settings().data_dir) is not None:
        raise UnderMaintenance(
            "The system is being maintained and takes nothing in for a while.",
            remedy="Nothing is lost: what you have answered is kept on your device and sent when it is back.",
        )
