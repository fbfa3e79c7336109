"""Small files that only the system may read, replaced whole or not at all, and safely on the disk."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Put a file of mode 0600 in the place of the one that is there; it is safely on disk when this returns."""
    making = path.with_name(f".{path.name}.making")
    making.unlink(missing_ok=True)  # what a writer that was killed has left
    _write_new(making, text)
    making.replace(path)
    sync_folder(path.parent)


def make_private(path: Path, text: str) -> None:
    """The same where there is none; one that is there stays, and of two that are made at once, one."""
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write_new(waiting, text)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(waiting, path)
    finally:
        waiting.unlink()
    sync_folder(path.parent)


def append_private(path: Path, text: str) -> None:
    """Add lines to a file of mode 0600, made where there is none; they are safely on disk when this returns.

    What a process that was killed has left of a line stays a line of its own.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        is_torn = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"
        file.write(b"\n" * is_torn + text.encode())
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def read_private(path: Path) -> str | None:
    """The text of a file, or nothing where there is none."""
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


def sync_folder(folder: Path) -> None:
    """A new file's name is on the disk only once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_new(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
