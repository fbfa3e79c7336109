"""Where the processes of one system count together: a folder of memory-mapped files, a place for each process.

A process takes the first place of its part that is free and holds it with a file lock until it ends. The next process
of that part takes the same place and goes on counting where the last one stopped, so that a worker that is restarted
a thousand times leaves one set of files and no counter ever falls.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import prometheus_client.values
from prometheus_client.mmap_dict import MmapedDict

from cognitive_assessment.errors import Unavailable

FOLDER = "metrics"
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # the library reads it whenever it opens a file
_MOST_PLACES = 64
_RESERVED_BYTES = 1 << 20  # for each kind of figure of a process: more than all labels together need


@dataclass
class _Place:
    """The place that this process holds; a process that was forked from us needs another one."""

    part: str = ""
    name: str = ""
    pid: int = 0
    lock: int = -1


_held = _Place()


class _Reserved(MmapedDict):
    """A file whose room is taken before it is mapped.

    The kernel ends a process that writes to mapped bytes for which a full disk has no room; a file is refused in words.
    """

    def __init__(self, filename: str, read_mode: bool = False) -> None:  # as the library has it
        if not read_mode:
            _take_room(filename)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]


def _take_room(filename: str) -> None:
    with open(filename, "ab", buffering=0) as file:  # noqa: PTH123  # the library names it by a text
        if file.tell() or sys.platform != "linux":
            return
        try:
            os.posix_fallocate(file.fileno(), 0, _RESERVED_BYTES)
        except OSError:
            file.truncate(0)
            raise


def folder_of(data_dir: Path) -> Path:
    """The folder in which the processes on this data folder count."""
    return data_dir / FOLDER


def clean(data_dir: Path) -> None:
    """Begin at nothing, before the first process of a new start counts."""
    shutil.rmtree(folder_of(data_dir), ignore_errors=True)
    folder_of(data_dir).mkdir(mode=0o700)


def use(data_dir: Path, part: str) -> None:
    """Count in the folder from here on; to be called before anything is counted in this process."""
    folder_of(data_dir).mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ[_VARIABLE] = str(folder_of(data_dir))
    _held.part = part
    prometheus_client.values.MmapedDict = _Reserved  # type: ignore[attr-defined]
    prometheus_client.values.ValueClass = prometheus_client.values.MultiProcessValue(_place_of_this_process)  # type: ignore[no-untyped-call]


def shared_folder() -> Path | None:
    """The folder that this process counts in, if it counts together with others."""
    return Path(os.environ[_VARIABLE]) if _held.pid else None


def _place_of_this_process() -> str:
    if _held.pid != os.getpid():
        _take(Path(os.environ[_VARIABLE]))
    return _held.name


def _take(folder: Path) -> None:
    for number in range(_MOST_PLACES):
        name = f"{_held.part}-{number}"
        lock = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        _forget_the_former(folder, name)
        _held.name, _held.pid, _held.lock = name, os.getpid(), lock
        return
    raise Unavailable(f"More than {_MOST_PLACES} processes of one part count at once.")


def _forget_the_former(folder: Path, name: str) -> None:
    """What was true of the process before us only while it lived, and a file that its end left unreadable."""
    for file in folder.glob(f"*_{name}.db"):
        if file.name.startswith("gauge_live") or not _is_readable(file):
            file.unlink()


def _is_readable(file: Path) -> bool:
    contents = file.read_bytes()
    length = int.from_bytes(contents[:4], sys.byteorder, signed=True)  # of what is written, as the library keeps it
    if not 0 <= length <= len(contents):
        return False
    try:
        MmapedDict.read_all_values_from_file(str(file))  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001  # whatever the bytes make the library say
        return False
    return True


def drop_the_dead(folder: Path) -> None:
    """Remove what held only while its process lived, of every place that nobody holds any more."""
    for lock_path in folder.glob("*.lock"):
        name = lock_path.stem
        if _held.pid == os.getpid() and name == _held.name:
            continue
        lock = os.open(lock_path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for file in folder.glob(f"gauge_live*_{name}.db"):
                file.unlink(missing_ok=True)
        except BlockingIOError:
            continue  # it lives
        finally:
            os.close(lock)
