"""The end of the audit chain as it was last seen whole, kept outside the database."""

from __future__ import annotations

import json
from pathlib import Path

from cognitive_assessment.errors import Conflict
from cognitive_assessment.private_files import read_private, write_private
from cognitive_assessment.store.audit import Head

_FILE = "audit-head.json"


def remember(data_dir: Path, head: Head) -> None:
    """Keep the end of a chain that was found whole."""
    write_private(data_dir / _FILE, json.dumps({"position": head.position, "hash": head.hash.hex()}))


def remembered(data_dir: Path) -> Head | None:
    """The end that was kept, if any; raises `Conflict` if it cannot be read."""
    text = read_private(data_dir / _FILE)
    if text is None:
        return None
    try:
        kept = json.loads(text)
        return Head(int(kept["position"]), bytes.fromhex(kept["hash"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Conflict(
            f"{data_dir / _FILE}, the remembered end of the log, is damaged.",
            remedy="`cas audit verify --after-restore` proves the chain without it and remembers its end anew.",
        ) from error
