"""Clients that send their request a byte at a time, as many as there are threads and more, stop nobody else."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from cognitive_assessment.config import settings

pytestmark = pytest.mark.slow
HEAD = "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
SLOW = {
    "body": (HEAD.format(path="/api/sign-in", length="Content-Length: 4000000"), "408"),
    "chunks": (HEAD.format(path="/api/sign-in", length="Transfer-Encoding: chunked") + "ffff\r\n", "408"),
    "too_large": (HEAD.format(path="/api/sign-in", length="Content-Length: 5000000"), "413"),
    "nowhere": (HEAD.format(path="/api/nowhere", length="Content-Length: 4000000"), "404"),
    "upload": (HEAD.format(path="/api/uploads", length="Content-Length: 4000000"), "412"),
    "head": ("POST /api/sign-in HTTP/1.1\r\nX-Slow: ", ""),
    "nothing": ("", ""),
}


class Tricklers:
    """Connections on which a byte is sent now and then, until the server closes them."""

    def __init__(self, url: str, opening: str, count: int) -> None:
        place = urlsplit(url)
        self._is_over = threading.Event()
        self._heard: dict[socket.socket, bytes] = {}
        self.closed: list[bytes] = []
        for _ in range(count):
            connection = socket.create_connection((place.hostname, place.port), timeout=10)
            connection.sendall(opening.encode())
            self._heard[connection] = b""
        self._is_silent = not opening
        self._thread = threading.Thread(target=self._trickle)

    def _trickle(self) -> None:
        while not self._is_over.wait(0.2):
            with selectors.DefaultSelector() as ready:
                for connection in self._heard:
                    ready.register(connection, selectors.EVENT_READ)
                for key, _ in ready.select(0):
                    self._hear(key.fileobj)  # type: ignore[arg-type]
            for connection in self._heard if not self._is_silent else ():
                with contextlib.suppress(OSError):
                    connection.send(b"1")

    def _hear(self, connection: socket.socket) -> None:
        try:
            said = connection.recv(65536)
        except OSError:
            said = b""
        self._heard[connection] += said
        if not said:
            self.closed.append(self._heard.pop(connection))
            connection.close()

    def __enter__(self) -> Tricklers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        for connection in self._heard:
            connection.close()


@pytest.fixture(params=sorted(SLOW))
def slow(request, system) -> Iterator[tuple[str, Tricklers]]:
    opening, status = SLOW[request.param]
    with Tricklers(system.url, opening, 2 * settings().api_threads) as tricklers:
        yield status, tricklers


def test_others_are_answered_while_many_send_their_request_by_the_byte(slow, system):
    status, tricklers = slow
    for _ in range(5):
        assert requests.get(f"{system.url}/api/health/live", timeout=30).ok
    assert [one for one in tricklers.closed if not one.startswith(f"HTTP/1.1 {status}".encode() * bool(status))] == []
