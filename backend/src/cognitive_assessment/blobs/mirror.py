"""A second store behind the first: whatever disk or bucket is lost, the other one gives the recordings.

An append goes to the first store alone, and `mirror` copies what is whole, encrypted as it is, and compares both by
hash. A person's key is kept in both or in none, and a blob leaves the second store first, so that nothing that was
erased comes back from there.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, TypeVar

from cognitive_assessment.blobs.keys import DataKey
from cognitive_assessment.blobs.port import AppendResult, BlobStore
from cognitive_assessment.errors import DamagedBlob, NotFound, Unavailable

_Read = TypeVar("_Read")
_NOT_GIVEN = (NotFound, DamagedBlob, OSError)
COPIED, BROUGHT_BACK, EQUAL, LOST = "copied", "brought back", "equal", "lost"


class MirroredBlobStore:
    """The blob port on two stores; what the first does not give back is read from the second."""

    def __init__(self, first: BlobStore, second: BlobStore) -> None:
        self.first = first
        self.second = second

    def alone(self, key: str) -> AbstractContextManager[None]:
        """Nobody else appends to this blob of the first store as long as this lasts."""
        return self.first.alone(key)

    def append(self, key: str, data_key: DataKey, committed_bytes: int, pieces: Iterable[bytes]) -> AppendResult:
        """Add to the blob of the first store; `mirror` copies it when it is whole."""
        return self.first.append(key, data_key, committed_bytes, pieces)

    def mirror(self, key: str, stored_bytes: int, data_key: DataKey | None = None) -> str:
        """Make both stores hold the same; says what was done, or that the blob is lost.

        Where they differ, the one that can be decrypted is right; without a key, the first is. Raises `DamagedBlob` if
        a store does not give back what was written, `StorageFull`, `Unavailable`.
        """
        ours, theirs = (_sha256(store, key, stored_bytes) for store in (self.first, self.second))
        if ours == theirs:
            return LOST if ours is None else EQUAL
        is_doubtful = data_key is not None and ours is not None and theirs is not None
        held = [(self.first, self.second, COPIED, ours), (self.second, self.first, BROUGHT_BACK, theirs)]
        for source, target, done, sha256 in held:
            if sha256 is not None and not (is_doubtful and _is_damaged(source, key, stored_bytes, data_key)):
                with _plain_errors():
                    _copy(key, stored_bytes, source, target)
                return done
        return LOST

    def open(self, key: str, data_key: DataKey, stored_bytes: int) -> BinaryIO:
        """The plain bytes as a file."""
        return self._from_either(lambda store: store.open(key, data_key, stored_bytes))

    def size(self, key: str, data_key: DataKey, stored_bytes: int) -> int:
        """How many plain bytes a blob holds."""
        return self._from_either(lambda store: store.size(key, data_key, stored_bytes))

    def open_stored(self, key: str) -> BinaryIO:
        """The encrypted bytes."""
        return self._from_either(lambda store: store.open_stored(key))

    def _from_either(self, read: Callable[[BlobStore], _Read]) -> _Read:
        try:
            return read(self.first)
        except _NOT_GIVEN as error:
            try:
                return read(self.second)
            except (*_NOT_GIVEN, Unavailable):
                raise error from None

    def put_stored(self, key: str, source: BinaryIO, stored_bytes: int) -> str:
        """Keep a copy in both; what the second does not take is in neither, or is as it was in the first."""
        with _plain_errors():
            sha256 = _put(self.second, key, source, stored_bytes)
        with self.second.open_stored(key) as file:
            self.first.put_stored(key, file, stored_bytes)
        return sha256

    def has_stored(self, key: str, stored_bytes: int) -> bool:
        """Whether one of them holds that much."""
        return self.first.has_stored(key, stored_bytes) or self.second.has_stored(key, stored_bytes)

    def listed(self, kind: str) -> list[str]:
        """Whatever one of them holds."""
        return sorted({*self.first.listed(kind), *self.second.listed(kind)})

    def delete(self, key: str) -> None:
        """Remove a blob from the second, then from the first: as long as it is in one of them, this is tried again."""
        with _plain_errors():
            self.second.delete(key)
        self.first.delete(key)

    def require_room(self, wanted_bytes: int) -> None:
        """Raise `StorageFull` if one of them has no room for that many more bytes."""
        self.first.require_room(wanted_bytes)
        self.second.require_room(wanted_bytes)

    def probe(self) -> None:
        """Write, read and remove a small blob of the first; the second has a check of its own."""
        self.first.probe()


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    """A disk that is gone is, like a bucket that is away, something that passes."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"The second store of the recordings cannot be reached: {error.strerror}.",
            remedy="CAS_BLOB_MIRROR names it; nothing was lost, try again later.",
        ) from error


def _copy(key: str, stored_bytes: int, source: BlobStore, target: BlobStore) -> None:
    with source.open_stored(key) as file:
        _put(target, key, file, stored_bytes)


def _put(store: BlobStore, key: str, source: BinaryIO, stored_bytes: int) -> str:
    sha256 = store.put_stored(key, source, stored_bytes)
    if _sha256(store, key, stored_bytes) != sha256:
        raise DamagedBlob("A store of the recordings does not give back what was written.")
    return sha256


def _sha256(store: BlobStore, key: str, stored_bytes: int) -> str | None:
    """The hash of the first `stored_bytes`, or nothing if the store holds less."""
    digest, left = hashlib.sha256(), stored_bytes
    try:
        with store.open_stored(key) as file:
            while left and (piece := file.read(min(1 << 20, left))):
                digest.update(piece)
                left -= len(piece)
    except (NotFound, OSError):
        return None
    return None if left else digest.hexdigest()


def _is_damaged(store: BlobStore, key: str, stored_bytes: int, data_key: DataKey | None) -> bool:
    if data_key is None:
        return False
    try:
        with store.open(key, data_key, stored_bytes) as file:
            while file.read(1 << 20):
                pass
    except _NOT_GIVEN:
        return True
    return False
