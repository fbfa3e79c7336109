"""Bytes under a key, encrypted. The rest of the system asks for `store()` and `key_ring()`."""

from __future__ import annotations

import contextlib
import functools
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.blobs.frames import whole as sealed_whole
from cognitive_assessment.blobs.key_ring import KeyRing, seal_json, unseal_json
from cognitive_assessment.blobs.keys import DataKey, MasterKey
from cognitive_assessment.blobs.keys import load_master_key as _load
from cognitive_assessment.blobs.master_keys import FILE as MASTER_KEY_FILE
from cognitive_assessment.blobs.master_keys import MasterKeys
from cognitive_assessment.blobs.mirror import LOST, MirroredBlobStore
from cognitive_assessment.blobs.port import AppendResult, BlobStore
from cognitive_assessment.blobs.segments import ObjectStore, SegmentedBlobStore
from cognitive_assessment.blobs.spool import spooled
from cognitive_assessment.config import LOOPBACK, Settings, settings
from cognitive_assessment.errors import Unavailable

if TYPE_CHECKING:
    from cognitive_assessment.blobs.s3 import S3Objects

ONE_TIME_CODES = "one-time-codes"  # the name under which an account's key seals the secret of its app

__all__ = [
    "LOST",
    "MASTER_KEY_FILE",
    "ONE_TIME_CODES",
    "AppendResult",
    "BlobStore",
    "DataKey",
    "KeyRing",
    "MasterKey",
    "MasterKeys",
    "MirroredBlobStore",
    "bucket",
    "described",
    "described_mirror",
    "first_store",
    "key_ring",
    "load_master_key",
    "master_key",
    "mirrored",
    "seal_json",
    "sealed_whole",
    "spooled",
    "store",
    "unseal_json",
]


@functools.cache
def store() -> BlobStore:
    """The store of this process, as the settings say, with the second one behind it."""
    first = _first(settings())
    return first if settings().blob_mirror is None else MirroredBlobStore(first, _second(settings()))


def _first(of: Settings) -> BlobStore:
    if of.s3_bucket is not None:
        return _bucket(of)
    if of.blob_read_write_token is not None:
        return _vercel_blob(of)
    return DiskBlobStore(of.data_dir / "blobs", min_free_bytes=of.min_free_bytes)


def _second(of: Settings) -> BlobStore:
    place = of.blob_mirror or ""
    if place.startswith("s3://"):
        return _mirror_bucket(place)
    return DiskBlobStore(Path(place), min_free_bytes=of.min_free_bytes)


def first_store() -> BlobStore:
    """The store that is written to at once; a second one behind it is made equal by a job."""
    found = store()
    return found.first if isinstance(found, MirroredBlobStore) else found


def mirrored() -> MirroredBlobStore | None:
    """The store of this process, if there is a second one behind it."""
    found = store()
    return found if isinstance(found, MirroredBlobStore) else None


def described_mirror(of: Settings) -> str:
    """Where the second store is, in words that hold no secret."""
    place = of.blob_mirror or ""
    if not place.startswith("s3://"):
        return f"the folder {place}"
    parts = urlsplit(place)
    return f"the bucket {parts.path.strip('/')} at {parts.hostname or 'Amazon S3'}"


def described(of: Settings) -> str:
    """Where the recordings are kept, in words that hold no secret."""
    if of.s3_bucket is not None:
        return f"the bucket {of.s3_bucket} at {of.s3_endpoint or f'Amazon S3, {of.s3_region}'}"
    if of.blob_read_write_token is not None:
        return f"the store {of.blob_read_write_token.split('_')[3]} of Vercel Blob at {of.vercel_blob_api_url}"
    return f"the folder {of.data_dir / 'blobs'}"


# the clients of other stores are large: who keeps recordings on the disk does not wait for them


def _vercel_blob(of: Settings) -> BlobStore:
    from cognitive_assessment.blobs.vercel_blob import VercelBlobObjects

    return SegmentedBlobStore(VercelBlobObjects(token=of.blob_read_write_token or "", api_url=of.vercel_blob_api_url))


def bucket(of: Settings) -> ObjectStore | None:
    """The whole objects of the bucket of the recordings, where there is one."""
    return None if of.s3_bucket is None else _objects(of)


def _objects(of: Settings) -> S3Objects:
    from cognitive_assessment.blobs.s3 import S3Objects

    return S3Objects(
        of.s3_bucket or "",
        endpoint=of.s3_endpoint,
        region=of.s3_region,
        access_key_id=of.s3_access_key_id,
        secret_key=of.s3_secret_access_key,
    )


def _bucket(of: Settings) -> BlobStore:
    objects = _objects(of)
    objects.require_forgetting()
    return SegmentedBlobStore(objects)


def _mirror_bucket(place: str) -> BlobStore:
    """`s3://KEY:SECRET@HOST/BUCKET?region=REGION`; without a host Amazon's, without a key found as its client does."""
    from cognitive_assessment.blobs.s3 import S3Objects

    parts = urlsplit(place)
    host = parts.netloc.rpartition("@")[2]
    scheme = "http" if parts.hostname in LOOPBACK else "https"
    objects = S3Objects(
        parts.path.strip("/"),
        endpoint=f"{scheme}://{host}" if host else None,
        region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
        access_key_id=unquote(parts.username) if parts.username else None,
        secret_key=unquote(parts.password) if parts.password else None,
    )
    # while it is away, the first store goes on giving what it has
    with contextlib.suppress(Unavailable):
        objects.require_forgetting(setting="CAS_BLOB_MIRROR")
    return SegmentedBlobStore(objects)


@functools.cache
def master_key() -> MasterKeys:
    """The master key of this process, and the one before it while that is being replaced."""
    return MasterKeys(settings().data_dir, settings().master_key, settings().master_key_before)


@functools.cache
def key_ring() -> KeyRing:
    """The persons' keys, beside the blobs of this process."""
    return KeyRing(store(), master_key())


def load_master_key(data_dir: Path, given: bytes | None) -> MasterKey:
    """The key that was given, or the one in the data folder, which the first start makes."""
    return MasterKey(given) if given is not None else _load(data_dir / MASTER_KEY_FILE)
