"""The system that runs on a data folder, seen from outside: its supervisor, its processes, what it is told."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Conflict, Unavailable
from cognitive_assessment.private_files import read_private, write_private

RESTART = signal.SIGUSR1
_FILE = "supervisor.json"
_READY_PATIENCE_S = 10.0
# when a process began is reckoned from the machine's clock, which may be set meanwhile
_CLOCK_STEP_S = 60.0


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the system, and what it uses."""

    pid: int
    name: str
    memory_mb: float
    cpu_percent: float
    age_s: float


def announce(settings: Settings, *, is_starting: bool = False) -> None:
    """Write down that this process supervises the system, where it serves, and whether that is still starting."""
    me = psutil.Process()
    told = {
        "pid": me.pid,
        "started_at": me.create_time(),
        "is_starting": is_starting,
        "serves_on": settings.local_url,
    }
    write_private(settings.data_dir / _FILE, json.dumps(told))


def forget(data_dir: Path) -> None:
    """It does no longer; what another process has written is left alone."""
    found = _read(data_dir)
    if found is not None and found.pid == os.getpid():
        (data_dir / _FILE).unlink(missing_ok=True)


def supervisor(data_dir: Path) -> psutil.Process:
    """The supervising process; raises `Unavailable` if no system runs on the folder."""
    found = _read(data_dir)
    if found is None:
        raise Unavailable(f"No system runs on {data_dir}.", remedy="Start it with `cas serve`.")
    return found


def runs(data_dir: Path) -> bool:
    """Whether a system runs on the folder."""
    return _read(data_dir) is not None


def require_its_address(settings: Settings) -> None:
    """Raise `Conflict` where these settings name another address than the system that runs on the folder."""
    serves_on = _told(settings.data_dir).get("serves_on", settings.local_url)
    if runs(settings.data_dir) and serves_on != settings.local_url:
        raise Conflict(
            f"The system of {settings.data_dir} serves on {serves_on}; CAS_HOST and CAS_PORT say {settings.local_url}.",
            remedy="Set them, and the other settings, as they were at its start.",
        )


def is_starting(data_dir: Path) -> bool:
    """Whether a system runs on the folder that has not been ready yet, nor given up waiting for it."""
    return runs(data_dir) and bool(_told(data_dir).get("is_starting"))


def restart(settings: Settings, *, limit_s: float) -> bool:
    """Have API and workers stopped in order and started anew; returns whether the new ones were ready in time.

    Raises `Unavailable` if there is no supervisor that could do it, `Conflict` if it is asked for at another address.
    """
    require_its_address(settings)
    found = descendants(settings.data_dir)
    old = [one for one in found if _part_of_living(one) in {"API", "worker"}]
    found[0].send_signal(RESTART)
    deadline = time.monotonic() + limit_s
    while any(_lives(one) for one in old) or not is_ready(settings):  # an old one answers too, until it ends
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def descendants(data_dir: Path) -> list[psutil.Process]:
    """The supervisor and all that descends from it; raises `Unavailable` if there is none."""
    first = supervisor(data_dir)
    return [first, *first.children(recursive=True)]


def _part_of_living(process: psutil.Process) -> str:
    try:
        return part_of(process)
    except psutil.NoSuchProcess:
        return ""


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def part_of(process: psutil.Process) -> str:
    """Which part of the system a process is; another program is `other`."""
    return _name(process.cmdline()) or "other"


def processes(data_dir: Path, *, measured_for_s: float = 0.5) -> list[Process]:
    """The supervisor and all that descends from it; the use of the processor is measured for a moment."""
    found = descendants(data_dir)
    for one in found:
        _measure(one)
    time.sleep(measured_for_s)
    return [described for one in found if (described := _measure(one)) is not None]


def is_ready(settings: Settings) -> bool:
    """Whether the system on our address says that it is ready."""
    try:
        with urllib.request.urlopen(f"{settings.local_url}/api/health/ready", timeout=_READY_PATIENCE_S):  # noqa: S310
            return True
    except (OSError, http.client.HTTPException):
        return False


def _measure(process: psutil.Process) -> Process | None:
    try:
        command = process.cmdline()
        return Process(
            pid=process.pid,
            name=_name(command) or process.name(),
            memory_mb=process.memory_info().rss / 1e6,
            cpu_percent=process.cpu_percent(),
            age_s=time.time() - process.create_time(),
        )
    except psutil.NoSuchProcess:
        return None


def _name(command: list[str]) -> str:
    words = " ".join(command)
    known = {
        "api.server": "API",
        "jobs.worker": "worker",
        "alerts.watch": "watcher",
        "pg_receivewal": "archive",
        "cli.main backup": "backup",
        "postgres": "database",
        "serve": "supervisor",
    }
    return next((name for mark, name in known.items() if mark in words), "")


def _told(data_dir: Path) -> dict[str, Any]:
    text = read_private(data_dir / _FILE)
    told: dict[str, Any] = {} if text is None else json.loads(text)
    return told


def _read(data_dir: Path) -> psutil.Process | None:
    kept = _told(data_dir)
    if not kept:
        return None
    try:
        process = psutil.Process(kept["pid"])
        return process if abs(process.create_time() - kept["started_at"]) < _CLOCK_STEP_S else None
    except psutil.NoSuchProcess:
        return None
