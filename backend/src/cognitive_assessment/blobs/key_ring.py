"""The key of each person, wrapped by the master key, beside the blobs and outside the database.

A dump or log of the database therefore never holds a key. Who destroys a person's key here, and its copy among the
backups, makes everything that was ever written under it unreadable, in every backup at once.
"""

from __future__ import annotations

import io
import json
import secrets
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from cognitive_assessment.blobs.keys import DataKey, MasterKey
from cognitive_assessment.blobs.port import BlobStore
from cognitive_assessment.errors import DamagedBlob, Gone, NotFound

WRAPPED_BYTES = MasterKey.WRAPPED_BYTES
_NONCE_BYTES = 12


def place_of(user_id: UUID) -> str:
    """Under which name a blob store keeps a person's wrapped key."""
    return f"keys/{user_id}"


class KeyRing:
    """The persons' keys in one blob store."""

    def __init__(self, store: BlobStore, master_key: MasterKey) -> None:
        self.store = store
        self.master_key = master_key

    def of(self, user_id: UUID) -> DataKey:
        """A person's key; raises `Gone` if there is none, because they were erased."""
        return self.master_key.unwrap(self.wrapped(user_id))

    def wrapped(self, user_id: UUID) -> bytes:
        """A person's key as it is kept."""
        try:
            with self.store.open_stored(place_of(user_id)) as file:
                return file.read(WRAPPED_BYTES + 1)
        except NotFound as error:
            raise Gone("What this person gave can no longer be read: their key was destroyed.") from error

    def ensure(self, user_id: UUID) -> DataKey:
        """A person's key, made if they have none. The caller holds the person's row: two keys would be one too many."""
        if not self.store.has_stored(place_of(user_id), WRAPPED_BYTES):
            self.put(user_id, self.master_key.new_data_key())
        return self.of(user_id)

    def put(self, user_id: UUID, wrapped: bytes) -> None:
        """Keep a wrapped key, whole or not at all, in the place of the one that is there."""
        self.store.put_stored(place_of(user_id), io.BytesIO(wrapped), len(wrapped))

    def destroy(self, user_id: UUID) -> None:
        """Remove a person's key; repeating it is harmless."""
        self.store.delete(place_of(user_id))


def seal_json(data_key: DataKey, name: str, value: Any) -> bytes:
    """JSON under a person's key, bound to the name of its row: nonce, then AES-256-GCM."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + data_key.for_blob(name).encrypt(nonce, json.dumps(value).encode(), name.encode())


def unseal_json(data_key: DataKey, name: str, sealed: bytes) -> Any:
    """The value; raises `DamagedBlob` if it was altered or is of another row."""
    try:
        plain = data_key.for_blob(name).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
    except (InvalidTag, ValueError) as error:
        raise DamagedBlob("A transcript or a drawing is damaged.") from error
    return json.loads(plain)
