"""`cas blobs test` on every kind of store, and on stores that do not do what they should."""

from __future__ import annotations

import io
import os
import subprocess

import pytest
from click.testing import CliRunner

from buckets import running_bucket
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.cli import blobs as blobs_command
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.errors import DamagedBlob, StorageFull, Unavailable
from cognitive_assessment.ops import blob_check
from systems import CAS
from vercel_blob_service import VercelBlobService


@pytest.fixture
def environment(tmp_path):
    """A system of its own, on the disk."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("CAS_", "BLOB_", "VERCEL_"))}
    return {**ours, "CAS_DATA_DIR": str(tmp_path), "CAS_MIN_FREE_BYTES": "0"}


def run(*words):
    return CliRunner().invoke(blobs_command.command, ["test", *words], catch_exceptions=False)


def test_a_store_on_the_disk_is_walked_and_left_empty(data_dir):
    done = run("--mib", "2")
    assert done.exit_code == 0, done.output
    assert [line.split("  ")[0] for line in done.output.splitlines()[1:6]] == [
        "write",
        "append",
        "read and compare",
        "delete",
        "gone",
    ]
    assert f"the folder {data_dir / 'blobs'}" in done.output
    assert [path for path in (data_dir / "blobs").rglob("*") if path.is_file()] == []


def test_a_store_of_vercel_blob_is_walked_in_parts_and_left_empty(data_dir, monkeypatch):
    with VercelBlobService() as service:
        for name, value in service.environment.items():
            monkeypatch.setenv(name, value)
        done = run()
        assert done.exit_code == 0, done.output
        assert service.store_id in done.output
        assert service.token not in done.output
        assert ("POST", "/mpu") in [
            (method, path.split("?")[0].removeprefix("/api/blob")) for method, path in service.asked
        ]
        assert service.objects == {}
        service.failing += [403, 403]
        with pytest.raises(Unavailable, match="service_unavailable"):
            run()


def test_a_bucket_is_walked_and_left_empty(data_dir, monkeypatch):
    with running_bucket() as (settings, kept):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        done = run()
        assert done.exit_code == 0, done.output
        assert f"the bucket {settings['CAS_S3_BUCKET']}" in done.output
        assert kept() == []


def test_a_store_that_gives_back_something_else_or_keeps_what_was_deleted_is_found_out(tmp_path):
    class Forgetful(DiskBlobStore):
        def open(self, key, data_key, stored_bytes):
            return io.BytesIO(super().open(key, data_key, stored_bytes).read()[:-1])

    class Hoarder(DiskBlobStore):
        def delete(self, key):
            """Keeps everything."""

    with pytest.raises(DamagedBlob, match="give back"):
        list(blob_check.walk(Forgetful(tmp_path / "a", min_free_bytes=0), 1000))
    assert [path for path in (tmp_path / "a").rglob("*") if path.is_file()] == []
    with pytest.raises(DamagedBlob, match="still holds"):
        list(blob_check.walk(Hoarder(tmp_path / "b", min_free_bytes=0), 1000))


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path):
    with pytest.raises(StorageFull):
        list(blob_check.walk(DiskBlobStore(tmp_path, min_free_bytes=1 << 60), 1000))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_without_a_vendor_npm_run_test_blob_asks_the_configured_store(tmp_path, environment):
    script = REPOSITORY_ROOT / "frontend" / "scripts" / "test-blob.mjs"
    done = subprocess.run(["node", script], env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert f"the folder {tmp_path / 'blobs'}" in done.stdout


def test_the_command_says_in_one_line_what_is_wrong(environment):
    nobody = {
        **environment,
        "BLOB_READ_WRITE_TOKEN": f"vercel_blob_rw_a1_{'0' * 24}",
        "VERCEL_BLOB_API_URL": "http://127.0.0.1:9",
    }
    done = subprocess.run([CAS, "blobs", "test"], env=nobody, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "cas: The store of the recordings cannot be reached.",
        "     Nothing was lost; try again later.",
    ]
