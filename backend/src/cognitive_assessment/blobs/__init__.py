"""Bytes under a key, encrypted. The rest of the system asks for `store()` and `key_ring()`."""

from __future__ import annotations

import functools
from pathlib import Path

from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.blobs.frames import whole as sealed_whole
from cognitive_assessment.blobs.key_ring import KeyRing, seal_json, unseal_json
from cognitive_assessment.blobs.keys import DataKey, MasterKey
from cognitive_assessment.blobs.keys import load_master_key as _load
from cognitive_assessment.blobs.master_keys import FILE as MASTER_KEY_FILE
from cognitive_assessment.blobs.master_keys import MasterKeys
from cognitive_assessment.blobs.port import AppendResult, BlobStore
from cognitive_assessment.blobs.segments import SegmentedBlobStore
from cognitive_assessment.blobs.spool import spooled
from cognitive_assessment.config import Settings, settings

__all__ = [
    "MASTER_KEY_FILE",
    "AppendResult",
    "BlobStore",
    "DataKey",
    "KeyRing",
    "MasterKey",
    "MasterKeys",
    "described",
    "key_ring",
    "load_master_key",
    "master_key",
    "seal_json",
    "sealed_whole",
    "spooled",
    "store",
    "unseal_json",
]


@functools.cache
def store() -> BlobStore:
    """The store of this process, as the settings say."""
    if settings().s3_bucket is not None:
        return _bucket(settings())
    if settings().blob_read_write_token is not None:
        return _vercel_blob(settings())
    return DiskBlobStore(settings().data_dir / "blobs", min_free_bytes=settings().min_free_bytes)


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


def _bucket(of: Settings) -> BlobStore:
    from cognitive_assessment.blobs.s3 import S3Objects

    objects = S3Objects(
        of.s3_bucket or "",
        endpoint=of.s3_endpoint,
        region=of.s3_region,
        access_key_id=of.s3_access_key_id,
        secret_key=of.s3_secret_access_key,
    )
    objects.require_forgetting()
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
