"""Uploads by tus 1.0.0: resumable, with checksums, streamed to the encrypted store, never held in memory."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any, BinaryIO
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected

from cognitive_assessment import blobs
from cognitive_assessment.api import access
from cognitive_assessment.errors import ChecksumMismatch, Conflict, InvalidInput, TooLarge
from cognitive_assessment.store import recordings, sessions
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

blueprint = APIBlueprint("uploads", __name__, url_prefix="/api/uploads", tag="Uploads")

VERSION = "1.0.0"
MAX_BYTES = 5 * 1024**3
ALGORITHMS = ("sha1", "sha256", "md5")
_PIECE_BYTES = 64 * 1024
_CONTENT_TYPE = "application/offset+octet-stream"
_MAX_METADATA = 8192


class WrongContentType(InvalidInput):
    """Bytes of an upload under another media type."""

    code = "wrong_content_type"


class WrongProtocolVersion(InvalidInput):
    """A client of another tus version."""

    code = "wrong_protocol_version"


@blueprint.before_request
def _require_version() -> None:
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        raise WrongProtocolVersion("This server speaks tus 1.0.0.", field="Tus-Resumable")


@blueprint.after_request
def _say_version(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("", methods=["OPTIONS"])
def options() -> ResponseReturnValue:
    """What this server can do."""
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,creation-defer-length,creation-with-upload,checksum,termination",
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        "Tus-Max-Size": str(MAX_BYTES),
    }
    return "", 204, headers


@blueprint.post("")
def create() -> ResponseReturnValue:
    """Open an upload under the client's recording id; the same again names the same address."""
    length = _length()
    metadata = _metadata()
    recording_id = _uuid(metadata, "recording_id") if "recording_id" in metadata else uuid.uuid4()
    with transaction() as connection:
        user = access.require_participant(connection)
        session = sessions.get_own(connection, _uuid(metadata, "session_id"), user["id"])
        recordings.create(
            connection,
            recording_id,
            session=session,
            question_id=_uuid(metadata, "question_id"),
            media_type=metadata.get("filetype", "application/octet-stream")[:100],
            settings=_settings(metadata),
            length_bytes=length,
        )
    headers = {"Location": f"/api/uploads/{recording_id}"}
    if request.content_length and request.mimetype == _CONTENT_TYPE:
        headers["Upload-Offset"] = str(_append(recording_id, user["id"], offset=0)["received_bytes"])
    return "", 201, headers


@blueprint.route("/<uuid:recording_id>", methods=["HEAD"])
def head(recording_id: UUID) -> ResponseReturnValue:
    """How much is safely kept."""
    with transaction() as connection:
        user = access.require_participant(connection)
        row = recordings.get_own(connection, recording_id, user["id"])
    headers = {"Upload-Offset": str(row["received_bytes"])}
    if row["length_bytes"] is None:
        headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(row["length_bytes"])
    return "", 200, headers


@blueprint.patch("/<uuid:recording_id>")
def append(recording_id: UUID) -> ResponseReturnValue:
    """Add bytes at the offset; what arrived before a connection broke off is kept."""
    if request.mimetype != _CONTENT_TYPE:
        raise WrongContentType(f"The content type of a PATCH is {_CONTENT_TYPE}.", field="Content-Type")
    with transaction() as connection:
        user_id = access.require_participant(connection)["id"]
    row = _append(recording_id, user_id, offset=_whole_number("Upload-Offset", required=True))
    return "", 204, {"Upload-Offset": str(row["received_bytes"])}


def _append(recording_id: UUID, user_id: UUID, *, offset: int | None) -> Row:
    with transaction() as connection:
        row = recordings.get_own(connection, recording_id, user_id, is_locked=True)
        if offset != row["received_bytes"]:
            raise Conflict(f"The offset is {row['received_bytes']}, not {offset}.", remedy="Go on from there.")
        if request.headers.get("Upload-Length") is not None and request.method == "PATCH":
            row = recordings.declare_length(connection, row, _length() or 0)
        body = _Body(request.stream, limit=(row["length_bytes"] or MAX_BYTES) - row["received_bytes"])
        data_key = blobs.master_key().unwrap(row["data_key"])
        appended = blobs.store().append(f"recordings/{row['id']}", data_key, row["stored_bytes"], body)
        body.require_sound()
        return recordings.advance(
            connection,
            row,
            received_bytes=row["received_bytes"] + appended.received_bytes,
            stored_bytes=appended.stored_bytes,
        )


class _Body:
    """The request's bytes in pieces, with their checksum; a connection that breaks off ends them early."""

    def __init__(self, stream: BinaryIO | Any, *, limit: int) -> None:
        self._stream = stream
        self._left = limit
        self._is_too_long = (request.content_length or 0) > limit
        self._is_broken = False
        self._algorithm, self._expected = _checksum()
        self._digest = hashlib.new(self._algorithm, usedforsecurity=False) if self._algorithm else None
        self._require_fitting()

    def _require_fitting(self) -> None:
        if self._is_too_long:
            raise TooLarge(f"Only {self._left} bytes are left of the upload's length.")

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._next():
            self._left -= len(piece)
            if self._left < 0:
                self._is_too_long = True
                return
            if self._digest is not None:
                self._digest.update(piece)
            yield piece

    def _next(self) -> bytes:
        try:
            return bytes(self._stream.read(_PIECE_BYTES))
        except (ClientDisconnected, OSError):
            self._is_broken = True
            return b""

    def require_sound(self) -> None:
        """Refuse what is not what was sent: the blob is cut back to what was committed before."""
        self._require_fitting()
        if self._digest is not None and (self._is_broken or self._digest.digest() != self._expected):
            raise ChecksumMismatch("The bytes that arrived are not those that were sent.", remedy="Send them again.")


@blueprint.delete("/<uuid:recording_id>")
def terminate(recording_id: UUID) -> ResponseReturnValue:
    """End an upload that nobody will finish."""
    with transaction() as connection:
        user = access.require_participant(connection)
        row = recordings.get_own(connection, recording_id, user["id"], is_locked=True)
        recordings.terminate(connection, row)
        blobs.store().delete(f"recordings/{recording_id}")
    return "", 204


def _length() -> int | None:
    length = _whole_number("Upload-Length")
    if length is None and request.headers.get("Upload-Defer-Length") != "1":
        raise InvalidInput("Say how long the upload is, or Upload-Defer-Length: 1.", field="Upload-Length")
    if length is not None and length > MAX_BYTES:
        raise TooLarge(f"A recording has at most {MAX_BYTES} bytes.")
    return length


def _whole_number(header: str, *, required: bool = False) -> int | None:
    text = request.headers.get(header)
    if text is None and not required:
        return None
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise InvalidInput(f"{header} is a whole number of bytes.", field=header)
    return int(text)


def _metadata() -> dict[str, str]:
    text = request.headers.get("Upload-Metadata", "")
    if len(text) > _MAX_METADATA:
        raise InvalidInput("Too long.", field="Upload-Metadata")
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise InvalidInput(f"The value of {name[:40]} is not base64.", field="Upload-Metadata") from error
        if "\x00" in found[name]:
            raise InvalidInput(f"The value of {name[:40]} holds the character NUL.", field="Upload-Metadata")
    return found


def _uuid(metadata: dict[str, str], name: str) -> UUID:
    try:
        return UUID(metadata[name])
    except (KeyError, ValueError) as error:
        raise InvalidInput(f"{name} is a UUID that the client made.", field=f"Upload-Metadata.{name}") from error


def _settings(metadata: dict[str, str]) -> dict[str, Any]:
    try:
        granted = json.loads(metadata.get("settings", "{}"))
    except (ValueError, RecursionError) as error:
        raise InvalidInput("settings is JSON.", field="Upload-Metadata.settings") from error
    if not isinstance(granted, dict):
        raise InvalidInput("settings is a JSON object.", field="Upload-Metadata.settings")
    return granted


def _checksum() -> tuple[str | None, bytes]:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None, b""
    algorithm, _, value = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise InvalidInput(f"Checksums are of {', '.join(ALGORITHMS)}.", field="Upload-Checksum")
    try:
        return algorithm, base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise InvalidInput("The checksum is not base64.", field="Upload-Checksum") from error
