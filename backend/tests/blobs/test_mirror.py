"""Two stores of the recordings: what is in both, what happens when one is lost, damaged or away."""

from __future__ import annotations

import concurrent.futures
import io
import os
import secrets
import shutil
import uuid
from typing import BinaryIO

import numpy as np
import pytest

from buckets import running_bucket
from cognitive_assessment import blobs, config
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.blobs.keys import MasterKey
from cognitive_assessment.blobs.mirror import BROUGHT_BACK, COPIED, EQUAL, LOST, MirroredBlobStore
from cognitive_assessment.errors import DamagedBlob, NotFound, Unavailable
from cognitive_assessment.jobs import playback
from cognitive_assessment.speech.decode import decode

AWAY = "s3://tester:secret-of-nobody@127.0.0.1:9/second"


@pytest.fixture(params=["folder", "bucket"])
def both(request, data_dir, tmp_path_factory, monkeypatch):
    """The store of the settings, with a second one on another disk, or in a bucket over HTTP."""

    def bound(place: str) -> MirroredBlobStore:
        monkeypatch.setenv("CAS_BLOB_MIRROR", place)
        config.settings.cache_clear()
        found = blobs.mirrored()
        assert found is not None
        return found

    if request.param == "folder":
        yield bound(str(tmp_path_factory.mktemp("second")))
        return
    with running_bucket() as (given, _):
        host = given["CAS_S3_ENDPOINT"].removeprefix("http://")
        yield bound(f"s3://tester:{given['CAS_S3_SECRET_ACCESS_KEY']}@{host}/{given['CAS_S3_BUCKET']}")


@pytest.fixture
def data_key():
    master = MasterKey(secrets.token_bytes(32))
    return master.unwrap(master.new_data_key())


def new_key() -> str:
    return f"recordings/{uuid.uuid4()}"


def bytes_of(store, key) -> bytes:
    with store.open_stored(key) as file:
        return file.read()


def test_a_whole_blob_is_copied_as_it_is_and_found_equal_by_hash_from_then_on(both, data_key):
    key, content = new_key(), secrets.token_bytes(200_000)
    stored = both.append(key, data_key, 0, [content[:70_000]]).stored_bytes
    stored = both.append(key, data_key, stored, [content[70_000:]]).stored_bytes
    assert [both.mirror(key, stored, data_key) for _ in range(2)] == [COPIED, EQUAL]
    assert bytes_of(both.first, key) == bytes_of(both.second, key)
    with both.second.open(key, data_key, stored) as file:
        assert file.read() == content


def test_when_the_first_store_is_lost_the_second_gives_everything_and_fills_it_again(both, data_key, data_dir):
    key, wrapped = new_key(), f"keys/{uuid.uuid4()}"
    stored = both.append(key, data_key, 0, [b"said once"]).stored_bytes
    both.mirror(key, stored, data_key)
    both.put_stored(wrapped, io.BytesIO(b"a wrapped key"), 13)
    shutil.rmtree(data_dir / "blobs")
    with both.open(key, data_key, stored) as file:
        assert file.read() == b"said once"
    assert both.size(key, data_key, stored) == 9
    assert both.has_stored(wrapped, 13)
    assert both.listed("keys") == [wrapped]
    assert [both.mirror(wrapped, 13), both.mirror(key, stored, data_key)] == [BROUGHT_BACK] * 2
    assert bytes_of(both.first, key) == bytes_of(both.second, key)
    both.delete(key)
    assert both.mirror(key, stored, data_key) == LOST
    with pytest.raises(NotFound):
        both.open_stored(key)


@pytest.mark.parametrize(("damaged", "done"), [("first", BROUGHT_BACK), ("second", COPIED)])
def test_of_two_that_differ_the_one_that_can_be_decrypted_is_right(both, data_key, damaged, done):
    key = new_key()
    stored = both.append(key, data_key, 0, [b"said once"]).stored_bytes
    both.mirror(key, stored, data_key)
    altered = bytearray(bytes_of(both.first, key))
    altered[-1] ^= 1
    getattr(both, damaged).put_stored(key, io.BytesIO(bytes(altered)), stored)
    with both.open(key, data_key, stored) as file:
        if damaged == "second":
            assert file.read() == b"said once"
    assert both.mirror(key, stored, data_key) == done
    for store in (both.first, both.second):
        with store.open(key, data_key, stored) as file:
            assert file.read() == b"said once"


def test_two_that_mirror_one_blob_at_once_leave_it_whole_in_both(data_key, tmp_path):
    key, content = new_key(), secrets.token_bytes(3 << 20)
    folders = tmp_path / "first", tmp_path / "second"

    def mirror(_: int) -> str:
        return MirroredBlobStore(*(DiskBlobStore(one, min_free_bytes=0) for one in folders)).mirror(
            key, stored, data_key
        )

    first, second = (DiskBlobStore(one, min_free_bytes=0) for one in folders)
    stored = first.append(key, data_key, 0, [content]).stored_bytes
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert set(pool.map(mirror, range(4))) <= {COPIED, EQUAL}
    for store in (first, second):
        with store.open(key, data_key, stored) as file:
            assert file.read() == content


class ForgetfulStore(DiskBlobStore):
    """On a disk that keeps another byte than it was given, and says that all is well."""

    def put_stored(self, key: str, source: BinaryIO, stored_bytes: int) -> str:
        sha256 = super().put_stored(key, source, stored_bytes)
        with self._path(key).open("r+b") as file:
            last = os.pread(file.fileno(), 1, stored_bytes - 1)[0]
            os.pwrite(file.fileno(), bytes([last ^ 1]), stored_bytes - 1)
        return sha256


def test_what_the_second_does_not_give_back_replaces_nothing_in_the_first(data_key, tmp_path):
    both = MirroredBlobStore(
        DiskBlobStore(tmp_path / "first", min_free_bytes=0), ForgetfulStore(tmp_path / "second", min_free_bytes=0)
    )
    key = new_key()
    stored = both.append(key, data_key, 0, [b"said once"]).stored_bytes
    with pytest.raises(DamagedBlob, match="does not give back"):
        both.put_stored(key, io.BytesIO(secrets.token_bytes(stored)), stored)
    with both.open(key, data_key, stored) as file:
        assert file.read() == b"said once"


def test_while_the_second_is_away_the_first_goes_on_but_no_key_is_made_or_destroyed(data_dir, monkeypatch, data_key):
    monkeypatch.setenv("CAS_BLOB_MIRROR", AWAY)
    config.settings.cache_clear()
    both, wrapped, key = blobs.mirrored(), f"keys/{uuid.uuid4()}", new_key()
    assert both is not None
    assert blobs.described_mirror(config.settings()) == "the bucket second at 127.0.0.1"
    stored = both.append(key, data_key, 0, [b"said once"]).stored_bytes
    with both.open(key, data_key, stored) as file:
        assert file.read() == b"said once"
    with pytest.raises(Unavailable):
        both.put_stored(wrapped, io.BytesIO(b"a wrapped key"), 13)
    assert not both.first.has_stored(wrapped, 1)
    both.first.put_stored(wrapped, io.BytesIO(b"a wrapped key"), 13)
    with pytest.raises(Unavailable):
        both.delete(wrapped)
    assert both.first.has_stored(wrapped, 13)


def test_while_the_second_is_away_answers_are_measured_again_and_again(data_dir, monkeypatch):
    monkeypatch.setenv("CAS_BLOB_MIRROR", AWAY)
    config.settings.cache_clear()
    user_id = uuid.uuid4()
    blobs.KeyRing(blobs.mirrored().first, blobs.master_key()).ensure(user_id)
    recording = {"id": uuid.uuid4(), "user_id": user_id}
    for seconds in (2, 1):
        stored = playback.keep(recording, np.zeros(16_000 * seconds, np.float32), 16_000)
        with blobs.store().open(f"playback/{recording['id']}", blobs.key_ring().of(user_id), stored) as file:
            assert decode(file).duration_s == pytest.approx(seconds, abs=0.01)
