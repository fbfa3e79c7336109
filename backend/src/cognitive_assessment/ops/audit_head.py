"""Ends of the audit chain that are kept outside the database: the one last seen whole, and that of each backup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Conflict, DamagedBackup
from cognitive_assessment.ops.backups import files
from cognitive_assessment.private_files import read_private, write_private
from cognitive_assessment.store.audit import Head

_FILE = "audit-head.json"


@dataclass(frozen=True, slots=True)
class Remembered:
    """The end of a chain that was found whole, and the backups whose later ends a restore has left behind."""

    head: Head
    left_behind: tuple[str, ...]


def remember(data_dir: Path, found: Remembered) -> None:
    """Keep the end of a chain that was found whole."""
    document = {**document_of(found.head), "left_behind": found.left_behind}
    write_private(data_dir / _FILE, json.dumps(document))


def remembered(data_dir: Path) -> Remembered | None:
    """The end that was kept, if any; raises `Conflict` if it cannot be read."""
    text = read_private(data_dir / _FILE)
    if text is None:
        return None
    try:
        kept = json.loads(text)
        return Remembered(_head_of(kept), tuple(kept.get("left_behind", ())))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Conflict(
            f"{data_dir / _FILE}, the remembered end of the log, is damaged.",
            remedy="`cas audit verify --after-restore` proves the chain without it and remembers its end anew.",
        ) from error


def of_backups(settings: Settings) -> Iterator[tuple[str, Head | None]]:
    """The end that each backup has, by its name; none where its manifest is not as it was signed."""
    identities = files.kept_identities(settings.data_dir, settings.backup_identity)
    for path in files.listed(settings.backup_dir):
        try:
            manifest = files.read_signed(path / files.MANIFEST, *identities)
        except DamagedBackup:
            yield path.name, None
            continue
        if manifest.get("audit_head") is not None:  # a backup of before has none
            yield path.name, _head_of(manifest["audit_head"])


def document_of(head: Head) -> dict[str, Any]:
    """An end as it is written down."""
    return {"position": head.position, "hash": head.hash.hex()}


def _head_of(document: dict[str, Any]) -> Head:
    return Head(int(document["position"]), bytes.fromhex(document["hash"]))
