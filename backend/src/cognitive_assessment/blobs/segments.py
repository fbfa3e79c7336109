"""Encrypted blobs on a store of whole objects, which cannot be appended to: every append is an object of its own.

An object's name is the blob's key, the place at which its bytes begin, and the moment it was written. Objects that
follow one another without a gap are the blob. What is committed ends where an object ends, or inside one that is then
cut. An object appears whole or not at all, so an append that breaks off leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import re
import secrets
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

from cognitive_assessment.blobs.ciphers import present_version
from cognitive_assessment.blobs.frames import DecryptingFile, count_frames, header, seal, version_of
from cognitive_assessment.blobs.keys import DataKey
from cognitive_assessment.blobs.port import AppendResult
from cognitive_assessment.errors import DamagedBlob, InvalidInput, NotFound

_KEY = re.compile(r"[a-z]+/[0-9a-f-]{36}")
_IN_MEMORY_BYTES = 8 << 20
_REMEMBERED_BLOBS = 256


class ObjectStore(Protocol):
    """Whole objects under a name."""

    def listed(self, prefix: str) -> Iterable[tuple[str, int]]:
        """Name and length of every object whose name begins so."""

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep an object once `pieces` has ended; if it breaks off, nothing is kept."""

    def get(self, name: str) -> Iterator[bytes]:
        """The content of an object; raises `NotFound`."""

    def delete(self, names: list[str]) -> None:
        """Remove objects; those that are not there are no error."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One object of a blob."""

    name: str
    start: int
    size_bytes: int

    @property
    def end(self) -> int:
        """The place after its last byte."""
        return self.start + self.size_bytes


class SegmentedBlobStore:
    """The blob port on whole objects."""

    def __init__(self, objects: ObjectStore) -> None:
        self.objects = objects
        self._guard = threading.Lock()
        # how many frames a blob had at its last length, and its cipher: saves reading a long one at every append
        self._known: OrderedDict[str, tuple[int, tuple[int, int]]] = OrderedDict()

    @contextlib.contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Nothing to hold: an object appears whole, and of two at one place the one that was begun later counts."""
        del key
        yield

    def append(self, key: str, data_key: DataKey, committed_bytes: int, pieces: Iterable[bytes]) -> AppendResult:
        """Add to a blob, as the port says."""
        self._cut(key, committed_bytes)
        first, version = self._begun(key, committed_bytes)
        number = first
        stored, received = committed_bytes, 0
        sealed = seal(key, data_key, number, pieces, version=version)

        def content() -> Iterator[bytes]:
            nonlocal stored, received, number
            head = [(header(version), 0)] if committed_bytes == 0 else []
            for frame, plain_bytes in itertools.chain(head, sealed):
                stored += len(frame)
                received += plain_bytes
                number += plain_bytes > 0
                yield frame

        self._put_unless_empty(key, committed_bytes, content())
        self._remember(key, stored, (number if stored > committed_bytes else first, version))
        return AppendResult(stored_bytes=stored, received_bytes=received)

    def _put_unless_empty(self, key: str, start: int, content: Iterator[bytes]) -> None:
        if (first := next(content, None)) is not None:
            self.objects.put(_name(key, start), itertools.chain([first], content))

    def _cut(self, key: str, committed_bytes: int) -> None:
        """Remove what was never committed."""
        segments = self._segments(key)
        chain = _chain(segments, committed_bytes)
        if (chain[-1].end if chain else 0) < committed_bytes:
            raise DamagedBlob("Less of this recording is stored than was acknowledged.")
        kept = {segment.name for segment in chain}
        if chain and chain[-1].end > committed_bytes:
            last = chain[-1]
            self.objects.put(_name(key, last.start), _first(self.objects.get(last.name), committed_bytes - last.start))
            kept.remove(last.name)
        self._delete([segment.name for segment in segments if segment.name not in kept])

    def _begun(self, key: str, committed_bytes: int) -> tuple[int, int]:
        """How many frames a blob has, and by which cipher."""
        if committed_bytes == 0:
            return 0, present_version()
        with self._guard:
            stored_bytes, begun = self._known.get(key, (0, (0, 0)))
        if stored_bytes == committed_bytes:
            return begun
        with self._fetched(key, committed_bytes) as file:
            return count_frames(file, committed_bytes), version_of(file)

    def _remember(self, key: str, stored_bytes: int, begun: tuple[int, int]) -> None:
        with self._guard:
            self._known[key] = (stored_bytes, begun)
            self._known.move_to_end(key)
            if len(self._known) > _REMEMBERED_BLOBS:
                self._known.popitem(last=False)

    def open(self, key: str, data_key: DataKey, stored_bytes: int) -> BinaryIO:
        """The plain bytes as a file; only encrypted bytes are ever beside the memory."""
        return io.BufferedReader(self._decrypting(key, data_key, stored_bytes))

    def size(self, key: str, data_key: DataKey, stored_bytes: int) -> int:
        """How many plain bytes a blob holds."""
        with self._decrypting(key, data_key, stored_bytes) as file:
            return file.plain_bytes

    def _decrypting(self, key: str, data_key: DataKey, stored_bytes: int) -> DecryptingFile:
        file = self._fetched(key, stored_bytes)
        try:
            return DecryptingFile(file, key, data_key, stored_bytes)
        except DamagedBlob:
            file.close()
            raise

    def open_stored(self, key: str) -> BinaryIO:
        """The encrypted bytes."""
        return self._fetched(key, None)

    def _fetched(self, key: str, wanted_bytes: int | None) -> BinaryIO:
        """The encrypted bytes in a file without a name, in memory while they are few."""
        try:
            return self._fetched_once(key, wanted_bytes)
        except NotFound:  # it may have been listed just before it was put in its place anew
            return self._fetched_once(key, wanted_bytes)

    def _fetched_once(self, key: str, wanted_bytes: int | None) -> BinaryIO:
        chain = _chain(self._segments(key), wanted_bytes)
        if not chain:
            raise NotFound("The recording is not in this store.")
        file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))  # noqa: SIM115  # given away
        try:
            for piece in itertools.chain.from_iterable(self.objects.get(segment.name) for segment in chain):
                file.write(piece)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def has_stored(self, key: str, stored_bytes: int) -> bool:
        """Whether that much of the blob is there."""
        chain = _chain(self._segments(key), None)
        return bool(chain) and chain[-1].end >= stored_bytes

    def put_stored(self, key: str, source: BinaryIO, stored_bytes: int) -> str:
        """Keep a copy as one object, then remove what was there before."""
        before = [segment.name for segment in self._segments(key)]
        digest = hashlib.sha256()

        def content() -> Iterator[bytes]:
            left = stored_bytes
            while left and (piece := source.read(min(1 << 20, left))):
                digest.update(piece)
                left -= len(piece)
                yield piece
            if left:
                raise DamagedBlob("Less of this recording is there than was acknowledged.")

        self.objects.put(_name(key, 0), content())
        self._delete(before)
        self._forget(key)
        return digest.hexdigest()

    def listed(self, kind: str) -> list[str]:
        """Every blob of a kind that has an object."""
        return sorted({name.rpartition("/")[0] for name, _ in self.objects.listed(f"{kind}/")})

    def delete(self, key: str) -> None:
        """Remove a blob."""
        self._delete([segment.name for segment in self._segments(key)])
        self._forget(key)

    def _delete(self, names: list[str]) -> None:
        if names:
            self.objects.delete(names)

    def _forget(self, key: str) -> None:
        with self._guard:
            self._known.pop(key, None)

    def require_room(self, wanted_bytes: int) -> None:
        """Such a store has no end that could be asked for; one that refuses says so when it is written."""

    def probe(self) -> None:
        """Write, read and remove a small object."""
        name, content = f"probe/{secrets.token_hex(8)}", secrets.token_bytes(64)
        self.objects.put(name, [content])
        try:
            if b"".join(self.objects.get(name)) != content:
                raise DamagedBlob("The recordings' store does not give back what was written.")
        finally:
            self.objects.delete([name])

    def _segments(self, key: str) -> list[Segment]:
        if not _KEY.fullmatch(key):
            raise InvalidInput("This is not the key of a blob.", field="key")
        return [
            Segment(name, int(name.rsplit("/", 1)[1].split("-")[0]), size_bytes)
            for name, size_bytes in self.objects.listed(f"{key}/")
        ]


def _chain(segments: list[Segment], wanted_bytes: int | None) -> list[Segment]:
    """The objects that follow one another from the beginning, as far as is wanted; of two at one place, the newer."""
    newest = {segment.start: segment for segment in sorted(segments, key=lambda segment: segment.name)}
    chain: list[Segment] = []
    end = 0
    while end in newest and (wanted_bytes is None or end < wanted_bytes):
        chain.append(newest.pop(end))
        end = chain[-1].end
    return chain


def _name(key: str, start: int) -> str:
    return f"{key}/{start:016d}-{time.time_ns():020d}-{secrets.token_hex(4)}"


def _first(pieces: Iterable[bytes], size_bytes: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:size_bytes]
        size_bytes -= len(piece)
        if size_bytes <= 0:
            return
