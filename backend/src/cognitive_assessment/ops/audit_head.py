"""The end of the audit chain as it was last seen whole, kept outside the database."""

from __future__ import annotations

import json
from pathlib import Path

from cognitive_assessment.private_files import read_private, write_private
from cognitive_assessment.store.audit import Head

_FILE = "audit-head.json"


def remember(data_dir: Path, head: Head) -> None:
    """Keep the end of a chain that was found whole."""
    write_private(data_dir / _FILE, json.dumps({"position": head.position, "hash": head.hash.hex()}))


def remembered(data_dir: Path) -> Head | None:
    """The end that was kept, if any."""
    text = read_private(data_dir / _FILE)
    if text is None:
        return None
    kept = json.loads(text)
    return Head(kept["position"], bytes.fromhex(kept["hash"]))
