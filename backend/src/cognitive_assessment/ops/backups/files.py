"""Backups as folders: which there are, what each says of itself, who may write, which are kept."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import fcntl
import hashlib
import hmac
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pyrage
from pyrage.x25519 import Identity

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Conflict, DamagedBackup, InvalidSettings, NotFound, Unavailable
from cognitive_assessment.private_files import make_private, read_private, write_private

DUMP, BLOBS, MANIFEST = "database.dump.age", "blobs.jsonl", "manifest.json"
FORMAT = 1
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
IDENTITY_FILE = "backup-identity.txt"
_NAME = "%Y%m%dT%H%M%SZ"
INCOMPLETE = 3  # how `cas backup` ends where it made one, without all that belongs to it
ALL_OF = dt.timedelta(hours=24)
KEPT = {"hourly": 48, "daily": 30, "monthly": 12}
_PERIODS = {"hourly": "%Y%m%d%H", "daily": "%Y%m%d", "monthly": "%Y%m"}


@dataclass(frozen=True, slots=True)
class Backup:
    """One whole backup: its folder and what its manifest says."""

    path: Path
    manifest: dict[str, Any]

    @property
    def created_at(self) -> dt.datetime:
        """The moment of its snapshot, as its name says."""
        return created_at(self.path)


def created_at(path: Path) -> dt.datetime:
    """The moment that the name of a backup's folder says."""
    return dt.datetime.strptime(path.name, _NAME).replace(tzinfo=dt.UTC)


def moment_of(name: str) -> dt.datetime | None:
    """The moment that a name says, if it is the name of one."""
    try:
        return dt.datetime.strptime(name, _NAME).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def name_at(moment: dt.datetime) -> str:
    """The folder name of a backup of this moment."""
    return moment.strftime(_NAME)


def is_beside_the_data(settings: Settings) -> bool:
    """Whether one disk holds the data and the backups, so that its loss would be that of both."""
    data, backups = (
        next(part for part in (folder, *folder.parents) if part.exists())
        for folder in (settings.data_dir.absolute(), settings.backup_dir.absolute())
    )
    return data.stat().st_dev == backups.stat().st_dev


def identity_of(data_dir: Path, given: str | None) -> Identity:
    """The age identity to which backups are encrypted: the one given, or one that the first backup makes."""
    return identities_of(data_dir, given)[0]


def identities_of(data_dir: Path, given: str | None) -> tuple[Identity, ...]:
    """The identity to which backups are encrypted, then those of earlier backups, which it only opens."""
    text = given or read_private(data_dir / IDENTITY_FILE)
    if text is None:
        data_dir.mkdir(parents=True, exist_ok=True)
        text = f"{Identity.generate()}\n"
        make_private(data_dir / IDENTITY_FILE, text)
        text = (data_dir / IDENTITY_FILE).read_text()  # of two that are made at once, one stays
    try:
        found = tuple(Identity.from_str(line) for line in text.replace(",", " ").split())
    except pyrage.IdentityError:
        found = ()
    if not found:
        raise InvalidSettings(
            "The identity of the backups is no age identity.",
            remedy=f"Put back {data_dir / IDENTITY_FILE}, or set CAS_BACKUP_IDENTITY to it (AGE-SECRET-KEY-...).",
        )
    return found


def kept_identities(data_dir: Path, given: str | None) -> tuple[Identity, ...]:
    """The identities if there are any already; looking makes none."""
    return identities_of(data_dir, given) if given or (data_dir / IDENTITY_FILE).exists() else ()


def listed(folder: Path) -> list[Path]:
    """The folders of all whole backups, oldest first; one that is being made has another name."""
    if not folder.is_dir():
        return []
    found = []
    for path in folder.iterdir():
        with contextlib.suppress(ValueError):
            created_at(path)
            found.append(path)
    return sorted(found)


def open_backup(folder: Path, name: str | None, *identities: Identity) -> Backup:
    """The named backup, or the newest, once its manifest is known to be ours.

    Raises `NotFound`, or `DamagedBackup` with what is wrong with it.
    """
    chosen = next((path for path in reversed(listed(folder)) if name in {None, path.name}), None)
    if chosen is None:
        what = f"There is no backup {name}" if name else "There is no backup"
        raise NotFound(f"{what} in {folder}.", remedy="`cas backup` makes one; `cas backup status` lists them.")
    document = read_signed(chosen / MANIFEST, *identities)
    if document.get("format") != FORMAT:
        raise DamagedBackup(f"{chosen.name} has the format {document.get('format')}, not {FORMAT}.")
    if (own := document.get("name", chosen.name)) != chosen.name:
        raise DamagedBackup(
            f"{chosen.name} is the backup of another moment: its manifest says {own}.",
            remedy=f"Give its folder the name {own} again, or choose another backup; `cas backup status` lists them.",
        )
    return Backup(chosen, document)


def write_signed(path: Path, document: dict[str, Any], identity: Identity) -> None:
    """Write a document with a signature that only the holder of the identity can make."""
    write_private(path, json.dumps({**document, "signature": _signature(document, identity)}, indent=1) + "\n")


def read_signed(path: Path, *identities: Identity) -> dict[str, Any]:
    """The document, once its signature is right by one of the identities; raises `DamagedBackup`."""
    where = f"{path.parent.name}/{path.name}"
    try:
        document: dict[str, Any] = json.loads(path.read_text())
        signature = document.pop("signature")
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise DamagedBackup(f"{where} is missing or cannot be read.") from error
    if not any(hmac.compare_digest(str(signature), _signature(document, one)) for one in identities):
        raise DamagedBackup(
            f"{where} was altered, or made with another identity than this system's.",
            remedy="Set CAS_BACKUP_IDENTITY to the identity that the backup was made with.",
        )
    return document


def _signature(document: dict[str, Any], identity: Identity) -> str:
    key = hashlib.sha256(b"cas backup signature\0" + str(identity).encode()).digest()
    return hmac.new(key, json.dumps(document, sort_keys=True).encode(), hashlib.sha256).hexdigest()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Only one at a time works on the backups; raises `Conflict` for the second, `Unavailable` if nobody can."""
    with _opened_lock(folder) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Conflict(
                f"Another backup or restore is running (process {lock.read().strip() or 'unknown'}).",
                remedy="Wait until it has ended.",
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _opened_lock(folder: Path) -> TextIO:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return (folder / ".lock").open("a+")
    except OSError as error:
        raise Unavailable(
            f"The folder of the backups, {folder}, cannot be written to: {error.strerror}.",
            remedy="Mount its disk or make it writable; CAS_BACKUP_DIR names it.",
        ) from error


def is_full(error: Exception) -> bool:
    """Whether there was no room; encryption, and the programs of PostgreSQL, tell of it in words alone."""
    told = str(error)
    is_numbered = any(int(number) in _FULL for number in re.findall(r"Errno (\d+)", told))
    return is_numbered or any(os.strerror(number) in told for number in _FULL)


def prune(folder: Path) -> list[Path]:
    """Remove the backups that no rule keeps; returns them."""
    found = listed(folder)
    keep = set(kept(found))
    gone = [path for path in found if path not in keep]
    for path in gone:
        shutil.rmtree(path)
    return gone


def kept(paths: Sequence[Path]) -> list[Path]:
    """Those of the 24 hours before the newest, and the newest of each of the last 48 hours, 30 days and 12 months."""
    keep = {path for path in paths if created_at(path) > created_at(paths[-1]) - ALL_OF}
    for period, count in KEPT.items():
        newest: dict[str, Path] = {created_at(path).strftime(_PERIODS[period]): path for path in paths}
        keep.update(path for _, path in sorted(newest.items())[-count:])
    return sorted(keep)


def sha256_of(chunks: Iterable[bytes]) -> str:
    """The SHA-256 of a stream, in hex."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def chunks_of(path: Path) -> Iterator[bytes]:
    """A file, a megabyte at a time."""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk
