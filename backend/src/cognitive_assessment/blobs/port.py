"""What a blob store does, whatever it keeps the bytes on."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from cognitive_assessment.blobs.keys import DataKey


@dataclass(frozen=True, slots=True)
class AppendResult:
    """What an append left safely on disk: encrypted bytes in all, and plain bytes of this append."""

    stored_bytes: int
    received_bytes: int


class BlobStore(Protocol):
    """Append-only blobs; the caller's database knows how much of each is committed."""

    def alone(self, key: str) -> AbstractContextManager[None]:
        """Nobody else appends to this blob as long as this lasts; raises `Conflict` at once while somebody does.

        It is entered before the caller reads how much is committed: the database's own lock ends with the connection,
        and an append that went on without it would cut off what another one has committed since.
        """

    def append(self, key: str, data_key: DataKey, committed_bytes: int, pieces: Iterable[bytes]) -> AppendResult:
        """Add `pieces` after `committed_bytes`, cutting off what an append that was never committed left behind.

        What arrived before `pieces` ended or broke off is safely on disk when this returns. Raises `StorageFull`, after
        which the blob is as it was committed, and `DamagedBlob` if less is there than was committed.
        """

    def open(self, key: str, data_key: DataKey, stored_bytes: int) -> BinaryIO:
        """The plain bytes as a seekable file that decrypts as it is read; raises `NotFound` or `DamagedBlob`."""

    def size(self, key: str, data_key: DataKey, stored_bytes: int) -> int:
        """How many plain bytes a blob holds."""

    def open_stored(self, key: str) -> BinaryIO:
        """The encrypted bytes as they are kept, for a copy elsewhere; raises `NotFound`."""

    def put_stored(self, key: str, source: BinaryIO, stored_bytes: int) -> str:
        """Keep the first `stored_bytes` of another store's encrypted bytes, whole or not at all; returns their SHA-256.

        Raises `StorageFull`, or `DamagedBlob` if the source holds less.
        """

    def has_stored(self, key: str, stored_bytes: int) -> bool:
        """Whether at least that many encrypted bytes are kept under the key."""

    def listed(self, kind: str) -> list[str]:
        """The keys of all blobs of a kind, as `kind/number`, in order."""

    def delete(self, key: str) -> None:
        """Remove a blob; one that is not there is no error."""

    def require_room(self, wanted_bytes: int) -> None:
        """Raise `StorageFull` if there is no room for that many more bytes."""

    def probe(self) -> None:
        """Write, read and remove a small blob; raises what went wrong."""
