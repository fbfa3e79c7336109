"""Whole objects in a bucket that speaks the S3 protocol."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import boto3
import botocore.config
from botocore.exceptions import BotoCoreError, ClientError

from cognitive_assessment.blobs.parts import in_parts
from cognitive_assessment.errors import InvalidSettings, NotFound, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

_DELETED_AT_ONCE = 1000
_MISSING = {"NoSuchKey", "404"}


class S3Objects:
    """Objects in one bucket; a large one is uploaded in parts and appears when it is complete."""

    def __init__(
        self, bucket: str, *, endpoint: str | None, region: str, access_key_id: str | None, secret_key: str | None
    ) -> None:
        self.bucket = bucket
        self._client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret_key,
            config=botocore.config.Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"max_attempts": 4, "mode": "standard"},
                # a server of one's own has rarely a name for each bucket
                s3={"addressing_style": "path" if endpoint else "auto"},
                # other servers than the first one do not all know the newer checksums
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def require_forgetting(self, *, setting: str = "CAS_S3_BUCKET") -> None:
        """Raise `InvalidSettings` if the bucket keeps older versions: a destroyed key has to be gone."""
        with _plain_errors():
            answer = self._client.get_bucket_versioning(Bucket=self.bucket)
        if answer.get("Status") == "Enabled":
            raise InvalidSettings(
                f"{setting}: the bucket {self.bucket} keeps older versions, so that nobody could be erased.",
                remedy="Name a bucket without versioning and without object lock.",
            )

    def listed(self, prefix: str) -> Iterable[tuple[str, int]]:
        """Name and length of every object whose name begins so."""
        with _plain_errors():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            return [(entry["Key"], entry["Size"]) for page in pages for entry in page.get("Contents", [])]

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep an object: in one request if it is small, else in parts."""
        parts = in_parts(pieces)
        first, second = next(parts, b""), next(parts, None)
        with _plain_errors():
            if second is None:
                self._client.put_object(Bucket=self.bucket, Key=name, Body=first)
            else:
                self._put_in_parts(name, itertools.chain([first, second], parts))

    def _put_in_parts(self, name: str, parts: Iterable[bytes]) -> None:
        upload_id = self._client.create_multipart_upload(Bucket=self.bucket, Key=name)["UploadId"]
        done: list[CompletedPartTypeDef] = []
        try:
            for part in parts:
                number = len(done) + 1
                answer = self._client.upload_part(
                    Bucket=self.bucket, Key=name, UploadId=upload_id, PartNumber=number, Body=part
                )
                done.append({"ETag": answer["ETag"], "PartNumber": number})
            self._client.complete_multipart_upload(
                Bucket=self.bucket, Key=name, UploadId=upload_id, MultipartUpload={"Parts": done}
            )
        except BaseException:
            # the first error matters; parts left behind are not part of any object
            with contextlib.suppress(BotoCoreError, ClientError):
                self._client.abort_multipart_upload(Bucket=self.bucket, Key=name, UploadId=upload_id)
            raise

    def get(self, name: str) -> Iterator[bytes]:
        """The content of an object."""
        with _plain_errors(), contextlib.closing(self._client.get_object(Bucket=self.bucket, Key=name)["Body"]) as body:
            yield from body.iter_chunks(1 << 20)

    def delete(self, names: list[str]) -> None:
        """Remove objects."""
        for start in range(0, len(names), _DELETED_AT_ONCE):
            with _plain_errors():
                answer = self._client.delete_objects(
                    Bucket=self.bucket,
                    Delete={"Objects": [{"Key": name} for name in names[start : start + _DELETED_AT_ONCE]]},
                )
            if answer.get("Errors"):
                raise Unavailable("The store of the recordings did not remove everything.", remedy="Try again later.")


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _MISSING:
            raise NotFound("The recording is not in this store.") from error
        raise Unavailable(
            f"The store of the recordings answered {code or 'with an error'}.",
            remedy="Nothing was lost; try again later.",
        ) from error
    except BotoCoreError as error:
        raise Unavailable(
            "The store of the recordings cannot be reached.", remedy="Nothing was lost; try again later."
        ) from error
