"""The authenticated ciphers, each by the number under which stored bytes name it: all of them read, the set one writes.

Under a person's key every blob and every row has a key of its own, another one for each cipher. A person may have older
keys beside the one in force, from before a new one was made: what they have sealed opens, and nothing more is sealed.
"""

from __future__ import annotations

import contextlib
import secrets
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cognitive_assessment.config import CIPHERS, settings

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
_ROW = b"CASR"
_AES_256_GCM = 1
VERSIONS = frozenset(range(1, len(CIPHERS) + 1))


class _Cipher(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


def present_version() -> int:
    """The number of the cipher that the settings name for what is written from now on."""
    return CIPHERS.index(settings().cipher) + 1


def _derived(secret: bytes, name: str, version: int) -> _Cipher:
    info = f"cas-blob-{version}:{name}".encode()
    key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)
    return AESGCM(key) if version == _AES_256_GCM else ChaCha20Poly1305(key)


class BlobCipher:
    """The cipher of one blob: its own key, so that its random nonces never meet another blob's."""

    def __init__(self, keys: tuple[bytes, ...], name: str, version: int) -> None:
        self._keys = keys
        self._name = name
        self._version = version
        self._made: list[_Cipher] = []

    def _of(self, number: int) -> _Cipher:
        while len(self._made) <= number:
            self._made.append(_derived(self._keys[len(self._made)], self._name, self._version))
        return self._made[number]

    def encrypt(self, nonce: bytes, plain: bytes, associated: bytes) -> bytes:
        """Sealed by the key in force."""
        return self._of(0).encrypt(nonce, plain, associated)

    def decrypt(self, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
        """The plain bytes, by whichever key has sealed them; raises `InvalidTag`."""
        for number in range(len(self._keys) - 1):
            with contextlib.suppress(InvalidTag):
                return self._of(number).decrypt(nonce, sealed, associated)
        return self._of(len(self._keys) - 1).decrypt(nonce, sealed, associated)


class RowCipher:
    """The cipher of a value in a row: nonce, then AES-256-GCM; by another cipher `CASR` and its number come first.

    So what AES-256-GCM has sealed is what a release without any other cipher wrote, and can be read by it.
    """

    def __init__(self, keys: tuple[bytes, ...], name: str) -> None:
        self._keys = keys
        self._name = name

    def _of(self, version: int) -> BlobCipher:
        return BlobCipher(self._keys, self._name, version)

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """The value as it is kept, bound to what it is `about`."""
        version = present_version()
        head, nonce = _head(version), secrets.token_bytes(NONCE_BYTES)
        return head + nonce + self._of(version).encrypt(nonce, plain, head + about)

    def unseal(self, sealed: bytes, about: bytes) -> bytes:
        """The value; raises `InvalidTag` or `ValueError` if it was altered, or is about something else."""
        return self._opened(sealed, about)[0]

    def _opened(self, sealed: bytes, about: bytes) -> tuple[bytes, int]:
        """The value, and the number of its cipher."""
        for version in VERSIONS - {_AES_256_GCM}:
            head = _head(version)
            if sealed.startswith(head):
                nonce, rest = sealed[len(head) :][:NONCE_BYTES], sealed[len(head) + NONCE_BYTES :]
                with contextlib.suppress(InvalidTag, ValueError):  # a nonce may look so as well, once in 2^40
                    return self._of(version).decrypt(nonce, rest, head + about), version
        return self._of(_AES_256_GCM).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about), _AES_256_GCM

    def sealed_anew(self, sealed: bytes, about: bytes) -> bytes | None:
        """The same value by the present cipher and the key in force, or nothing where it is so; raises as `unseal`."""
        plain, version = self._opened(sealed, about)
        if version == present_version():
            with contextlib.suppress(InvalidTag, ValueError):
                RowCipher(self._keys[:1], self._name).unseal(sealed, about)
                return None
        return self.seal(plain, about)


def _head(version: int) -> bytes:
    return b"" if version == _AES_256_GCM else _ROW + bytes([version])
