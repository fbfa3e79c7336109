"""Gunicorn's threads, which wait for slow clients only as long as `arrivals` lets them."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from cognitive_assessment.api.arrivals import arrivals

_LAST_WORDS_BYTES = 64 << 10
_LAST_WORDS_S = 2.0


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn is not typed
    """Serves connections, each by one of a few threads."""

    def handle(self, conn: Any) -> Any:
        """One request of a connection; what is answered is whether it stays open for more."""
        with arrivals().waiting_for(conn.sock):
            goes_on = super().handle(conn)
        if goes_on is False:
            with arrivals().waiting_for(conn.sock):
                _take_leave(conn.sock)
        return goes_on


def _take_leave(connection: socket.socket) -> None:
    """Let the client read its answer to the end (RFC 9112, section 9.6).

    Gunicorn does it where all connections are accepted: there, one client that stays silent would stop everybody.
    """
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        deadline, left = time.monotonic() + _LAST_WORDS_S, _LAST_WORDS_BYTES
        while left > 0 and (left_s := deadline - time.monotonic()) > 0:
            connection.settimeout(left_s)
            if not (piece := connection.recv(4096)):
                break
            left -= len(piece)
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RD)
