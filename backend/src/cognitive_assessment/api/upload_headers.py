"""What the headers of a tus request say, read strictly."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any
from uuid import UUID

from flask import request

from cognitive_assessment.api.schemas import plain_json
from cognitive_assessment.errors import InvalidInput, TooLarge
from cognitive_assessment.store.rows import Row

MAX_BYTES = 5 * 1024**3
ALGORITHMS = ("sha1", "sha256", "md5")
CONTENT_TYPE = "application/offset+octet-stream"
_MAX_METADATA = 8192


class BadHeader(InvalidInput):
    """A header that does not follow the protocol."""

    code = "bad_header"


def whole_number(header: str) -> int | None:
    """The bytes that a header names; nothing if it is not there."""
    text = request.headers.get(header)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise BadHeader(f"{header} is a whole number of bytes.", field=header)
    return int(text)


def offset() -> int:
    """Where the bytes of a PATCH belong."""
    found = whole_number("Upload-Offset")
    if found is None:
        raise BadHeader("Say where these bytes belong.", field="Upload-Offset")
    return found


def length() -> int | None:
    """How long an upload is; nothing while that is deferred."""
    found = whole_number("Upload-Length")
    is_deferred = request.headers.get("Upload-Defer-Length")
    if is_deferred not in {None, "1"} or (found is None) == (is_deferred is None):
        raise BadHeader("Say how long the upload is, or Upload-Defer-Length: 1.", field="Upload-Length")
    return require_allowed(found)


def require_allowed(bytes_: int | None) -> int | None:
    """The length, if a recording may be that long; raises `TooLarge`."""
    if bytes_ is not None and bytes_ > MAX_BYTES:
        raise TooLarge(f"A recording has at most {MAX_BYTES} bytes.")
    return bytes_


def metadata() -> dict[str, str]:
    """The names and values of Upload-Metadata."""
    text = request.headers.get("Upload-Metadata", "")
    if len(text) > _MAX_METADATA:
        raise BadHeader(f"At most {_MAX_METADATA} characters.", field="Upload-Metadata")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise BadHeader(f"The value of {name[:40]} is not base64 of text.", field="Upload-Metadata") from error
        if "\x00" in found[name]:
            raise BadHeader(f"The value of {name[:40]} holds the character NUL.", field="Upload-Metadata")
    return found


def client_id(found: dict[str, str], name: str) -> UUID:
    """An id among the metadata."""
    try:
        return UUID(found[name])
    except (KeyError, ValueError) as error:
        raise BadHeader(f"{name} is a UUID that the client made.", field=f"Upload-Metadata.{name}") from error


def settings(found: dict[str, str]) -> dict[str, Any]:
    """What the browser granted of the microphone's settings."""
    try:
        granted = plain_json(json.loads(found.get("settings", "{}")))
    except (ValueError, RecursionError) as error:
        raise BadHeader("settings is JSON, not deeply nested.", field="Upload-Metadata.settings") from error
    if not isinstance(granted, dict):
        raise BadHeader("settings is a JSON object.", field="Upload-Metadata.settings")
    return granted


def write_metadata(row: Row) -> str:
    """The metadata of an upload as the protocol writes it."""
    values = {
        "recording_id": str(row["id"]),
        "session_id": str(row["session_id"]),
        "question_id": str(row["question_id"]),
        "filetype": row["media_type"],
        "settings": json.dumps(row["settings"]),
    }
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


def checksum() -> tuple[str | None, bytes]:
    """Algorithm and value of Upload-Checksum."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None, b""
    algorithm, _, value = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadHeader(f"Checksums are of {', '.join(ALGORITHMS)}.", field="Upload-Checksum")
    try:
        return algorithm, base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise BadHeader("The checksum is not base64.", field="Upload-Checksum") from error
