"""One object's way through the store of the recordings, whichever is configured, with how long each step took."""

from __future__ import annotations

import contextlib
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cognitive_assessment.blobs import BlobStore, MasterKey
from cognitive_assessment.errors import CognitiveAssessmentError, DamagedBlob, NotFound

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, and how long it took."""

    name: str
    took_ms: float


def walk(store: BlobStore, size_bytes: int) -> Iterator[Step]:
    """Write, append to, read, compare and delete a blob of random bytes; each step is told when it is done.

    The blob has a key of its own, which nobody keeps, and a name that no recording has. Raises `DamagedBlob` if the
    store gives back something else, or still holds the blob after it was deleted.
    """
    master = MasterKey(secrets.token_bytes(32))
    data_key, key = master.unwrap(master.new_data_key()), f"probe/{uuid.uuid4()}"
    content = [secrets.token_bytes(min(_PIECE_BYTES, size_bytes - at)) for at in range(0, size_bytes, _PIECE_BYTES)]
    written: list[int] = []

    def write() -> None:
        written.append(store.append(key, data_key, 0, content).stored_bytes)

    def add() -> None:
        written.append(store.append(key, data_key, written[-1], [b"and the end"]).stored_bytes)

    def read() -> None:
        with store.open(key, data_key, written[-1]) as file:
            for piece in (*content, b"and the end", b""):
                if file.read(len(piece) or 1) != piece:
                    raise DamagedBlob("The store of the recordings does not give back what was written.")

    def gone() -> None:
        if store.has_stored(key, 1):
            raise DamagedBlob("The store of the recordings still holds what was deleted.")
        try:
            store.open(key, data_key, written[-1]).close()
        except NotFound:
            return
        raise DamagedBlob("The store of the recordings still gives back what was deleted.")

    try:
        yield _timed("write", write)
        yield _timed("append", add)
        yield _timed("read and compare", read)
    except BaseException:
        # the first error matters
        with contextlib.suppress(CognitiveAssessmentError):
            store.delete(key)
        raise
    yield _timed("delete", lambda: store.delete(key))
    yield _timed("gone", gone)


def _timed(name: str, action: Callable[[], None]) -> Step:
    began = time.perf_counter()
    action()
    return Step(name, (time.perf_counter() - began) * 1000)
