"""Run the whole system: database, migrations, API and workers as children; restart what dies; leave nothing behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Conflict, Unavailable
from cognitive_assessment.ops import first_start
from cognitive_assessment.ops.embedded_database import EmbeddedDatabase
from cognitive_assessment.ops.ports import require_free_port
from cognitive_assessment.store import schema
from cognitive_assessment.store.engine import make_engine

_PR_SET_PDEATHSIG = 1
_STOP_LIMIT_S = 20.0
_BACK_OFF_S = (0.2, 1.0, 3.0, 10.0, 30.0)
_LASTING_S = 60.0  # a child that lived this long starts again without waiting


@dataclass
class Child:
    """One process that we keep running."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    start_again_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it; it ends with us even if we are killed."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdin=subprocess.DEVNULL, preexec_fn=_end_with_parent
        )

    def look(self, say: Callable[[str], None]) -> None:
        """Start it again after it has died, later each time that it dies quickly."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.failures = 0 if now - self.started_at > _LASTING_S else self.failures + 1
        wait_s = _BACK_OFF_S[min(self.failures, len(_BACK_OFF_S)) - 1] if self.failures else 0.0
        say(f"{self.name} ended with code {code}; starting it again in {wait_s:.1f} s")
        self.process, self.start_again_at = None, now + wait_s


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Everything that `cas serve` keeps running."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self.settings = settings
        self.say = say
        self.database = EmbeddedDatabase(settings.data_dir) if settings.has_embedded_database else None
        self.children: list[Child] = []
        self.is_stopping = False

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM."""
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)
        require_free_port(self.settings.host, self.settings.port)
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.settings.data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
        try:
            owner_url, app_url = self._start_database()
            sign_in = first_start.prepare(app_url, self.settings.data_dir, self.settings.master_key)
            self._start_children(owner_url, app_url)
            self._announce(sign_in)
            self._watch()
        finally:
            self._stop()

    def _start_database(self) -> tuple[str, str]:
        if self.database is None:
            owner_url = str(self.settings.database_url)
            app_url = self.settings.database_app_url or owner_url
            password = None
        else:
            self.say("Starting the database")
            addresses = self.database.start()
            owner_url, app_url, password = addresses.owner_url, addresses.app_url, addresses.app_password
        engine = make_engine(owner_url)
        try:
            schema.upgrade(engine, app_password=password)
        finally:
            engine.dispose()
        return owner_url, app_url

    def _start_children(self, owner_url: str, app_url: str) -> None:
        del owner_url  # the children serve with the app role and never see the owner's address
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"DATABASE_URL": app_url, "CAS_DATA_DIR": str(self.settings.data_dir)}
        environment.pop("CAS_DATABASE_APP_URL", None)
        python = [sys.executable, "-m"]
        self.children.append(Child("API", [*python, "cognitive_assessment.api.server"], environment))
        for number in range(self.settings.workers):
            command = [*python, "cognitive_assessment.jobs.worker"]
            self.children.append(Child(f"worker {number + 1}", command, environment))
        for child in self.children:
            child.start()

    def _announce(self, sign_in: first_start.SignIn | None) -> None:
        if not self._wait_ready():
            return
        self.say(f"Ready: {self.settings.public_url}")
        if sign_in is not None:
            self.say(f"Sign in as staff: {sign_in.email}   password: {sign_in.password}")
        self.say("Stop with Ctrl-C")

    def _wait_ready(self, limit_s: float = 60.0) -> bool:
        address = f"http://{self.settings.host}:{self.settings.port}/api/health/ready"
        deadline = time.monotonic() + limit_s
        while not self.is_stopping and time.monotonic() < deadline:
            self._look_after_children()
            try:
                with urllib.request.urlopen(address, timeout=5):
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        if not self.is_stopping:
            self.say("Not ready yet; /api/health says why")
        return not self.is_stopping

    def _look_after_children(self) -> None:
        for child in self.children:
            child.look(self.say)

    def _watch(self) -> None:
        while not self.is_stopping:
            self._look_after_children()
            if self.database is not None and not self.database.is_running and not self.is_stopping:
                self.say("The database ended; starting it again")
                self._restart_database()
            time.sleep(0.2)

    def _restart_database(self) -> None:
        if self.database is None:
            return
        try:
            self.database.restart()
        except (Unavailable, Conflict) as error:
            self.say(error.message)
            time.sleep(1.0)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.is_stopping = True

    def _stop(self) -> None:
        self.say("Stopping")
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + _STOP_LIMIT_S
        for child in self.children:
            if child.process is not None:
                try:
                    child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    child.process.kill()
                    child.process.wait()
        if self.database is not None:
            self.database.stop()
