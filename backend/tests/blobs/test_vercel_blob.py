"""Vercel Blob: our client and the vendor's own package on the same service, and what is said when it does not serve."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import uuid

import pytest

from cognitive_assessment.blobs.keys import MasterKey
from cognitive_assessment.blobs.parts import PART_BYTES
from cognitive_assessment.blobs.segments import SegmentedBlobStore
from cognitive_assessment.blobs.vercel_blob import VercelBlobObjects
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.errors import NotFound, Unavailable
from vercel_blob_service import VercelBlobService

FRONTEND = REPOSITORY_ROOT / "frontend"
VENDORS_CLIENT = REPOSITORY_ROOT / "backend" / "tests" / "blobs" / "vendors_client.mjs"
needs_package = pytest.mark.skipif(
    not (FRONTEND / "node_modules" / "@vercel" / "blob").is_dir(), reason="the vendor's package is not installed"
)


@pytest.fixture
def service():
    with VercelBlobService() as running:
        yield running


@pytest.fixture
def objects(service):
    return VercelBlobObjects(token=service.token, api_url=service.api_url)


def node(service, *words, **more):
    environment = {**os.environ, **service.environment, "VERCEL_BLOB_RETRIES": "0", **more}
    return subprocess.run(
        ["node", *words], cwd=FRONTEND, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@needs_package
def test_the_vendors_own_package_and_our_client_read_what_the_other_wrote(service, objects):
    ours, theirs = secrets.token_bytes(PART_BYTES + 999), secrets.token_bytes(2 * PART_BYTES + 17)
    objects.put("from/us with a space", [ours])
    service.objects["theirs.in"] = (theirs, "application/octet-stream", "2026-01-01T00:00:00.000Z")
    done = node(service, str(VENDORS_CLIENT))
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert bytes.fromhex(seen["read_hex_of_the_end"]) == ours[-32:]
    assert (seen["read_bytes"], seen["head_bytes"]) == (len(ours), len(ours))
    assert seen["listed"] == ["vendor/many", "vendor/one.txt"]
    assert seen["pages"] == 2
    assert seen["refused"] == ["BlobError", "BlobNotFoundError", "BlobAccessError", None]
    assert b"".join(objects.get("vendor/many")) == theirs
    assert b"".join(objects.get("vendor/one.txt")) == b"spoken"
    assert service.uploads == {}


@needs_package
def test_npm_run_test_blob_writes_reads_and_deletes_with_the_vendors_package(service):
    done = node(service, "scripts/test-blob.mjs")
    assert done.returncode == 0, done.stderr
    for word in ("write", "read", "delete", "gone", " ms", service.store_id):
        assert word in done.stdout
    assert service.token not in done.stdout
    assert service.objects == {}
    assert {path.split("?")[0].removeprefix("/api/blob") for _, path in service.asked} >= {"/", "/mpu", "/delete"}


@needs_package
def test_npm_run_test_blob_says_what_is_wrong_and_fails(service):
    done = node(service, "scripts/test-blob.mjs", BLOB_READ_WRITE_TOKEN=f"vercel_blob_rw_{service.store_id}_{'0' * 24}")
    assert done.returncode == 1
    assert "Access denied" in done.stderr
    assert "BLOB_READ_WRITE_TOKEN" in done.stderr


def test_nothing_plain_is_in_the_store_and_a_long_stream_goes_up_in_parts(service, objects):
    master = MasterKey(secrets.token_bytes(32))
    data_key, key = master.unwrap(master.new_data_key()), f"recordings/{uuid.uuid4()}"
    content = b"the spoken answer" * (2 * PART_BYTES // 17)
    store = SegmentedBlobStore(objects)
    stored = store.append(key, data_key, 0, [content]).stored_bytes
    assert [path.startswith("/api/blob/mpu") for method, path in service.asked if method == "POST"] == [True] * 5
    assert all(b"spoken" not in kept for kept, _, _ in service.objects.values())
    with store.open(key, data_key, stored) as file:
        assert file.read() == content


def test_more_objects_than_one_page_holds_are_all_listed(service, objects):
    for number in range(1003):
        service.objects[f"keys/{number:04d}"] = (b"k", "application/octet-stream", "2026-01-01T00:00:00.000Z")
    service.objects["other"] = (b"o", "application/octet-stream", "2026-01-01T00:00:00.000Z")
    assert list(objects.listed("keys/")) == [(f"keys/{number:04d}", 1) for number in range(1003)]
    objects.delete([name for name, _ in objects.listed("keys/")])
    assert list(service.objects) == ["other"]


def test_a_service_that_fails_for_a_moment_is_asked_again(service, objects):
    service.failing += [503, 502]
    objects.put("kept", [b"once"])
    service.failing += [500]
    assert b"".join(objects.get("kept")) == b"once"
    assert service.failing == []


def test_what_the_service_refuses_is_said_with_how_to_mend_it_and_without_the_token(service):
    def asked_with(token):
        with pytest.raises(Unavailable) as refused:
            VercelBlobObjects(token=token, api_url=service.api_url).put("x", [b"x"])
        assert token.rsplit("_", 1)[1] not in refused.value.message
        return refused.value

    assert "forbidden" in asked_with(f"vercel_blob_rw_{service.store_id}_{'0' * 24}").message
    other_store = asked_with(service.token.replace(service.store_id, "another"))
    assert "BLOB_READ_WRITE_TOKEN" in (other_store.remedy or "")
    service.access = "public"
    assert "private access" in asked_with(service.token).message


def test_a_service_that_is_not_there_and_an_object_that_is_not_there(service, objects):
    with pytest.raises(NotFound):
        list(objects.get("not/there"))
    objects.put("there", [b"x"])
    assert list(objects.get("there")) == [b"x"]
    with pytest.raises(NotFound):
        list(objects.get("not/there"))
    with pytest.raises(Unavailable, match="cannot be reached"):
        VercelBlobObjects(token=service.token, api_url="http://127.0.0.1:9").put("x", [b"x"])


def test_the_token_is_sent_to_no_host_but_the_vendors(service, objects):
    objects.put("x", [b"x"])
    service.said_base = "https://blob.vercel-storage.com.example.org"
    with pytest.raises(Unavailable, match=r"example\.org, which is not its own"):
        list(objects.get("x"))
