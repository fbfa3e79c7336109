"""The key of each person, wrapped by the master key, beside the blobs and outside the database.

A dump or log of the database therefore never holds a key. Who destroys a person's key here, and its copy among the
backups, makes everything that was ever written under it unreadable, in every backup at once.
"""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from cognitive_assessment.blobs.keys import DataKey, MasterKey
from cognitive_assessment.blobs.master_keys import MasterKeys, each_wrapped
from cognitive_assessment.blobs.port import BlobStore
from cognitive_assessment.errors import DamagedBlob, Gone, NotFound

WRAPPED_BYTES = MasterKey.WRAPPED_BYTES
_MOST_BYTES = 1 << 20  # many thousand keys of one person


def place_of(user_id: UUID) -> str:
    """Under which name a blob store keeps a person's wrapped key."""
    return f"keys/{user_id}"


class KeyRing:
    """The persons' keys in one blob store."""

    def __init__(self, store: BlobStore, master_keys: MasterKeys) -> None:
        self.store = store
        self.master_keys = master_keys

    def of(self, user_id: UUID) -> DataKey:
        """A person's key; raises `Gone` if there is none, because they were erased."""
        return self.master_keys.unwrap(self.wrapped(user_id))

    def wrapped(self, user_id: UUID) -> bytes:
        """A person's key as it is kept, followed by those of before."""
        for is_last in (False, True):
            try:
                with self.store.open_stored(place_of(user_id)) as file:
                    return file.read(_MOST_BYTES)
            except NotFound as error:
                if is_last:  # a bucket was listed just before the key in it was replaced, unless it is gone twice
                    raise Gone("What this person gave can no longer be read: their key was destroyed.") from error
        raise AssertionError

    def ensure(self, user_id: UUID) -> DataKey:
        """A person's key, made if they have none; for a person of whom nothing is kept yet, whose row the caller holds.

        Whoever has given something has `of`: a second key would hide that the first one is missing. Raises
        `DamagedBlob` for a key that is there and not whole.
        """
        if not self.store.has_stored(place_of(user_id), 1):
            with self.master_keys.held() as master_key:
                self.put(user_id, master_key.new_data_key())
        return self.of(user_id)

    def destroy(self, user_id: UUID) -> None:
        """Remove a person's key; repeating it is harmless."""
        with self.master_keys.held():
            self.store.delete(place_of(user_id))

    def wrap_anew(self, user_id: UUID) -> bool:
        """Bring a person's key under the present master key; returns false if it is, or was destroyed meanwhile."""
        if not self.needs_older(user_id):
            return False
        with self.master_keys.alone():
            if not self.needs_older(user_id):
                return False
            self.put(user_id, self.master_keys.current.wrap(self.of(user_id)))
        return True

    def renew(self, user_id: UUID) -> None:
        """Put a new key in force; the one of before goes on opening what it has sealed. Raises as `of`."""
        with self.master_keys.alone():
            self.put(user_id, self.master_keys.current.wrap(self.of(user_id).renewed()))

    def needs_older(self, user_id: UUID) -> bool:
        """Whether a person's key can be opened by an older master key alone."""
        try:
            wrapped = self.wrapped(user_id)
        except Gone:
            return False
        marks = tuple(key.mark for key in self.master_keys.older)
        return any(one.startswith(marks) for one in each_wrapped(wrapped))

    def everybody(self) -> list[UUID]:
        """Everybody whose key is here."""
        return [UUID(key.partition("/")[2]) for key in self.store.listed("keys")]

    def put(self, user_id: UUID, wrapped: bytes) -> None:
        """Keep a wrapped key, whole or not at all, in the place of the one that is there."""
        self.store.put_stored(place_of(user_id), io.BytesIO(wrapped), len(wrapped))


def seal_json(data_key: DataKey, name: str, value: Any) -> bytes:
    """JSON under a person's key, bound to the name of its row."""
    return data_key.for_row(name).seal(json.dumps(value).encode(), name.encode())


def unseal_json(data_key: DataKey, name: str, sealed: bytes) -> Any:
    """The value; raises `DamagedBlob` if it was altered or is of another row."""
    try:
        plain = data_key.for_row(name).unseal(sealed, name.encode())
    except (InvalidTag, ValueError) as error:
        raise DamagedBlob("What was said, written or drawn here is damaged.") from error
    return json.loads(plain)
