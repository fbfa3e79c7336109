"""A copy of the system: its newest backup and its keys in a folder of their own, served and killed by itself."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from cognitive_assessment import blobs, config
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError, StorageFull, Unavailable
from cognitive_assessment.ops import embedded_database, running_system
from cognitive_assessment.ops.backups import files, scratch
from cognitive_assessment.ops.backups.keys import length_of
from cognitive_assessment.ops.backups.make import copies
from cognitive_assessment.ops.backups.prove import blobs_of
from cognitive_assessment.ops.ports import free_port
from cognitive_assessment.store.engine import plain_url

_CAS = [sys.executable, "-m", "cognitive_assessment.cli.main"]
_READY_LIMIT_S = 300.0
_TIMES_ITS_SIZE = 4  # the copies of the recordings twice, the database, and room to work
# what a copy is told of the system's settings: nothing by which it could reach anybody, or any store but its own folder
_FOR_A_COPY = {
    "CAS_MASTER_KEY",
    "CAS_MASTER_KEY_BEFORE",
    "CAS_BACKUP_IDENTITY",
    "CAS_INSTRUMENTS_DIR",
    "CAS_ASR_MODEL",
    "CAS_MIN_FREE_BYTES",
    "CAS_LOG_LEVEL",
}
_OF_THE_MACHINE = re.compile(r"PATH|HOME|USER|LANG|TZ|TMPDIR|LC_\w+|LD_\w+|PYTHON\w+|VIRTUAL_ENV|SSL_CERT_\w+|OMP_\w+")


@dataclass(frozen=True, slots=True)
class Copy:
    """A system of its own; it can be served, told something, and killed."""

    environment: dict[str, str]
    settings: Settings

    def serve(self) -> None:
        """Start it and wait until it is ready; raises `Unavailable` if it ends, or is not after five minutes."""
        words, quiet = [*_CAS, "serve"], subprocess.DEVNULL
        said = self.settings.data_dir.with_name("said.txt")
        with said.open("ab") as file:
            serving = subprocess.Popen(words, env=self.environment, stdin=quiet, stdout=file, stderr=file)
        deadline = time.monotonic() + _READY_LIMIT_S
        while not running_system.is_ready(self.settings):
            if serving.poll() is not None:
                raise Unavailable(f"The copy did not start: {said.read_text()[-500:].strip()}")
            if time.monotonic() > deadline:
                raise Unavailable(f"The copy was not ready within {_READY_LIMIT_S:.0f} s.")
            time.sleep(0.1)

    def cas(self, *words: str) -> None:
        """Run a command on it, as an operator would; raises `Unavailable` with its words if it fails."""
        done = subprocess.run([*_CAS, *words], env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
            raise Unavailable(f"`cas {' '.join(words)}` failed on the copy: {last[0].strip()}")

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection as the owner of its database."""
        addresses = embedded_database.find_running(self.settings.data_dir)
        if addresses is None:
            raise Unavailable("The database of the copy does not run.")
        plain = plain_url(addresses.owner_url)
        return psycopg.connect(plain, autocommit=True)

    def kill(self) -> None:
        """End every process of it at once, as when the power goes; what they started meanwhile is ended too."""
        while found := self._processes():
            for process in found:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL)
            psutil.wait_procs(found, timeout=30)

    def _processes(self) -> list[psutil.Process]:
        """Its database, and whatever was started with its folder as the data folder, announced or not."""
        ours = str(self.settings.data_dir)
        started = psutil.process_iter(["environ"])
        return embedded_database.processes(self.settings.data_dir) + [
            process for process in started if (process.info["environ"] or {}).get("CAS_DATA_DIR") == ours
        ]


@contextlib.contextmanager
def copy_of(settings: Settings, backup: files.Backup, size_bytes: int) -> Iterator[Copy]:
    """A copy that has nothing but this backup, the keys, and what was erased; it is removed at the end.

    Raises `StorageFull` without room for it, and `Conflict` while a backup or restore runs.
    """
    needed, free = _TIMES_ITS_SIZE * size_bytes, shutil.disk_usage(settings.backup_dir).free
    if free < needed + settings.min_free_bytes:
        raise StorageFull(
            f"A copy needs {needed / 1e9:.1f} GB in {settings.backup_dir}, and {free / 1e9:.1f} GB are free.",
            remedy="Make room, or run this on another machine with the backups and the keys.",
        )
    with scratch.folder_for("drill", settings.backup_dir) as folder:
        for name in ("data", "backups"):
            (folder / name).mkdir()
            scratch.let_walk_through(folder / name)
        environment = _environment(settings, folder)
        copy = Copy(environment, config.build(environment))
        with files.locked(settings.backup_dir):
            _fill(settings, backup, copy.settings)
        try:
            yield copy
        finally:
            copy.kill()


def _fill(settings: Settings, backup: files.Backup, of_copy: Settings) -> None:
    shutil.copytree(backup.path, of_copy.backup_dir / backup.path.name)
    lists = [path for path in settings.backup_dir.iterdir() if path.is_file() and not path.name.startswith(".")]
    keys = [*settings.data_dir.glob(f"{blobs.MASTER_KEY_FILE}*"), settings.data_dir / files.IDENTITY_FILE]
    for paths, target in ((lists, of_copy.backup_dir), (keys, of_copy.data_dir)):
        for path in paths:
            if path.is_file():
                shutil.copy2(path, target)
    source, target_store = copies(settings), copies(of_copy)
    for blob in blobs_of(backup):
        with contextlib.suppress(CognitiveAssessmentError), source.open_stored(blob["key"]) as file:
            target_store.put_stored(blob["key"], file, length_of(blob, source))


def missing_in(copy: Copy, backup: files.Backup) -> list[str]:
    """Recordings of the backup that the copy does not have."""
    store = DiskBlobStore(copy.settings.data_dir / "blobs", min_free_bytes=0)
    return [blob["key"] for blob in blobs_of(backup) if not store.has_stored(blob["key"], blob["stored_bytes"])]


def _is_for_a_copy(name: str) -> bool:
    return name.removesuffix("_FILE") in _FOR_A_COPY or bool(_OF_THE_MACHINE.fullmatch(name))


def _environment(settings: Settings, folder: Path) -> dict[str, str]:
    port = str(free_port())
    return {
        **{name: value for name, value in os.environ.items() if _is_for_a_copy(name)},
        "CAS_DATA_DIR": str(folder / "data"),
        "CAS_BACKUP_DIR": str(folder / "backups"),
        "CAS_HOST": "127.0.0.1",
        "CAS_PORT": port,
        "CAS_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "CAS_MODELS_DIR": str(settings.models_dir),
        "CAS_FRONTEND_DIR": str(settings.frontend_dir),
        "CAS_BACKUP_EVERY_S": "0",
        "CAS_ALERT_EVERY_S": "0",
        "CAS_WORKERS": "1",
        "CAS_ARCHIVE": "on",
    }
