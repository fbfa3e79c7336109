"""Whole systems, started and stopped as their operator does it: real processes, a real database, real ports."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import requests

from cognitive_assessment.blobs import KeyRing, MasterKeys
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.ops import embedded_database

CAS = Path(sys.executable).with_name("cas")
MODELS = REPOSITORY_ROOT / "models"
START_LIMIT_S = 180.0  # the cores may be shared with other work


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(is_true: Callable[[], Any], limit_s: float = 60.0, every_s: float = 0.05) -> Any:
    """What `is_true` finds, as soon as it is something; fails the test after the limit."""
    deadline = time.monotonic() + limit_s
    while True:
        found = is_true()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {limit_s} s: {is_true}"
        time.sleep(every_s)


@dataclass
class System:
    """One `cas serve` on its own data folder and port."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("CAS_", "DATABASE_URL"))}
        return {**ours, "CAS_DATA_DIR": str(self.data_dir), "CAS_PORT": str(self.port), **self.settings}

    @property
    def said_path(self) -> Path:
        return self.data_dir.with_name(f"{self.data_dir.name}-said.txt")

    @property
    def said(self) -> str:
        return self.said_path.read_text()

    def start(self, *, wait_live: bool = True) -> System:
        with self.said_path.open("wb") as said:
            self.process = subprocess.Popen([CAS, "serve"], env=self.environment, stdout=said, stderr=said)
        if wait_live:
            try:
                wait_until(self._is_live_or_ended, START_LIMIT_S)
            except AssertionError:
                self.stop()  # whoever asked for it has nothing yet that could be stopped
                raise
            assert self.process.poll() is None, self.said
        return self

    def _is_live_or_ended(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            return True
        try:
            return requests.get(f"{self.url}/api/health/live", timeout=20).ok
        except requests.RequestException:
            return False

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        """Ask it to stop; returns its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        return self.process.wait(timeout=90)

    def cas(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a `cas` command in this system's environment."""
        given = {"capture_output": True, "text": True, "timeout": 280, "env": self.environment, **options}
        return subprocess.run([CAS, *words], check=False, **given)

    def uploaded(self, recording_id: str) -> bytes:
        """A recording as it arrived, which nobody is served: out of the data folder, with its master key."""
        addresses = embedded_database.find_running(self.data_dir)
        assert addresses is not None
        query = "SELECT user_id, stored_bytes FROM recordings WHERE id = %s"
        with psycopg.connect(addresses.owner_url.replace("postgresql+psycopg://", "postgresql://")) as connection:
            (found,) = connection.execute(query, [recording_id])
        keys = KeyRing(DiskBlobStore(self.data_dir / "blobs", min_free_bytes=0), MasterKeys(self.data_dir, None, None))
        with keys.store.open(f"recordings/{recording_id}", keys.of(found[0]), found[1]) as file:
            return file.read()

    def processes(self) -> list[psutil.Process]:
        """Everything that runs for this system: its data folder is in the environment, or in PostgreSQL's command."""
        found = []
        for process in psutil.process_iter():
            try:
                is_ours = process.environ().get("CAS_DATA_DIR") == str(self.data_dir)
                if is_ours or f"{self.data_dir}/" in " ".join(process.cmdline()):
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return found

    def find(self, words: str) -> list[psutil.Process]:
        """The running processes whose command holds these words, the oldest first."""
        found = []
        for process in self.processes():
            try:
                if words in " ".join(process.cmdline()):
                    found.append(process)
            except psutil.NoSuchProcess:
                continue
        return sorted(found, key=lambda process: process.create_time())

    @property
    def serving_process(self) -> psutil.Process:
        """The gunicorn worker that answers requests: the child of the API's first process."""
        assert self.process is not None
        supervisor = self.process.pid
        found: list[psutil.Process] = wait_until(
            lambda: [one for one in self.find("api.server") if one.ppid() != supervisor]
        )
        return found[0]

    def sign_in(self) -> Caller:
        """The first member of staff, with what the first start printed."""
        email, password = re.search(r"Sign in as staff: (\S+)\s+password: (\S+)", self.said).groups()  # type: ignore[union-attr]
        caller = Caller(self.url)
        body = {"email": email, "password": password}
        # right after a restore the API may be away for a moment, and says so
        answer = wait_until(
            lambda: given if (given := caller("POST", "/api/sign-in", body)).status_code != 503 else None
        )
        caller.token = answer.json()["token"]
        return caller

    def health(self) -> dict[str, Any]:
        body: dict[str, Any] = requests.get(f"{self.url}/api/health", timeout=10).json()
        return body


@dataclass
class Caller:
    """Somebody who asks over HTTP."""

    url: str
    token: str | None = None

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        headers = {**options.pop("headers", {}), **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        return requests.request(method, self.url + path, json=body, headers=headers, timeout=30, **options)

    def invite(self, label: str = "P-001") -> Caller:
        """A new participant who has accepted the invitation that this member of staff made."""
        made = self("POST", "/api/invitations", {"participant_label": label}).json()
        accepted = Caller(self.url)("POST", "/api/invitations/accept", {"token": made["token"]}).json()
        return Caller(self.url, accepted["token"])


def ids() -> tuple[str, str]:
    return str(uuid.uuid4()), str(uuid.uuid4())
