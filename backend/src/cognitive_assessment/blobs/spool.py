"""Bytes that wait until they are known to be sound, on the disk, under a key that nobody keeps."""

from __future__ import annotations

import contextlib
import io
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from cognitive_assessment.blobs.ciphers import KEY_BYTES
from cognitive_assessment.blobs.frames import DecryptingFile, whole
from cognitive_assessment.blobs.keys import DataKey
from cognitive_assessment.errors import StorageFull

_NAME = "spool"
_PIECE_BYTES = 1 << 20


@contextlib.contextmanager
def spooled(folder: Path, pieces: Iterable[bytes]) -> Iterator[Iterable[bytes]]:
    """The same pieces once all of them have come; the file has no name, and is gone with the process.

    Raises `StorageFull`, and whatever `pieces` raises.
    """
    key = DataKey(secrets.token_bytes(KEY_BYTES))
    with tempfile.TemporaryFile(dir=folder) as file:
        try:
            for frame in whole(_NAME, key, pieces):
                file.write(frame)
            file.flush()
        except OSError as error:
            raise StorageFull("The server's disk is full.", remedy="Nothing was lost; try again later.") from error
        plain = io.BufferedReader(DecryptingFile(file, _NAME, key, file.tell()))
        yield iter(lambda: plain.read(_PIECE_BYTES), b"")
