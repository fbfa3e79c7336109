"""Folders beside the backups in which a copy of the system stands for a while: a proof, a drill, one for staging."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

# then the number of the process that made it: what it holds is out of reach of an erasure
_NAME = re.compile(r"\.(?:drill|proof|staging)-(\d+)-")


@contextlib.contextmanager
def folder_for(kind: str, backup_dir: Path) -> Iterator[Path]:
    """A folder that is removed at the end; a database server of another user can walk to it meanwhile."""
    remove_left_behind(backup_dir)
    mode = stat.S_IMODE(backup_dir.stat().st_mode)
    try:
        with tempfile.TemporaryDirectory(dir=backup_dir, prefix=f".{kind}-{os.getpid()}-") as made:
            for path in (backup_dir, Path(made)):
                let_walk_through(path)
            yield Path(made)
    finally:
        backup_dir.chmod(mode)


def let_walk_through(path: Path) -> None:
    """Let the server's user pass, where that is another one than we."""
    path.chmod(0o711 if os.geteuid() == 0 else 0o700)


def remove_left_behind(backup_dir: Path) -> None:
    """A process that was killed left its copy of keys and rows behind; one that runs keeps its own."""
    for path in backup_dir.iterdir():
        found = _NAME.match(path.name)
        if found and not psutil.pid_exists(int(found[1])):
            shutil.rmtree(path)
