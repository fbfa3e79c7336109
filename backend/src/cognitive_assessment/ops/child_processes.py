"""Child processes that end with us, also when we are killed, and that are started again when they die."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cognitive_assessment.ops.metrics.events import events

_PR_SET_PDEATHSIG = 1
_BACK_OFF_S = (0.2, 1.0, 3.0, 10.0, 30.0)
_LASTING_S = 60.0  # a child that lived this long starts again without waiting
_libc = ctypes.CDLL(None)


def end_with_parent(signal_number: int) -> Callable[[], None]:
    """What a child calls before it becomes its program: the kernel sends it this signal when we die."""
    parent = os.getpid()

    def arrange() -> None:
        if sys.platform == "linux":
            _libc.prctl(_PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # we died before the kernel was told
            os.kill(os.getpid(), signal_number)

    return arrange


class CommandRun:
    """One run of a `cas` command beside the server, which ends with us; what goes wrong is told, nothing else."""

    def __init__(self, data_dir: Path, *command: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cognitive_assessment.cli.main", *command, "--quiet"],
            env={**os.environ, "CAS_DATA_DIR": str(data_dir)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509  # as in `Child`
        )

    def code(self) -> int | None:
        """How it ended, or nothing while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """End it, if it still runs."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


@dataclass
class Child:
    """One process that we keep running; `prepare` is called before each start of it, and says whether it may start."""

    name: str
    command: list[str]
    environment: dict[str, str]
    prepare: Callable[[], bool] | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    start_again_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches it through us alone, in order."""
        self.started_at = time.monotonic()
        if self.prepare is not None and not self.prepare():
            self._start_later()
            return
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509  # the supervisor has one thread
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
        wait_s = self._start_later()
        events().restarts.labels(self.name.split()[0].lower()).inc()
        say(f"{self.name} ended with code {code}; starting it again in {wait_s:.1f} s")

    def _start_later(self) -> float:
        """Have it started again; returns in how many seconds, more each time that it came to nothing quickly."""
        now = time.monotonic()
        self.failures = 0 if now - self.started_at > _LASTING_S else self.failures + 1
        wait_s = _BACK_OFF_S[min(self.failures, len(_BACK_OFF_S)) - 1] if self.failures else 0.0
        self.process, self.start_again_at = None, now + wait_s
        return wait_s


def stop_all(children: list[Child], *, limit_s: float) -> None:
    """Ask all of them to stop, wait, and kill what is left, with what it had started itself."""
    running = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + limit_s
    for process in running:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
