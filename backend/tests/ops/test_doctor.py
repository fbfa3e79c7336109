"""What the doctor says where somebody else answers on our port."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator

import pytest

from cognitive_assessment import config
from cognitive_assessment.ops import doctor

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


@pytest.fixture
def somebody(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of a program that gives everybody the same answer."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.rfile.readline()
            self.wfile.write(request.param)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize(
    "somebody",
    [
        HEAD + b"Content-Type: text/html\r\n\r\n<html>Welcome</html>",
        HEAD + b"\r\n\xff\xfe",
        HEAD + b"\r\n[1, 2]",
        HEAD + b'\r\n{"status": "ok", "checks": ["database"]}',
        HEAD + b'Content-Length: 900\r\n\r\n{"status"',
        HEAD.replace(b"200 OK", b"404 Not Found") + b"\r\nnothing here",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
    ids=["a page", "no text", "a list", "another health", "cut off", "not found", "no web server"],
    indirect=True,
)
def test_another_program_on_the_port_is_not_ours(somebody, tmp_path):
    settings = config.build({"CAS_DATA_DIR": str(tmp_path), "CAS_PORT": str(somebody)})
    (found,) = doctor.examine_running(settings)
    assert (found.is_well, found.remedy) == (False, "Choose another CAS_PORT.")
    assert found.message.endswith(f":{somebody} is not ours")
