"""Two ciphers side by side: what each has written is read, a blob keeps its own, and none is taken for the other."""

from __future__ import annotations

import json
import secrets
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cognitive_assessment import config
from cognitive_assessment.blobs import DataKey, seal_json, unseal_json
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.errors import DamagedBlob, InvalidSettings

PLACE = f"recordings/{uuid.UUID(int=1)}"
CONTENT = secrets.token_bytes(150_000)


@pytest.fixture
def use(monkeypatch):
    def change(cipher: str) -> None:
        monkeypatch.setenv("CAS_CIPHER", cipher)
        config.settings.cache_clear()

    yield change
    config.settings.cache_clear()


@pytest.fixture
def store(tmp_path):
    return DiskBlobStore(tmp_path, min_free_bytes=0)


def head(store: DiskBlobStore) -> bytes:
    with store.open_stored(PLACE) as file:
        return file.read(5)


@pytest.mark.parametrize(("first", "then", "number"), [(*config.CIPHERS, 1), (*config.CIPHERS[::-1], 2)])
def test_a_blob_keeps_the_cipher_with_which_it_was_begun(store, use, first, then, number):
    key = DataKey(secrets.token_bytes(32))
    use(first)
    begun = store.append(PLACE, key, 0, [CONTENT])
    use(then)
    whole = DiskBlobStore(store.folder, min_free_bytes=0).append(PLACE, key, begun.stored_bytes, [b"and the end"])
    assert head(store) == b"CASB" + bytes([number])
    with store.open(PLACE, key, whole.stored_bytes) as file:
        assert file.read() == CONTENT + b"and the end"
    assert seal_json(key, "drawings/1", [1]).startswith(b"CASR\x02") == (number == 1)


@pytest.mark.parametrize("cipher", config.CIPHERS)
def test_what_was_altered_or_names_another_cipher_is_refused(store, use, cipher):
    use(cipher)
    key = DataKey(secrets.token_bytes(32))
    stored = store.append(PLACE, key, 0, [CONTENT]).stored_bytes
    sealed = seal_json(key, "drawings/1", [1])
    (path,) = store.folder.glob("recordings/*/*")
    right = path.read_bytes()
    for at, change in ((4, 3), (4, 255), (9, 1), (25, 1), (stored - 1, 1)):
        path.write_bytes(right[:at] + bytes([right[at] ^ change]) + right[at + 1 :])
        with pytest.raises(DamagedBlob), store.open(PLACE, key, stored) as file:
            file.read()
    for at in range(len(sealed)):
        with pytest.raises(DamagedBlob):
            unseal_json(key, "drawings/1", sealed[:at] + bytes([sealed[at] ^ 3]) + sealed[at + 1 :])
    with pytest.raises(DamagedBlob):
        unseal_json(key, "drawings/2", sealed)


def test_a_row_by_aes_is_as_it_always_was_and_is_read_under_any_setting(use):
    """Written here with the libraries alone."""
    key = DataKey(secrets.token_bytes(32))
    info = b"cas-blob-1:drawings/1"
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key.secret)
    for nonce in (secrets.token_bytes(12), b"CASR\x02" + secrets.token_bytes(7)):
        sealed = nonce + AESGCM(derived).encrypt(nonce, json.dumps([1]).encode(), b"drawings/1")
        for cipher in config.CIPHERS:
            use(cipher)
            assert unseal_json(key, "drawings/1", sealed) == [1]
            assert unseal_json(key.renewed(), "drawings/1", sealed) == [1]


def test_frames_under_an_older_key_and_a_newer_one_are_one_blob(store):
    old = DataKey(secrets.token_bytes(32))
    begun = store.append(PLACE, old, 0, [CONTENT])
    new = old.renewed()
    whole = store.append(PLACE, new, begun.stored_bytes, [b"and the end"])
    with store.open(PLACE, new, whole.stored_bytes) as file:
        assert file.read() == CONTENT + b"and the end"
    for alone in (old, DataKey(new.secret)):
        with pytest.raises(DamagedBlob), store.open(PLACE, alone, whole.stored_bytes) as file:
            file.read()


def test_a_cipher_that_is_not_there_stops_the_start():
    with pytest.raises(InvalidSettings, match="CAS_CIPHER='AES-128-CBC': one of AES-256-GCM, ChaCha20-Poly1305"):
        config.build({"CAS_CIPHER": "AES-128-CBC"})
