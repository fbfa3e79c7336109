"""The format of an encrypted blob: a header, then frames that each authenticate themselves and their place.

    header  b"CASB" version(1)
    frame   plain length (4 bytes, big-endian) | nonce (12) | AES-256-GCM ciphertext | tag (16)

The associated data of a frame is the version, the blob's key and the frame's number, so frames cannot be moved within a
blob or between blobs. Truncation is found because the database knows how many bytes are committed. A nonce is random:
the key is the blob's own, and 2^32 frames would be 256 TiB.
"""

from __future__ import annotations

import bisect
import io
import itertools
import secrets
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag

from cognitive_assessment.blobs.keys import DataKey
from cognitive_assessment.errors import DamagedBlob

HEADER = b"CASB\x01"
FRAME_PLAIN_BYTES = 64 * 1024
_NONCE_BYTES = 12
_TAG_BYTES = 16
_LENGTH = struct.Struct(">I")
FRAME_EXTRA_BYTES = _LENGTH.size + _NONCE_BYTES + _TAG_BYTES


def _associated(key: str, number: int) -> bytes:
    return HEADER + key.encode() + b"\x00" + number.to_bytes(8, "big")


def seal(key: str, data_key: DataKey, first_number: int, pieces: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Encrypt a stream into frames; yields each with its plain length. Holds no more than one frame at a time."""
    cipher = data_key.for_blob(key)
    numbers = itertools.count(first_number)
    for plain in _regroup(pieces):
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = cipher.encrypt(nonce, plain, _associated(key, next(numbers)))
        yield _LENGTH.pack(len(plain)) + nonce + sealed, len(plain)


def whole(key: str, data_key: DataKey, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A whole encrypted blob: the header, then its frames."""
    yield HEADER
    yield from (frame for frame, _ in seal(key, data_key, 0, pieces))


def _regroup(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= FRAME_PLAIN_BYTES:
            yield bytes(waiting[:FRAME_PLAIN_BYTES])
            del waiting[:FRAME_PLAIN_BYTES]
    if waiting:
        yield bytes(waiting)


def count_frames(file: BinaryIO | io.FileIO, committed_bytes: int) -> int:
    """How many frames the committed part of a blob holds; raises `DamagedBlob` if it does not end with one."""
    return sum(1 for _ in _walk(file, committed_bytes))


def _walk(file: BinaryIO | io.FileIO, committed_bytes: int) -> Iterator[tuple[int, int]]:
    """Offset and plain length of each frame."""
    file.seek(0)
    if file.read(len(HEADER)) != HEADER:
        raise DamagedBlob("This is not one of our encrypted files.")
    offset = len(HEADER)
    while offset < committed_bytes:
        file.seek(offset)
        head = file.read(_LENGTH.size)
        length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else FRAME_PLAIN_BYTES + 1
        if length > FRAME_PLAIN_BYTES or offset + length + FRAME_EXTRA_BYTES > committed_bytes:
            raise DamagedBlob("An encrypted file is damaged or cut short.")
        yield offset, length
        offset += length + FRAME_EXTRA_BYTES


class DecryptingFile(io.RawIOBase):
    """The plain bytes of a blob as a seekable, read-only file; one frame is in memory at a time."""

    def __init__(self, file: BinaryIO, key: str, data_key: DataKey, stored_bytes: int) -> None:
        super().__init__()
        self._file = file
        self._key = key
        self._cipher = data_key.for_blob(key)
        self._frames = list(_walk(file, stored_bytes))
        self._starts = list(itertools.accumulate((length for _, length in self._frames), initial=0))
        self._position = 0
        self._opened: tuple[int, bytes] = (-1, b"")

    @property
    def plain_bytes(self) -> int:
        """Length of the plain content."""
        return self._starts[-1]

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, as in any file."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.plain_bytes}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: object) -> int:
        """Fill `buffer` from the current frame; raises `DamagedBlob` if the frame does not authenticate."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if self._position >= self.plain_bytes or not view:
            return 0
        number = bisect.bisect_right(self._starts, self._position) - 1
        plain = self._frame(number)
        start = self._position - self._starts[number]
        taken = min(len(view), len(plain) - start)
        view[:taken] = plain[start : start + taken]
        self._position += taken
        return taken

    def _frame(self, number: int) -> bytes:
        if self._opened[0] != number:
            offset, length = self._frames[number]
            self._file.seek(offset + _LENGTH.size)
            sealed = self._file.read(length + FRAME_EXTRA_BYTES - _LENGTH.size)
            nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            try:
                plain = self._cipher.decrypt(nonce, ciphertext, _associated(self._key, number))
            except InvalidTag as error:
                raise DamagedBlob("An encrypted file is damaged, or belongs to another key.") from error
            self._opened = (number, plain)
        return self._opened[1]

    def close(self) -> None:
        """Close the file beneath as well."""
        self._file.close()
        super().close()
