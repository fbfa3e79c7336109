"""Exchange the identity of the backups: a new one writes, older ones stay as long as a backup needs them."""

from __future__ import annotations

import contextlib
from pathlib import Path

from pyrage.x25519 import Identity

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import DamagedBackup, InvalidInput
from cognitive_assessment.ops.backups import bucket, files, prove
from cognitive_assessment.private_files import write_private


def rotate(settings: Settings) -> int:
    """Put a new identity into force; returns how many older ones are still needed. Backups are not written anew.

    Raises `InvalidInput` where the settings give the identity, `Conflict` while a backup or restore runs.
    """
    if settings.backup_identity is not None:
        raise InvalidInput(
            "The identity of the backups is given by CAS_BACKUP_IDENTITY, so it is exchanged where that is kept.",
            remedy="Set it to a new one (`cas secrets generate`), a comma, and the present one; then restart.",
        )
    with files.locked(settings.backup_dir):
        documents = [path / files.MANIFEST for path in files.listed(settings.backup_dir)]
        documents += (settings.backup_dir / prove.REPORTS).glob("*.json")
        before = files.identities_of(settings.data_dir, None)
        is_all_here = {path.name for path in files.listed(settings.backup_dir)}.issuperset(bucket.listed(settings))
        needed = [
            one for one in before if not is_all_here or any(_is_signed_by(document, one) for document in documents)
        ]
        lines = [Identity.generate(), *needed]
        write_private(settings.data_dir / files.IDENTITY_FILE, "".join(f"{one}\n" for one in lines))
    return len(needed)


def _is_signed_by(document: Path, identity: Identity) -> bool:
    with contextlib.suppress(DamagedBackup):
        files.read_signed(document, identity)
        return True
    return False
