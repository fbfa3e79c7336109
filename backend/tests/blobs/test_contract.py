"""What the blob port promises, on every store that is behind it; those of vendors are served over HTTP."""

from __future__ import annotations

import hashlib
import io
import secrets
import uuid

import boto3
import pytest
from moto.server import ThreadedMotoServer

from cognitive_assessment.blobs import anew
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.blobs.frames import FRAME_PLAIN_BYTES
from cognitive_assessment.blobs.keys import DataKey, MasterKey
from cognitive_assessment.blobs.parts import PART_BYTES
from cognitive_assessment.blobs.s3 import S3Objects
from cognitive_assessment.blobs.segments import SegmentedBlobStore
from cognitive_assessment.blobs.vercel_blob import VercelBlobObjects
from cognitive_assessment.errors import DamagedBlob, InvalidInput, InvalidSettings, NotFound, Unavailable
from vercel_blob_service import VercelBlobService

SECRET = secrets.token_hex(20)


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def client(endpoint):
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="tester",
        aws_secret_access_key=SECRET,
    )


def bucket_store(endpoint, bucket):
    return SegmentedBlobStore(
        S3Objects(bucket, endpoint=endpoint, region="us-east-1", access_key_id="tester", secret_key=SECRET)
    )


@pytest.fixture
def bucket(endpoint):
    name = f"b-{uuid.uuid4()}"
    client(endpoint).create_bucket(Bucket=name)
    return name


@pytest.fixture
def service():
    with VercelBlobService() as running:
        yield running


@pytest.fixture(params=["disk", "bucket", "vercel_blob"])
def stores(request, tmp_path):
    """Makes stores on one place, as several processes have them."""
    if request.param == "disk":
        return lambda: DiskBlobStore(tmp_path / "blobs", min_free_bytes=0)
    if request.param == "vercel_blob":
        service = request.getfixturevalue("service")
        return lambda: SegmentedBlobStore(VercelBlobObjects(token=service.token, api_url=service.api_url))
    endpoint, bucket = request.getfixturevalue("endpoint"), request.getfixturevalue("bucket")
    return lambda: bucket_store(endpoint, bucket)


@pytest.fixture
def store(stores):
    return stores()


@pytest.fixture
def data_key():
    master = MasterKey(secrets.token_bytes(32))
    return master.unwrap(master.new_data_key())


def new_key() -> str:
    return f"recordings/{uuid.uuid4()}"


def read(store, key, data_key, stored_bytes) -> bytes:
    with store.open(key, data_key, stored_bytes) as file:
        return file.read()


def test_what_several_processes_append_is_read_back(stores, data_key):
    several, key, stored, content = [stores(), stores()], new_key(), 0, b""
    for writer, size_bytes in ((0, 70_000), (1, 5), (1, 2 * FRAME_PLAIN_BYTES), (0, 0), (0, 1), (1, 9)):
        content += (piece := secrets.token_bytes(size_bytes))
        result = several[writer].append(key, data_key, stored, [piece])
        stored = result.stored_bytes
        assert result.received_bytes == size_bytes
    assert read(several[0], key, data_key, stored) == content
    assert several[1].size(key, data_key, stored) == len(content)


def test_a_blob_is_encrypted_anew_in_its_place_while_somebody_reads_it(stores, data_key, tmp_path):
    one, other, key, content = stores(), stores(), new_key(), secrets.token_bytes(2 * FRAME_PLAIN_BYTES)
    begun = one.append(key, data_key, 0, [content])
    stored = one.append(key, data_key, begun.stored_bytes, [b"and the end"]).stored_bytes
    renewed = data_key.renewed()
    newest = DataKey(renewed.secret)
    assert not anew.is_present(one, key, renewed, stored)
    with other.open(key, renewed, stored) as file:
        first = file.read(10)
        anew.encrypt_anew(one, key, renewed, stored, tmp_path)
        assert first + file.read() == content + b"and the end"
    assert anew.is_present(other, key, renewed, stored)
    assert read(other, key, newest, stored) == content + b"and the end"
    with pytest.raises(DamagedBlob):
        read(other, key, data_key, stored)


def test_a_blob_that_is_put_in_its_place_anew_between_list_and_read_is_read(endpoint, bucket, data_key, tmp_path):
    one, other, key = bucket_store(endpoint, bucket), bucket_store(endpoint, bucket), new_key()
    stored = one.append(key, data_key, 0, [b"sound"]).stored_bytes
    get, waiting = other.objects.get, [key]

    def get_late(name):
        if waiting:
            anew.encrypt_anew(one, waiting.pop(), data_key.renewed(), stored, tmp_path)
        return get(name)

    other.objects.get = get_late
    with other.open_stored(key) as file, one.open_stored(key) as now:
        assert file.read() == now.read()
    assert not waiting


def test_any_range_can_be_read(store, data_key):
    content, key = secrets.token_bytes(3 * FRAME_PLAIN_BYTES + 17), new_key()
    stored = store.append(key, data_key, 0, [content]).stored_bytes
    with store.open(key, data_key, stored) as file:
        for start, length in [(0, 1), (FRAME_PLAIN_BYTES - 1, 2), (2 * FRAME_PLAIN_BYTES, 70_000), (len(content), 5)]:
            file.seek(start)
            assert file.read(length) == content[start : start + length]


def test_what_was_never_committed_is_cut_off_before_the_next_append(stores, data_key):
    store, key = stores(), new_key()
    committed = store.append(key, data_key, 0, [b"first"]).stored_bytes
    store.append(key, data_key, committed, [b"lost with the process"])
    stored = stores().append(key, data_key, committed, [b" second"]).stored_bytes
    assert read(store, key, data_key, stored) == b"first second"
    with store.open_stored(key) as file:
        assert len(file.read()) == stored


def test_an_append_that_breaks_off_with_an_error_leaves_the_blob_as_it_was(store, data_key):
    key = new_key()
    stored = store.append(key, data_key, 0, [b"first"]).stored_bytes

    def breaks_off():
        yield secrets.token_bytes(PART_BYTES * 2 + 1)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.append(key, data_key, stored, breaks_off())
    with store.open_stored(key) as file:
        assert len(file.read()) == stored
    assert read(store, key, data_key, stored) == b"first"


def test_a_committed_part_that_is_gone_stops_the_append(store, data_key):
    key = new_key()
    stored = store.append(key, data_key, 0, [b"x" * 1000]).stored_bytes
    store.delete(key)
    with pytest.raises(DamagedBlob):
        store.append(key, data_key, stored, [b"more"])


def test_a_stored_copy_has_the_same_bytes_and_can_be_appended_to(stores, data_key):
    store, key = stores(), new_key()
    stored = store.append(key, data_key, 0, [b"one"]).stored_bytes
    stored = store.append(key, data_key, stored, [b" two"]).stored_bytes
    with store.open_stored(key) as file:
        encrypted = file.read()
    store.append(key, data_key, stored, [b" uncommitted"])
    assert store.put_stored(key, io.BytesIO(encrypted + b"beyond"), stored) == hashlib.sha256(encrypted).hexdigest()
    assert store.has_stored(key, stored)
    assert not store.has_stored(key, stored + 1)
    more = stores().append(key, data_key, stored, [b" three"]).stored_bytes
    assert read(store, key, data_key, more) == b"one two three"


def test_a_copy_that_ends_too_early_changes_nothing(store, data_key):
    key = new_key()
    stored = store.append(key, data_key, 0, [b"kept"]).stored_bytes
    with pytest.raises(DamagedBlob):
        store.put_stored(key, io.BytesIO(b"short"), 1000)
    assert read(store, key, data_key, stored) == b"kept"


def test_another_persons_key_and_another_name_are_refused(store, data_key):
    key, other = new_key(), new_key()
    stored = store.append(key, data_key, 0, [b"spoken"]).stored_bytes
    master = MasterKey(secrets.token_bytes(32))
    with pytest.raises(DamagedBlob):
        read(store, key, master.unwrap(master.new_data_key()), stored)
    with store.open_stored(key) as file:
        store.put_stored(other, file, stored)
    with pytest.raises(DamagedBlob):
        read(store, other, data_key, stored)


def test_what_is_deleted_is_gone_and_wrong_keys_are_refused(store, data_key):
    key = new_key()
    store.append(key, data_key, 0, [b"gone"])
    store.delete(key)
    store.delete(key)
    assert not store.has_stored(key, 1)
    for missing in (lambda: store.open(key, data_key, 10), lambda: store.open_stored(key)):
        with pytest.raises(NotFound):
            missing()
    with pytest.raises(InvalidInput):
        store.delete("../../etc/passwd")


def test_the_probe_leaves_nothing_behind(store):
    store.probe()
    store.require_room(1)


def test_a_long_stream_goes_up_in_parts_and_nothing_plain_is_in_the_bucket(endpoint, bucket, data_key):
    store, key = bucket_store(endpoint, bucket), new_key()
    content = b"the spoken answer" * (3 * PART_BYTES // 17)
    stored = store.append(key, data_key, 0, [content[i : i + 99_999] for i in range(0, len(content), 99_999)])
    objects = client(endpoint).list_objects_v2(Bucket=bucket)["Contents"]
    assert [entry["ETag"].strip('"').split("-")[1] for entry in objects] == ["4"]
    assert b"spoken" not in client(endpoint).get_object(Bucket=bucket, Key=objects[0]["Key"])["Body"].read()
    assert read(store, key, data_key, stored.stored_bytes) == content


def test_an_upload_that_breaks_off_leaves_no_parts(endpoint, bucket, data_key):
    def breaks_off():
        yield secrets.token_bytes(PART_BYTES * 2 + 1)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        bucket_store(endpoint, bucket).append(new_key(), data_key, 0, breaks_off())
    assert "Uploads" not in client(endpoint).list_multipart_uploads(Bucket=bucket)


def test_a_bucket_that_is_not_there_is_said_in_words(endpoint, data_key):
    with pytest.raises(Unavailable, match="NoSuchBucket"):
        bucket_store(endpoint, "not-there").append(new_key(), data_key, 0, [b"x"])
    with pytest.raises(Unavailable, match="cannot be reached"):
        bucket_store("http://127.0.0.1:9", "b").append(new_key(), data_key, 0, [b"x"])


def test_a_bucket_that_keeps_older_versions_is_refused_since_nobody_could_be_erased(endpoint, bucket):
    objects = S3Objects(bucket, endpoint=endpoint, region="us-east-1", access_key_id="tester", secret_key=SECRET)
    objects.require_forgetting()
    client(endpoint).put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    with pytest.raises(InvalidSettings, match=r"CAS_S3_BUCKET.*erased"):
        objects.require_forgetting()


def test_what_is_there_is_listed_by_kind(store, data_key):
    names = sorted(new_key() for _ in range(3))
    for name in names:
        store.append(name, data_key, store.append(name, data_key, 0, [b"a"]).stored_bytes, [b"b"])
    store.put_stored(f"keys/{uuid.uuid4()}", io.BytesIO(b"k"), 1)
    assert store.listed("recordings") == names
    store.delete(names[0])
    assert store.listed("recordings") == names[1:]
    assert store.listed("playback") == []
