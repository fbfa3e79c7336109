"""Keys: a master key wraps a data key for each participant; each blob is encrypted under a key derived from that.

To erase a person is to destroy their wrapped data key: what is on disk, and in backups, can then be read by nobody.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cognitive_assessment.blobs.ciphers import KEY_BYTES, NONCE_BYTES, TAG_BYTES, BlobCipher, RowCipher
from cognitive_assessment.errors import DamagedBlob, InvalidSettings, Unavailable
from cognitive_assessment.private_files import make_private

_WRAP_FORMAT = b"cas-key-1"
_KEY_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class DataKey:
    """A participant's key, unwrapped, with the keys of before, newest first; never stored, never shown."""

    secret: bytes
    older: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        return "DataKey(***)"

    def for_blob(self, key: str, version: int) -> BlobCipher:
        """What seals and opens a blob whose header names this cipher."""
        return BlobCipher((self.secret, *self.older), key, version)

    def for_row(self, name: str) -> RowCipher:
        """What seals and opens a value in a row."""
        return RowCipher((self.secret, *self.older), name)

    def renewed(self) -> DataKey:
        """The same with a new key in force."""
        return DataKey(secrets.token_bytes(KEY_BYTES), (self.secret, *self.older))

    def for_outbox(self, session_id: UUID) -> bytes:
        """What a browser seals with what it keeps of one session; it opens nothing that is kept here.

        From the person's first key, so that what waits in a browser can still be opened after a new one was made.
        """
        first = (self.secret, *self.older)[-1]
        info = b"cas-outbox-1:" + session_id.bytes
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(first)

    def for_devices(self) -> bytes:
        """What signs that this person has signed in on a device; it opens nothing."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"cas-device-1").derive(self.secret)


class MasterKey:
    """Wraps and unwraps data keys."""

    WRAPPED_BYTES = len(_WRAP_FORMAT) + _KEY_ID_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise InvalidSettings(f"The master key has {len(secret)} bytes; it must have {KEY_BYTES}.")
        self._cipher = AESGCM(secret)
        self.key_id = hashlib.sha256(b"cas-master-key-id:" + secret).digest()[:_KEY_ID_BYTES]

    @property
    def mark(self) -> bytes:
        """With what every data key begins that this master key has wrapped."""
        return _WRAP_FORMAT + self.key_id

    def new_data_key(self) -> bytes:
        """A new random data key, wrapped for keeping."""
        return self.wrap(DataKey(secrets.token_bytes(KEY_BYTES)))

    def wrap(self, data_key: DataKey) -> bytes:
        """A data key for keeping: format, this master key's id, nonce, sealed key; then the same of each older one."""
        return b"".join(self._wrap(secret) for secret in (data_key.secret, *data_key.older))

    def _wrap(self, secret: bytes) -> bytes:
        nonce, head = secrets.token_bytes(NONCE_BYTES), self.mark
        return head + nonce + self._cipher.encrypt(nonce, secret, head)

    def unwrap(self, wrapped: bytes) -> DataKey:
        """One data key; raises `Unavailable` while another master key is in force, `DamagedBlob` if it was altered."""
        head, rest = wrapped[: len(_WRAP_FORMAT) + _KEY_ID_BYTES], wrapped[len(_WRAP_FORMAT) + _KEY_ID_BYTES :]
        if not head.startswith(_WRAP_FORMAT):
            raise DamagedBlob("A participant's key is in an unknown format.")
        if head != self.mark:
            raise Unavailable(
                "A participant's key was wrapped by another master key.",
                remedy="Give the system the master key under which its data was written.",
            )
        try:
            return DataKey(self._cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head))
        except (InvalidTag, ValueError) as error:
            raise DamagedBlob("A participant's key is damaged.") from error


def load_master_key(path: Path) -> MasterKey:
    """Read the key file, making it first where there is none; raises `InvalidSettings` if others may read it."""
    key = read_master_key(path)
    if key is None:
        make_private(path, secrets.token_hex(KEY_BYTES))  # of two that start at once, one key stays
        key = read_master_key(path)
    if key is None:
        raise InvalidSettings(f"{path} was removed.", remedy="Put back the key under which the data was written.")
    return key


def read_master_key(path: Path) -> MasterKey | None:
    """Read a key file if there is one; raises `InvalidSettings` if others may read it, or it holds no key."""
    try:
        with path.open() as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise InvalidSettings(f"{path} can be read by others.", remedy=f"chmod 600 {path}")
            text = file.read()
    except FileNotFoundError:
        return None
    try:
        return MasterKey(bytes.fromhex(text.strip()))
    except ValueError as error:
        raise InvalidSettings(
            f"{path} does not hold a master key.", remedy="Put back the key under which the data was written."
        ) from error
