"""The master key in force and, while it is being replaced, the one before it: both open, only the newer one wraps.

The keys come from two files in the data folder, or from the settings. Files may be exchanged while processes run, so a
process that meets a key it does not know reads them again. Whoever wraps, replaces or destroys a person's key holds a
lock: no key is wrapped by a master key that is being retired, and none comes back that was destroyed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from cognitive_assessment.blobs.ciphers import KEY_BYTES
from cognitive_assessment.blobs.keys import (
    DataKey,
    MasterKey,
    load_master_key,
    read_master_key,
)
from cognitive_assessment.errors import InvalidInput, InvalidSettings
from cognitive_assessment.private_files import write_private

FILE = "master.key"
FILE_BEFORE = "master.key.before"
_LOCK = "master.key.lock"


def each_wrapped(wrapped: bytes) -> list[bytes]:
    """The wrapped keys of one person, the one in force first."""
    size = MasterKey.WRAPPED_BYTES
    return [wrapped[start : start + size] for start in range(0, max(len(wrapped), 1), size)]


class MasterKeys:
    """The master keys of one data folder; the first one is there before anything is read or wrapped."""

    def __init__(self, folder: Path, given: bytes | None = None, given_before: bytes | None = None) -> None:
        self.folder = folder
        self.given = given
        self.given_before = given_before
        self._known: tuple[MasterKey, ...] = ()

    @property
    def current(self) -> MasterKey:
        """The key that wraps; raises `InvalidSettings` if there is none."""
        return self._keys()[0]

    @property
    def older(self) -> tuple[MasterKey, ...]:
        """Keys that still open what they have wrapped."""
        return self._keys()[1:]

    def _keys(self) -> tuple[MasterKey, ...]:
        self._known = self._known or self._read()
        return self._known

    def unwrap(self, wrapped: bytes) -> DataKey:
        """A person's key with the older ones, by whichever master key wrapped each; raises as `MasterKey.unwrap`."""
        keys = [(self._who_wrapped(one) or self.current).unwrap(one) for one in each_wrapped(wrapped)]
        return DataKey(keys[0].secret, tuple(key.secret for key in keys[1:]))

    def _who_wrapped(self, wrapped: bytes) -> MasterKey | None:
        for _ in range(2):
            for key in self._keys():
                if wrapped.startswith(key.mark):
                    return key
            self._known = self._read()
        return None

    @contextlib.contextmanager
    def held(self) -> Iterator[MasterKey]:
        """The key that wraps; it stays the one as long as this lasts."""
        with self._lock(fcntl.LOCK_SH):
            self._known = self._read()
            yield self.current

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else wraps, replaces or destroys a key as long as this lasts."""
        with self._lock(fcntl.LOCK_EX):
            self._known = self._read()
            yield

    def begin_exchange(self) -> bool:
        """Put a new key into force beside the present one; returns false if that has happened already.

        Broken off at any point, both keys are on the disk. Raises `InvalidInput` where the settings give the key.
        """
        if self.given is not None:
            if self.given_before is None:
                raise InvalidInput(
                    "The master key is given by CAS_MASTER_KEY, so it is exchanged where that is kept.",
                    remedy="Set CAS_MASTER_KEY to a new one (`cas secrets generate`) and CAS_MASTER_KEY_BEFORE to the "
                    "present one, restart, and repeat this.",
                )
            return False
        path, before = self.folder / FILE, self.folder / FILE_BEFORE
        with self.alone():
            present = load_master_key(path)
            kept = read_master_key(before)
            if kept is not None and kept.mark != present.mark:
                return False
            write_private(before, path.read_text())
            write_private(path, secrets.token_hex(KEY_BYTES))
            self._known = self._read()
        return True

    def retire(self) -> None:
        """Remove the file of the old key; the caller is alone and has seen that nothing needs it."""
        (self.folder / FILE_BEFORE).unlink(missing_ok=True)
        self._known = self._read()

    def _read(self) -> tuple[MasterKey, ...]:
        first = MasterKey(self.given) if self.given is not None else read_master_key(self.folder / FILE)
        if first is None:  # one that was made here would open nothing, and hide that the right one is missing
            raise InvalidSettings(
                f"There is no master key in {self.folder}.",
                remedy="Put it back from where you keep it, or set CAS_MASTER_KEY to it. The first `cas serve` of a "
                "system makes its own.",
            )
        keys = [first]
        before = read_master_key(self.folder / FILE_BEFORE)  # which may be retired just now
        if before is not None:
            keys.append(before)
        if self.given_before is not None:
            keys.append(MasterKey(self.given_before))
        return (keys[0], *(key for key in keys[1:] if key.mark != keys[0].mark))

    @contextlib.contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        try:
            file = os.fdopen(os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600), "w")
        except OSError as error:
            raise InvalidSettings(
                f"{self.folder} cannot be written to: {error.strerror}.", remedy="CAS_DATA_DIR names the data folder."
            ) from error
        with file:
            fcntl.flock(file, kind)
            yield
