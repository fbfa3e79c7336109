"""Encrypted blobs as files in the data folder."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import io
import os
import re
import secrets
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from cognitive_assessment.blobs.ciphers import present_version
from cognitive_assessment.blobs.frames import DecryptingFile, count_frames, header, seal, version_of
from cognitive_assessment.blobs.keys import DataKey
from cognitive_assessment.blobs.port import AppendResult
from cognitive_assessment.errors import Conflict, DamagedBlob, InvalidInput, NotFound, StorageFull
from cognitive_assessment.private_files import sync_folder

_KEY = re.compile(r"[a-z]+/[0-9a-f-]{36}")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CHECK_FREE_EVERY_BYTES = 8 << 20
_REMEMBERED_BLOBS = 256


class DiskBlobStore:
    """The blob port on a folder; files have mode 0600 and are on the disk before an append returns."""

    def __init__(self, folder: Path, *, min_free_bytes: int) -> None:
        self.folder = folder
        self.min_free_bytes = min_free_bytes
        self._guard = threading.Lock()
        # how many frames a blob had at its last length: saves walking through a long one at every append
        self._frame_counts: OrderedDict[str, tuple[int, int]] = OrderedDict()

    @contextlib.contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Hold a lock on the file, which a process that ends gives back."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict(
                    "Another request writes to this upload.", remedy="Ask for the offset, then go on."
                ) from None
            yield

    def append(self, key: str, data_key: DataKey, committed_bytes: int, pieces: Iterable[bytes]) -> AppendResult:
        """Add to a blob, as the port says."""
        path = self._path(key)
        try:
            self.require_room(0)
            is_new = not path.exists()
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # unbuffered: a write that fails on a full disk must not be tried again while we cut the file back
            with io.FileIO(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
                number = self._cut(file, key, committed_bytes)
                try:
                    result = self._write(file, key, data_key, number, pieces)
                except BaseException:
                    os.ftruncate(file.fileno(), committed_bytes)
                    raise
            if is_new:
                sync_folder(path.parent)
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull("The server's disk is full.", remedy="Nothing was lost; try again later.") from error
            raise
        return result

    def _cut(self, file: io.FileIO, key: str, committed_bytes: int) -> int:
        """Remove what was never committed; returns the number of the next frame."""
        present = file.seek(0, io.SEEK_END)
        if present < committed_bytes:
            raise DamagedBlob("Less of this recording is on disk than was acknowledged.")
        os.ftruncate(file.fileno(), committed_bytes)
        if committed_bytes == 0:
            return 0
        with self._guard:
            remembered = self._frame_counts.get(key, (0, 0))
        return remembered[1] if remembered[0] == committed_bytes else count_frames(file, committed_bytes)

    def _write(
        self, file: io.FileIO, key: str, data_key: DataKey, number: int, pieces: Iterable[bytes]
    ) -> AppendResult:
        stored = file.seek(0, io.SEEK_END)
        received = unchecked = 0
        version = version_of(file) if stored else present_version()
        file.seek(stored)
        if stored == 0:
            stored += _write_all(file, header(version))
        for frame, plain_bytes in seal(key, data_key, number, pieces, version=version):
            stored += _write_all(file, frame)
            number += 1
            received += plain_bytes
            unchecked += plain_bytes
            if unchecked >= _CHECK_FREE_EVERY_BYTES:
                self.require_room(0)
                unchecked = 0
        os.fsync(file.fileno())
        self._remember(key, stored, number)
        return AppendResult(stored_bytes=stored, received_bytes=received)

    def _remember(self, key: str, stored_bytes: int, frame_count: int) -> None:
        with self._guard:
            self._frame_counts[key] = (stored_bytes, frame_count)
            self._frame_counts.move_to_end(key)
            if len(self._frame_counts) > _REMEMBERED_BLOBS:
                self._frame_counts.popitem(last=False)

    def open(self, key: str, data_key: DataKey, stored_bytes: int) -> BinaryIO:
        """The plain bytes as a file."""
        return io.BufferedReader(self._decrypting(key, data_key, stored_bytes))

    def size(self, key: str, data_key: DataKey, stored_bytes: int) -> int:
        """How many plain bytes a blob holds."""
        with contextlib.closing(self._decrypting(key, data_key, stored_bytes)) as file:
            return file.plain_bytes

    def _decrypting(self, key: str, data_key: DataKey, stored_bytes: int) -> DecryptingFile:
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError as error:
            raise NotFound("The recording is not on this disk.") from error
        try:
            return DecryptingFile(file, key, data_key, stored_bytes)
        except DamagedBlob:
            file.close()
            raise

    def open_stored(self, key: str) -> BinaryIO:
        """The encrypted bytes."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as error:
            raise NotFound("The recording is not on this disk.") from error

    def has_stored(self, key: str, stored_bytes: int) -> bool:
        """Whether that much of the file is there."""
        path = self._path(key)
        return path.exists() and path.stat().st_size >= stored_bytes

    def put_stored(self, key: str, source: BinaryIO, stored_bytes: int) -> str:
        """Copy into a file beside the place, and move it there when it is safely on the disk.

        Of two that do so at once, in whatever processes, one waits for the other.
        """
        path = self._path(key)
        self.require_room(stored_bytes)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        making = path.with_name(f".{path.name}.making")
        try:
            with _alone_making(making) as file:
                digest = _copy(source, file, stored_bytes)
                os.fsync(file.fileno())
                making.replace(path)
            sync_folder(path.parent)
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull("The disk of the copies is full.", remedy="Make room on it.") from error
            raise
        return digest

    def listed(self, kind: str) -> list[str]:
        """Every whole file of a kind; one that is being made has another name."""
        found = (f"{kind}/{path.name}" for path in (self.folder / kind).glob("*/*"))
        return sorted(key for key in found if _KEY.fullmatch(key))

    def delete(self, key: str) -> None:
        """Remove a blob."""
        self._path(key).unlink(missing_ok=True)
        with self._guard:
            self._frame_counts.pop(key, None)

    def probe(self) -> None:
        """Write, read and remove a small file beside the blobs."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f".probe-{secrets.token_hex(8)}"
        content = secrets.token_bytes(64)
        try:
            path.write_bytes(content)
            if path.read_bytes() != content:
                raise DamagedBlob("The recordings' disk does not give back what was written.")
        finally:
            path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise InvalidInput("This is not the key of a blob.", field="key")
        kind, name = key.split("/")
        return self.folder / kind / name[:2] / name

    def require_room(self, wanted_bytes: int) -> None:
        """Raise `StorageFull` if `wanted_bytes` more would leave less than the reserve free."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(self.folder).free - wanted_bytes < self.min_free_bytes:
            raise StorageFull("The server's disk is almost full.", remedy="Nothing was lost; try again later.")


@contextlib.contextmanager
def _alone_making(path: Path) -> Iterator[io.FileIO]:
    """An empty file that nobody else writes to, removed if this fails; what a killed writer has left is emptied."""
    while True:
        with io.FileIO(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not _is_still_at(file, path):
                continue  # whoever had it has put it in its place meanwhile, or removed it
            try:
                os.ftruncate(file.fileno(), 0)
                yield file
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            return


def _is_still_at(file: io.FileIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _write_all(file: io.FileIO, content: bytes) -> int:
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
    return len(content)


def _copy(source: BinaryIO, target: io.FileIO, size_bytes: int) -> str:
    digest = hashlib.sha256()
    while size_bytes and (piece := source.read(min(1 << 20, size_bytes))):
        _write_all(target, piece)
        digest.update(piece)
        size_bytes -= len(piece)
    if size_bytes:
        raise DamagedBlob("Less of this recording is there than was acknowledged.")
    return digest.hexdigest()
