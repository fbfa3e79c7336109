"""The format of an encrypted blob: a header, then frames that each authenticate themselves and their place.

    header  b"CASB" version(1)
    frame   plain length (4 bytes, big-endian) | nonce (12) | ciphertext | tag (16)

The version is the number of the cipher: 1 for AES-256-GCM, 2 for ChaCha20-Poly1305. A blob keeps the one with which it
was begun; its frames may be under more than one of its person's keys, if a new one was made while it grew. The
associated data of a frame is the version, the blob's key and the frame's number, so frames cannot be moved within a
blob or between blobs. Truncation is found because the database knows how many bytes are committed. A nonce is random:
the key is the blob's own, and 2^32 frames would be 256 TiB.
"""

from __future__ import annotations

import bisect
import io
import itertools
import secrets
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag

from cognitive_assessment.blobs.ciphers import NONCE_BYTES, TAG_BYTES, VERSIONS, present_version
from cognitive_assessment.blobs.keys import DataKey
from cognitive_assessment.errors import DamagedBlob

_MAGIC = b"CASB"
_HEADER_BYTES = len(_MAGIC) + 1
FRAME_PLAIN_BYTES = 64 * 1024
_LENGTH = struct.Struct(">I")
FRAME_EXTRA_BYTES = _LENGTH.size + NONCE_BYTES + TAG_BYTES


def header(version: int) -> bytes:
    """With what a blob of this cipher begins."""
    return _MAGIC + bytes([version])


def version_of(file: BinaryIO | io.FileIO) -> int:
    """The number of a blob's cipher; raises `DamagedBlob` for what is no blob of ours."""
    file.seek(0)
    head = file.read(_HEADER_BYTES) or b""
    if len(head) < _HEADER_BYTES or head[:-1] != _MAGIC or head[-1] not in VERSIONS:
        raise DamagedBlob("This is not one of our encrypted files.")
    return head[-1]


def _associated(version: int, key: str, number: int) -> bytes:
    return header(version) + key.encode() + b"\x00" + number.to_bytes(8, "big")


def seal(
    key: str, data_key: DataKey, first_number: int, pieces: Iterable[bytes], *, version: int
) -> Iterator[tuple[bytes, int]]:
    """Encrypt a stream into frames; yields each with its plain length. Holds no more than one frame at a time."""
    return _sealed(key, data_key, first_number, _regroup(pieces), version)


def _sealed(
    key: str, data_key: DataKey, first_number: int, plains: Iterable[bytes], version: int
) -> Iterator[tuple[bytes, int]]:
    cipher = data_key.for_blob(key, version)
    for number, plain in enumerate(plains, first_number):
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = cipher.encrypt(nonce, plain, _associated(version, key, number))
        yield _LENGTH.pack(len(plain)) + nonce + sealed, len(plain)


def whole(key: str, data_key: DataKey, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A whole encrypted blob by the present cipher: the header, then its frames."""
    version = present_version()
    yield header(version)
    yield from (frame for frame, _ in seal(key, data_key, 0, pieces, version=version))


def anew(old: DecryptingFile, key: str, data_key: DataKey, seen: Callable[[bytes], None]) -> Iterator[bytes]:
    """The same blob by the present cipher under the key in force, as many bytes long; `seen` is told the plain bytes.

    Raises `DamagedBlob`.
    """

    def plains() -> Iterator[bytes]:
        for plain in old.frames():
            seen(plain)
            yield plain

    version = present_version()
    yield header(version)
    yield from (frame for frame, _ in _sealed(key, data_key, 0, plains(), version))


def is_present(file: BinaryIO, key: str, data_key: DataKey, stored_bytes: int) -> bool:
    """Whether a blob is by the present cipher and under the key in force, from its first frame to its last."""
    if version_of(file) != present_version():
        return False
    newest = DecryptingFile(file, key, DataKey(data_key.secret), stored_bytes)
    try:
        newest.require_ends()
    except DamagedBlob:
        return False
    return True


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
    version_of(file)
    offset = _HEADER_BYTES
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
        self._version = version_of(file)
        self._cipher = data_key.for_blob(key, self._version)
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
            nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
            try:
                plain = self._cipher.decrypt(nonce, ciphertext, _associated(self._version, self._key, number))
            except InvalidTag as error:
                raise DamagedBlob("An encrypted file is damaged, or belongs to another key.") from error
            self._opened = (number, plain)
        return self._opened[1]

    def frames(self) -> Iterator[bytes]:
        """The plain bytes of each frame."""
        return (self._frame(number) for number in range(len(self._frames)))

    def require_ends(self) -> None:
        """Raise `DamagedBlob` if the first frame or the last one does not authenticate."""
        for number in {0, len(self._frames) - 1} if self._frames else ():
            self._frame(number)

    def close(self) -> None:
        """Close the file beneath as well."""
        self._file.close()
        super().close()
