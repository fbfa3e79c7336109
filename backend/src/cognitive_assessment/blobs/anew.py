"""A blob is encrypted anew: written beside, opened and compared with what it was, then put in its place at once.

It stays as long as it was, frame by frame, so nothing that the database knows of it changes.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from cognitive_assessment.blobs import frames
from cognitive_assessment.blobs.keys import DataKey
from cognitive_assessment.blobs.mirror import MirroredBlobStore
from cognitive_assessment.blobs.port import BlobStore
from cognitive_assessment.errors import DamagedBlob, NotFound, StorageFull


def is_present(store: BlobStore, key: str, data_key: DataKey, stored_bytes: int) -> bool:
    """Whether a blob is by the present cipher and under the key in force, in a second store as well.

    Raises `NotFound` where there is none, and `DamagedBlob` for what is no blob.
    """
    if isinstance(store, MirroredBlobStore):
        if not is_present(store.first, key, data_key, stored_bytes):
            return False
        try:
            return is_present(store.second, key, data_key, stored_bytes)
        except (NotFound, DamagedBlob):
            return False
    with store.open_stored(key) as file:
        return frames.is_present(file, key, data_key, stored_bytes)


def encrypt_anew(store: BlobStore, key: str, data_key: DataKey, stored_bytes: int, folder: Path) -> None:
    """Encrypt a blob by the present cipher under the key in force; broken off, it is as it was or as it shall be.

    The file beside it in `folder` is encrypted as well, and has no name. Raises `NotFound`, `DamagedBlob`, and what
    `put_stored` raises.
    """
    was, is_now = hashlib.sha256(), hashlib.sha256()
    with store.open_stored(key) as source, tempfile.TemporaryFile(dir=folder) as unnamed:
        old, target = frames.DecryptingFile(source, key, data_key, stored_bytes), cast(BinaryIO, unnamed)
        try:
            for piece in frames.anew(old, key, data_key, was.update):
                target.write(piece)
            target.flush()
        except OSError as error:
            raise StorageFull("The disk of the data folder is full.", remedy="Make room on it.") from error
        new = frames.DecryptingFile(target, key, DataKey(data_key.secret), stored_bytes)
        for plain in new.frames():
            is_now.update(plain)
        if is_now.digest() != was.digest():
            raise DamagedBlob("What was encrypted anew is not what it was; nothing was replaced.")
        target.seek(0)
        store.put_stored(key, target, stored_bytes)
