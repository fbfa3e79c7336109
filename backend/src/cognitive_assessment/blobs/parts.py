"""A large object goes up in parts, so that no more than one of them is ever held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# every part of a multipart upload but the last must have at least 5 MiB, on every store that takes parts
PART_BYTES = 8 << 20


def in_parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in parts of one size; the last may be smaller."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= PART_BYTES:
            yield bytes(waiting[:PART_BYTES])
            del waiting[:PART_BYTES]
    if waiting:
        yield bytes(waiting)
