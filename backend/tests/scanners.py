"""A real clamd beside a test, that knows one harmless string as harm; and servers that answer as no clamd should."""

from __future__ import annotations

import contextlib
import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cognitive_assessment import config
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.errors import CognitiveAssessmentError
from cognitive_assessment.ops import scanner
from systems import free_port, wait_until

EXAMPLE = REPOSITORY_ROOT / "deploy" / "docker" / "clamd.conf"
CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
HARM = b"these words are what the scanner of the tests takes for harm"
HARM_NAME = "Cas.Test.Harm-1.UNOFFICIAL"  # as it calls what it knows from others than its makers
MAX_STREAM_BYTES, MAX_FILE_BYTES = 4_000_000, 3_000_000


@dataclass
class Clamd:
    """One `clamd` as our example sets it up, on a socket and a port of its own; nothing is fetched for it."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def path(self) -> Path:
        return self.folder / "clamd.ctl"

    def know(self, name: str, content: bytes) -> None:
        """Let it know one kind of harm, and nothing else, from its next start."""
        known = self.folder / "known"
        known.mkdir(exist_ok=True)
        (known / "own.ndb").write_text(f"{name}:0:*:{content.hex()}\n")

    def start(self) -> None:
        conf = self.folder / "clamd.conf"
        text = EXAMPLE.read_text()
        for before, after in {
            "User clamav\n": "",
            "/tmp/clamd.sock": str(self.path),
            "3310": str(self.port),
            "0.0.0.0": "127.0.0.1",
            "/var/lib/clamav": str(self.folder / "known"),
            "StreamMaxLength 200M": f"StreamMaxLength {MAX_STREAM_BYTES}",
            "MaxFileSize 200M": f"MaxFileSize {MAX_FILE_BYTES}",
        }.items():
            assert before in text, before
            text = text.replace(before, after)
        conf.write_text(text)
        with (self.folder / "said.txt").open("wb") as said:
            self.process = subprocess.Popen([str(CLAMD), f"--config-file={conf}"], stdout=said, stderr=said)
        wait_until(lambda: self.path.exists() and not _fault_at(f"unix://{self.path}"))

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None


def _fault_at(address: str) -> bool:
    try:
        with scanner._connected(address, 5.0):
            return False
    except CognitiveAssessmentError:
        return True


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Clamd]:
    """A clamd that runs, which may be stopped and started; skips the test where none is installed."""
    if CLAMD is None:
        pytest.skip("clamd is not installed here (Debian: apt-get install --no-install-recommends clamav-daemon).")
    clamd = Clamd(folder)
    clamd.know(HARM_NAME.removesuffix(".UNOFFICIAL"), HARM)
    clamd.start()
    try:
        yield clamd
    finally:
        clamd.stop()


@contextlib.contextmanager
def answering(path: Path, answer: bytes, *, is_early: bool = False) -> Iterator[str]:
    """The address of a server that takes what clamd would and answers with these bytes, or at once with `is_early`."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            command = b""
            while not is_early and not command.endswith(b"\0"):
                command += self.rfile.read(1)
            while command == b"zINSTREAM\0" and (size := int.from_bytes(self.rfile.read(4))):
                self.rfile.read(size)
            self.wfile.write(answer)

    server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"unix://{path}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def set_to(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As long as this lasts, the settings name this scanner."""
    with monkeypatch.context() as patch:
        patch.setenv("CAS_SCANNER", address)
        config.settings.cache_clear()
        try:
            yield
        finally:
            config.settings.cache_clear()
