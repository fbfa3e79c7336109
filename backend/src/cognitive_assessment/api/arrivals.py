"""Requests that arrive too slowly: they may not keep the few threads from everybody else.

From when a thread turns to a connection until the head and the body of its request are here, it waits for the client.
It waits for so long and no longer; where half of all threads wait, only for a moment. (The bytes of uploads come from
who is signed in, and may take their time.) Whoever is too slow is heard no further, and is told so where there is
anything to answer.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import threading
import time
from collections.abc import Iterator

from cognitive_assessment.config import settings

_WITHIN_S = 20.0
_WITHIN_S_IN_A_CROWD = 2.0
_LOOK_EVERY_S = 0.25


class Arrivals:
    """The connections that threads wait for, each with the moment since when; at most `room` of them for long."""

    def __init__(
        self, *, room: int, within_s: float = _WITHIN_S, within_s_in_a_crowd: float = _WITHIN_S_IN_A_CROWD
    ) -> None:
        self._room, self._within_s, self._within_s_in_a_crowd = room, within_s, within_s_in_a_crowd
        self._guard = threading.Lock()
        self._since: dict[socket.socket, float] = {}
        self._is_any = threading.Event()
        self._watch: threading.Thread | None = None

    @contextlib.contextmanager
    def waiting_for(self, connection: socket.socket) -> Iterator[None]:
        """A thread waits in this block, unless `arrived` says that it no longer does."""
        with self._guard:
            self._since[connection] = time.monotonic()
            if self._watch is None:  # not before: the server's first process makes the one that serves
                self._watch = threading.Thread(target=self._keep_watch, name="arrivals", daemon=True)
                self._watch.start()
        self._is_any.set()
        try:
            yield
        finally:
            self.arrived(connection)

    def is_waiting_for(self, connection: socket.socket) -> bool:
        """Whether this one is still expected: neither arrived nor too late."""
        with self._guard:
            return connection in self._since

    def arrived(self, connection: socket.socket) -> bool:
        """Nobody waits for this one any more; whether it came in time."""
        with self._guard:
            return self._since.pop(connection, None) is not None

    def _keep_watch(self) -> None:
        while True:
            self._is_any.wait()
            self._cut_off_late()
            time.sleep(_LOOK_EVERY_S)

    def _cut_off_late(self) -> None:
        with self._guard:
            now = time.monotonic()
            for connection, since in sorted(self._since.items(), key=lambda one: one[1]):
                is_crowd = len(self._since) > self._room
                if now - since < (self._within_s_in_a_crowd if is_crowd else self._within_s):
                    break
                del self._since[connection]
                with contextlib.suppress(OSError):  # it is gone already
                    connection.shutdown(socket.SHUT_RD)  # who reads finds the end; an answer still goes out
            if not self._since:
                self._is_any.clear()


@functools.cache
def arrivals() -> Arrivals:
    """Those that this process waits for."""
    return Arrivals(room=settings().api_threads // 2)
