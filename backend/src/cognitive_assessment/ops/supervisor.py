"""Run the whole system: database, migrations, API and workers as children; restart what dies; leave nothing behind."""

from __future__ import annotations

import contextlib
import errno
import functools
import http.client
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Callable
from types import FrameType

from cognitive_assessment.config import REPOSITORY_ROOT, Settings, with_files
from cognitive_assessment.errors import CognitiveAssessmentError, Conflict, InvalidSettings, StorageFull, Unavailable
from cognitive_assessment.ops import (
    audit_check,
    database_access,
    deployment,
    erasure,
    first_start,
    log_lines,
    retention,
    running_system,
    sealing,
    secret_ages,
    slow_queries,
)
from cognitive_assessment.ops.alerts import scraping
from cognitive_assessment.ops.archive import keep
from cognitive_assessment.ops.attempts import Attempts, where_possible
from cognitive_assessment.ops.backups.schedule import BackupSchedule
from cognitive_assessment.ops.child_processes import Child, stop_all
from cognitive_assessment.ops.embedded_database import EmbeddedDatabase
from cognitive_assessment.ops.history import HistoryKeeper
from cognitive_assessment.ops.metrics import files as metric_files
from cognitive_assessment.ops.metrics.events import events
from cognitive_assessment.ops.nightly import Nightly
from cognitive_assessment.ops.ports import require_free_port
from cognitive_assessment.ops.running_system import RESTART

_STOP_LIMIT_S = 20.0
_OWNERS = {"DATABASE_URL", "DATABASE_URL_FILE", "CAS_DATABASE_APP_URL_FILE"}
READY_LIMIT_S = 20.0


class Supervisor:
    """Everything that `cas serve` keeps running."""

    def __init__(self, settings: Settings, say: Callable[[str], None], *, has_workers: bool = True) -> None:
        self.settings = settings
        self.worker_count = settings.workers if has_workers else 0
        self.say = where_possible(say)
        self.attempts = Attempts(self.say)
        self.began = time.monotonic()
        self.commit = deployment.commit_of(REPOSITORY_ROOT)
        self.database = EmbeddedDatabase(settings.data_dir) if settings.has_embedded_database else None
        self.children: list[Child] = []
        self.backups = BackupSchedule(settings, self.say)
        self.retention = Nightly(
            settings, self.say, "retention", "run", what="Letting data go", last_at=retention.last_run_at
        )
        self.audit = Nightly(settings, self.say, "audit", "verify", what="Proving the log", last_at=audit_check.last_at)
        self.history = HistoryKeeper(settings)
        self.statements = slow_queries.Keeper(settings.data_dir, is_embedded=settings.has_embedded_database)
        self.owner_url = ""
        self.is_stopping = False
        self.is_restarting = False
        self.is_ready = False
        self.is_announced = False

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM, or until the terminal is closed."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        signal.signal(RESTART, self._on_restart)
        require_free_port(self.settings.host, self.settings.port)
        try:
            self.settings.data_dir.mkdir(parents=True, exist_ok=True)
            self.settings.data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
            metric_files.clean(self.settings.data_dir)
            metric_files.use(self.settings.data_dir, "supervisor")
            events()  # takes room on the disk, which may be full when the first thing is to be counted
            scraping.make_token(self.settings.data_dir)
            access = self._start_database()
            self.owner_url = access.owner_url
            running_system.announce(self.settings, is_starting=True)
            app_url = database_access.prepare(access, self.settings.data_dir)
            if (notice := database_access.schema_of(access.owner_url).notice) is not None:
                self.say(notice)
            sign_in = first_start.prepare(access.owner_url, self.settings.data_dir, self.settings.master_key)
            for again in (erasure.apply_again, retention.apply_again, sealing.seal_what_is_plain):
                for line in again(self.settings, access.owner_url):
                    self.say(line)
            secret_ages.require_own(self.settings, with_files(os.environ))
            if not self.is_stopping:
                self._start_children(app_url)
                self._announce(sign_in)
            self._watch()
        except OSError as error:
            raise _refusal(self.settings, error) from error
        except CognitiveAssessmentError:
            if not self.is_stopping:  # what Ctrl-C broke off needs no complaint
                raise
        finally:
            self._stop()

    def _start_database(self) -> database_access.Access:
        if self.database is None:
            access = database_access.of_settings(self.settings)
            database_access.require_reachable(access.owner_url)
        else:
            database_access.require_not_lost(self.settings)
            self.say("Starting the database")
            addresses = self.database.start()
            if self.settings.has_archive:
                self.children.append(keep.receiver(self.settings, addresses, self.say, self.backups.hasten))
            access = database_access.Access(addresses.owner_url, addresses.app_url, addresses.app_password)
        return access

    def _start_children(self, app_url: str) -> None:
        # the children serve with the app role and never see the owner's address
        environment = {name: value for name, value in os.environ.items() if name not in _OWNERS}
        environment |= {"CAS_DATABASE_APP_URL": app_url, "CAS_DATA_DIR": str(self.settings.data_dir)}
        python = [sys.executable, "-m"]
        self.children.append(Child("API", [*python, "cognitive_assessment.api.server"], environment))
        for number in range(self.worker_count):
            command = [*python, "cognitive_assessment.jobs.worker"]
            self.children.append(Child(f"worker {number + 1}", command, environment))
        if self.settings.alert_every_s:
            command = [*python, "cognitive_assessment.ops.alerts.watch"]
            self.children.append(Child("watcher", command, environment))
        for child in self.children:
            self.attempts.make(f"Starting {child.name}", child.start)

    def _announce(self, sign_in: first_start.SignIn | None) -> None:
        if sign_in is not None:
            self.say(f"Sign in as staff: {sign_in.email}   password: {sign_in.password}")
            self.say(f"It counts until {sign_in.ends_at:%Y-%m-%d %H:%M} UTC: choose your own on the page Account")
        deadline = time.monotonic() + READY_LIMIT_S
        while not (self.is_stopping or self.is_restarting or self.is_ready) and time.monotonic() < deadline:
            self._look_after_children()
            self._look_whether_ready()
            time.sleep(0.1)
        if self.is_stopping:
            return
        if not self.is_ready:
            self.say(f"Serving, but not ready: {self.settings.public_url}")
            self.say(f"{self.settings.local_url}/api/health says why; answers are kept until they can be scored")
        self.say("Stop with Ctrl-C")

    def _look_whether_ready(self) -> None:
        # without a worker of ours, nobody may have looked at the models yet
        probe = "ready" if self.worker_count else "live"
        address = f"{self.settings.local_url}/api/health/{probe}"
        with contextlib.suppress(OSError, http.client.HTTPException):
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  # our own address
            self.is_ready = True
            self.say(f"Ready: {self.settings.public_url}")

    def _look_after_children(self) -> None:
        for child in self.children:
            self.attempts.make(f"Starting {child.name}", functools.partial(child.look, self.say))

    def _watch(self) -> None:
        next_look_at = 0.0
        while not self.is_stopping:
            if self.is_restarting:
                self._restart_children()
            self._look_after_children()
            if not self.is_ready and time.monotonic() > next_look_at:
                self._look_whether_ready()
                next_look_at = time.monotonic() + 2.0
            if self.database is not None and not self.database.is_running and not self.is_stopping:
                self.say("The database ended; starting it again")
                events().restarts.labels("database").inc()
                self._restart_database()
            self._look_after_upkeep()
            time.sleep(0.2)

    def _look_after_upkeep(self) -> None:
        looks: dict[str, Callable[[], object]] = {
            "Telling that the start is over": self._end_start,
            "Remembering the version": self._remember_version,
            "Putting the log aside": functools.partial(log_lines.rotate, self.settings.data_dir),
            "Making a backup": self.backups.look,
            "Letting data go": self.retention.look,
            "Proving the log": self.audit.look,
            "Writing down how the system serves": self.history.look,
            "Looking at the database's statements": functools.partial(self.statements.look, self.owner_url),
        }
        for what, look in looks.items():
            self.attempts.make(what, look)

    def _end_start(self) -> None:
        if not self.is_announced:
            running_system.announce(self.settings)
            self.is_announced = True

    def _remember_version(self) -> None:
        if self.is_ready and self.commit is not None:
            deployment.remember_start(self.settings.data_dir, self.commit, time.monotonic() - self.began)
            self.commit = None

    def _restart_database(self) -> None:
        if self.database is None:
            return
        try:
            self.database.restart()
        except (Unavailable, Conflict, OSError) as error:
            self.say(str(error))
            time.sleep(1.0)

    def _restart_children(self) -> None:
        """Stop API and workers in order and start them again; the database goes on."""
        self.say("Restarting")
        self.is_restarting = self.is_ready = False
        stop_all(self.children, limit_s=_STOP_LIMIT_S)
        for child in self.children:
            self.attempts.make(f"Starting {child.name}", child.start)

    def _on_restart(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.is_restarting = True

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.is_stopping = True

    def _stop(self) -> None:
        self.attempts.make("Telling of the stop", functools.partial(running_system.forget, self.settings.data_dir))
        if self.children:
            self.say("Stopping")
        self.backups.stop()
        self.retention.stop()
        self.audit.stop()
        self.attempts.make("Writing down how the system served", self.history.close)
        stop_all(self.children, limit_s=_STOP_LIMIT_S)
        if self.database is not None:
            self.database.stop()


def _refusal(settings: Settings, error: OSError) -> CognitiveAssessmentError:
    """What keeps the system from starting, in words."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageFull(
            f"The disk of the data folder {settings.data_dir} is full.",
            remedy="Make room on it and start again; what was kept is whole.",
        )
    return InvalidSettings(
        f"The data folder {settings.data_dir} cannot be used: {error.strerror or error}.",
        remedy="CAS_DATA_DIR names a folder that we may write to, on a disk with room.",
    )
