"""The bytes of an upload as they arrive: in small pieces, counted, with their checksum."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator

from flask import request
from werkzeug.exceptions import ClientDisconnected

from cognitive_assessment.api import upload_headers
from cognitive_assessment.api.arrivals import arrivals
from cognitive_assessment.errors import ChecksumMismatch, TooLarge

BATCH_BYTES = 4 << 20
_PIECE_BYTES = 16 << 10
_BATCH_S = 2.0


class Body:
    """The body of this request; a connection that breaks off or falls silent ends it early."""

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._received = 0
        self._is_broken = False
        self._algorithm, self._expected = upload_headers.checksum()
        self._digest = hashlib.new(self._algorithm, usedforsecurity=False) if self._algorithm else None
        if (request.content_length or 0) > limit:
            raise self._too_long()
        connection = request.environ.get("gunicorn.socket")
        if connection is not None:
            arrivals().arrived(connection)  # from here on it may take its time

    @property
    def has_checksum(self) -> bool:
        """Whether the client said what the bytes must add up to."""
        return self._digest is not None

    @property
    def fits_one_batch(self) -> bool:
        """Whether all of it may be held before it is kept."""
        return request.content_length is not None and request.content_length <= BATCH_BYTES

    def pieces(self) -> Iterator[bytes]:
        """Everything, piece by piece; raises `TooLarge` for more than the upload's length."""
        while piece := self._read():
            yield piece

    def batch(self) -> bytes:
        """What arrives in the next seconds, at most `BATCH_BYTES`; empty at the end."""
        held = bytearray()
        deadline = time.monotonic() + _BATCH_S
        while len(held) < BATCH_BYTES and (not held or time.monotonic() < deadline):
            piece = self._read()
            if not piece:
                break
            held += piece
        return bytes(held)

    def _read(self) -> bytes:
        try:
            piece = bytes(request.stream.read(_PIECE_BYTES))
        except (ClientDisconnected, OSError):
            self._is_broken = True
            return b""
        self._received += len(piece)
        if self._received > self._limit:
            raise self._too_long()
        if self._digest is not None:
            self._digest.update(piece)
        return piece

    def _too_long(self) -> TooLarge:
        return TooLarge(f"Only {self._limit} bytes more are taken of this upload.")

    def require_sound(self) -> None:
        """Raise `ChecksumMismatch` unless what arrived is what the client sent."""
        if self._digest is not None and (self._is_broken or self._digest.digest() != self._expected):
            raise ChecksumMismatch("The bytes that arrived are not those that were sent.", remedy="Send them again.")
