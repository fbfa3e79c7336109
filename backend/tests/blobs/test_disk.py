from __future__ import annotations

import concurrent.futures
import hashlib
import io
import os
import resource
import secrets
import stat
import subprocess
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.blobs.frames import FRAME_PLAIN_BYTES
from cognitive_assessment.blobs.keys import MasterKey, load_master_key
from cognitive_assessment.errors import (
    DamagedBlob,
    InvalidInput,
    InvalidSettings,
    NotFound,
    StorageFull,
    Unavailable,
)


@pytest.fixture
def store(tmp_path):
    return DiskBlobStore(tmp_path / "blobs", min_free_bytes=0)


@pytest.fixture
def data_key():
    master = MasterKey(secrets.token_bytes(32))
    return master.unwrap(master.new_data_key())


def new_key() -> str:
    return f"recordings/{uuid.uuid4()}"


def read(store, key, data_key, stored_bytes) -> bytes:
    with store.open(key, data_key, stored_bytes) as file:
        return file.read()


@settings(max_examples=40, deadline=None)
@given(pieces=st.lists(st.binary(max_size=FRAME_PLAIN_BYTES * 2), max_size=5))
def test_what_was_appended_in_any_pieces_is_read_back(tmp_path_factory, pieces):
    store = DiskBlobStore(tmp_path_factory.mktemp("b"), min_free_bytes=0)
    master = MasterKey(secrets.token_bytes(32))
    data_key, key, stored = master.unwrap(master.new_data_key()), new_key(), 0
    for piece in pieces:
        stored = store.append(key, data_key, stored, [piece]).stored_bytes
    if pieces:
        assert read(store, key, data_key, stored) == b"".join(pieces)


def test_of_many_that_write_one_blob_at_once_each_writes_a_whole_one(store, tmp_path):
    key, size = new_key(), 3 << 20
    store.put_stored(key, io.BytesIO(b"9" * size), size)
    path = next((tmp_path / "blobs" / "recordings").glob("*/*"))
    left = path.with_name(f".{path.name}.making")  # by a writer that was killed
    left.write_bytes(b"8" * size * 2)

    def write(content: bytes) -> bytes:
        other = DiskBlobStore(store.folder, min_free_bytes=0)
        assert other.put_stored(key, io.BytesIO(content), size) == hashlib.sha256(content).hexdigest()
        with other.open_stored(key) as file:
            return file.read()

    contents = [bytes([ord("0") + number]) * size for number in range(6)]
    with concurrent.futures.ThreadPoolExecutor(len(contents)) as pool:
        assert all(seen in contents for seen in pool.map(write, contents))
    assert list(path.parent.iterdir()) == [path]


def test_any_range_can_be_read_without_the_rest(store, data_key):
    content, key = secrets.token_bytes(3 * FRAME_PLAIN_BYTES + 17), new_key()
    stored = store.append(key, data_key, 0, [content]).stored_bytes
    with store.open(key, data_key, stored) as file:
        for start, length in [(0, 1), (FRAME_PLAIN_BYTES - 1, 2), (2 * FRAME_PLAIN_BYTES, 70_000), (len(content), 5)]:
            file.seek(start)
            assert file.read(length) == content[start : start + length]


def test_nothing_plain_is_on_the_disk(store, data_key):
    key, content = new_key(), b"the spoken answer" * 100
    store.append(key, data_key, 0, [content])
    on_disk = b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    assert b"spoken" not in on_disk
    assert {stat.S_IMODE(path.stat().st_mode) for path in store.folder.rglob("*") if path.is_file()} == {0o600}


def test_what_was_never_committed_is_cut_off_before_the_next_append(store, data_key):
    key = new_key()
    committed = store.append(key, data_key, 0, [b"first"]).stored_bytes
    store.append(key, data_key, committed, [b"lost with the process"])
    stored = store.append(key, data_key, committed, [b" second"]).stored_bytes
    assert read(store, key, data_key, stored) == b"first second"


@pytest.mark.parametrize("harm", ["flip", "swap", "cut", "other key", "other name"])
def test_every_kind_of_harm_is_found(store, data_key, harm):
    key = new_key()
    stored = store.append(key, data_key, 0, [secrets.token_bytes(2 * FRAME_PLAIN_BYTES)]).stored_bytes
    path = store._path(key)
    content = bytearray(path.read_bytes())
    if harm == "flip":
        content[100] ^= 1
    if harm == "swap":
        half = (len(content) - 5) // 2
        content = content[:5] + content[5 + half :] + content[5 : 5 + half]
    if harm == "cut":
        content = content[:-1]
    path.write_bytes(content)
    if harm == "other key":
        master = MasterKey(secrets.token_bytes(32))
        data_key = master.unwrap(master.new_data_key())
    if harm == "other name":
        other = new_key()
        store._path(other).parent.mkdir(parents=True, exist_ok=True)
        path.rename(store._path(other))
        key = other
    with pytest.raises(DamagedBlob):
        assert len(read(store, key, data_key, stored)) < 0


def test_a_committed_part_that_is_gone_stops_the_append(store, data_key):
    key = new_key()
    stored = store.append(key, data_key, 0, [b"x" * 1000]).stored_bytes
    store._path(key).write_bytes(b"")
    with pytest.raises(DamagedBlob):
        store.append(key, data_key, stored, [b"more"])


def test_a_full_disk_leaves_the_blob_as_it_was(tmp_path, data_key):
    store, key = DiskBlobStore(tmp_path, min_free_bytes=0), new_key()
    stored = store.append(key, data_key, 0, [b"first"]).stored_bytes
    full = DiskBlobStore(tmp_path, min_free_bytes=1 << 60)
    with pytest.raises(StorageFull):
        full.append(key, data_key, stored, [b"second"])

    def fills_up():
        yield b"y" * (9 << 20)
        store.min_free_bytes = 1 << 60
        yield b"z" * (9 << 20)

    with pytest.raises(StorageFull):
        store.append(key, data_key, stored, fills_up())
    assert store._path(key).stat().st_size == stored
    assert read(store, key, data_key, stored) == b"first"


def test_a_long_stream_is_never_held_in_memory(store, data_key):
    key, piece = new_key(), secrets.token_bytes(1 << 20)
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stored = store.append(key, data_key, 0, (piece for _ in range(200))).stored_bytes
    with store.open(key, data_key, stored) as file:
        assert sum(len(part) for part in iter(lambda: file.read(1 << 20), b"")) == 200 << 20
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
    assert grown_kb < 30_000


def test_keys_that_are_no_keys_and_blobs_that_are_not_there(store, data_key):
    with pytest.raises(InvalidInput):
        store.delete("../../etc/passwd")
    with pytest.raises(NotFound):
        store.open(new_key(), data_key, 10)


def test_the_first_start_makes_a_private_master_key_and_the_second_reads_it(tmp_path):
    path = tmp_path / "master.key"
    wrapped = load_master_key(path).new_data_key()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(load_master_key(path).unwrap(wrapped).secret) == 32
    with pytest.raises(Unavailable):
        MasterKey(secrets.token_bytes(32)).unwrap(wrapped)


def test_a_master_key_that_others_can_read_or_that_is_none_is_refused(tmp_path):
    path = tmp_path / "master.key"
    load_master_key(path)
    path.chmod(0o644)
    with pytest.raises(InvalidSettings, match="read by others"):
        load_master_key(path)
    path.chmod(0o600)
    path.write_text("short")
    with pytest.raises(InvalidSettings):
        load_master_key(path)


def test_starts_at_the_same_moment_agree_on_one_master_key(tmp_path):
    path = tmp_path / "master.key"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: load_master_key(path), range(16)))
    assert len({key.key_id for key in keys}) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["master.key"]


def test_a_wrapped_key_that_was_altered_anywhere_is_refused():
    master = MasterKey(secrets.token_bytes(32))
    wrapped = master.new_data_key()
    for place in range(len(wrapped)):
        altered = bytearray(wrapped)
        altered[place] ^= 1
        with pytest.raises((DamagedBlob, Unavailable)):
            master.unwrap(bytes(altered))
    with pytest.raises(DamagedBlob):
        master.unwrap(wrapped[:20])


def test_another_process_goes_on_with_the_frame_numbers(tmp_path, data_key):
    key, stored, content = new_key(), 0, b""
    stores = [DiskBlobStore(tmp_path, min_free_bytes=0) for _ in range(2)]
    for writer in (0, 1, 1, 0, 0, 1):
        content += (piece := secrets.token_bytes(70_000))
        stored = stores[writer].append(key, data_key, stored, [piece]).stored_bytes
    assert read(stores[0], key, data_key, stored) == content


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_that_is_really_full_keeps_what_was_committed_and_no_half_frame(tmp_path, data_key):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], check=False)
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        store, key, first = DiskBlobStore(tmp_path, min_free_bytes=0), new_key(), secrets.token_bytes(300_000)
        stored = store.append(key, data_key, 0, [first]).stored_bytes
        with pytest.raises(StorageFull):
            store.append(key, data_key, stored, (secrets.token_bytes(100_000) for _ in range(20)))
        assert store._path(key).stat().st_size == stored
        assert read(store, key, data_key, stored) == first
        more = store.append(key, data_key, stored, [b"a little fits"]).stored_bytes
        assert read(store, key, data_key, more) == first + b"a little fits"
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
