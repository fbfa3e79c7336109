"""A bucket of a server that speaks the S3 protocol over HTTP."""

from __future__ import annotations

import contextlib
import secrets
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from moto.server import ThreadedMotoServer


@contextlib.contextmanager
def running_bucket() -> Iterator[tuple[dict[str, str], Callable[[], list[str]]]]:
    """The settings of an empty bucket, and what lists the names in it."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "CAS_S3_ENDPOINT": f"http://{host}:{port}",
        "CAS_S3_ACCESS_KEY_ID": "tester",
        "CAS_S3_SECRET_ACCESS_KEY": secrets.token_hex(20),
        "CAS_S3_BUCKET": f"b-{uuid.uuid4()}",
    }
    client = _client(settings)
    client.create_bucket(Bucket=settings["CAS_S3_BUCKET"])
    try:
        found = client.list_objects_v2
        yield settings, lambda: [one["Key"] for one in found(Bucket=settings["CAS_S3_BUCKET"]).get("Contents", [])]
    finally:
        server.stop()


def lose(settings: dict[str, str]) -> None:
    """Everything in the bucket is gone."""
    client, bucket = _client(settings), settings["CAS_S3_BUCKET"]
    for one in client.list_objects_v2(Bucket=bucket)["Contents"]:
        client.delete_object(Bucket=bucket, Key=one["Key"])


def _client(settings: dict[str, str]) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=settings["CAS_S3_ENDPOINT"],
        region_name="us-east-1",
        aws_access_key_id=settings["CAS_S3_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["CAS_S3_SECRET_ACCESS_KEY"],
    )
