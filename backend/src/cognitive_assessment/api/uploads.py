"""Uploads by tus 1.0.0: resumable, with checksums, streamed to the encrypted store, never held in memory.

No database transaction waits for the network: bytes are gathered first (a few seconds or megabytes of them), then kept
and acknowledged in one short transaction. A process that is killed in the middle of a long PATCH loses the last such
batch at most, and two requests that write to one upload cannot harm it: the second finds another offset (409).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, request
from flask.typing import ResponseReturnValue

from cognitive_assessment import blobs
from cognitive_assessment.api import access, sound_files, upload_headers
from cognitive_assessment.api.rights import Right
from cognitive_assessment.api.upload_body import Body
from cognitive_assessment.blobs import DataKey
from cognitive_assessment.config import settings
from cognitive_assessment.errors import Conflict, InvalidInput
from cognitive_assessment.store import acting, consents, recordings, sessions
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.room import Room, left
from cognitive_assessment.store.rows import Row

blueprint = APIBlueprint("uploads", __name__, url_prefix="/api/uploads", tag="Uploads")

VERSION = "1.0.0"
_OVERRIDES = {"PATCH", "DELETE", "HEAD"}


class WrongContentType(InvalidInput):
    """Bytes of an upload under another media type."""

    code = "wrong_content_type"


class WrongProtocolVersion(InvalidInput):
    """A client of another tus version."""

    code = "wrong_protocol_version"


def override_method(wsgi_app: Any) -> Any:
    """Let a client behind a proxy that knows only GET and POST name the method in a header."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
        named = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").upper()
        is_upload = environ.get("PATH_INFO", "").startswith(f"{blueprint.url_prefix}/")
        if is_upload and environ["REQUEST_METHOD"] == "POST" and named in _OVERRIDES:
            environ["REQUEST_METHOD"] = named
        return wsgi_app(environ, start_response)

    return wrapped


@blueprint.before_request
def _require_version() -> None:
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        raise WrongProtocolVersion("This server speaks tus 1.0.0.", field="Tus-Resumable")


@blueprint.after_request
def _say_version(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Tus-Version"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("", methods=["OPTIONS"])
@blueprint.route("/<uuid:recording_id>", methods=["OPTIONS"])
def options(recording_id: UUID | None = None) -> ResponseReturnValue:
    """What this server can do."""
    del recording_id
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,creation-defer-length,creation-with-upload,checksum,termination",
        "Tus-Checksum-Algorithm": ",".join(upload_headers.ALGORITHMS),
        "Tus-Max-Size": str(upload_headers.MAX_BYTES),
    }
    return "", 204, headers


@blueprint.post("")
def create() -> ResponseReturnValue:
    """Open an upload under the client's recording id; the same again names the same address."""
    length, metadata = upload_headers.length(), upload_headers.metadata()
    named = "recording_id" in metadata
    recording_id = upload_headers.client_id(metadata, "recording_id") if named else uuid.uuid4()
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        session = sessions.get_own(connection, upload_headers.client_id(metadata, "session_id"), user["id"])
        row, _ = recordings.create(
            connection,
            recording_id,
            session=session,
            question_id=upload_headers.client_id(metadata, "question_id"),
            media_type=sound_files.require_declared(metadata.get("filetype", "application/octet-stream")),
            settings=upload_headers.settings(metadata),
            length_bytes=length,
            room=_room(),
        )
        _require_same_length(row, length)
    headers = {"Location": f"/api/uploads/{recording_id}"}
    has_body = bool(request.content_length) or request.headers.get("Transfer-Encoding") is not None
    if has_body and request.mimetype == upload_headers.CONTENT_TYPE:
        # sent again: what is there already stays, and the offset says how the client goes on
        is_untouched = row["received_bytes"] == 0 and row["state"] == "uploading"
        offset = _append(recording_id, user["id"], offset=0) if is_untouched else row["received_bytes"]
        headers["Upload-Offset"] = str(offset)
    return "", 201, headers


def _room() -> Room:
    """What one session may take."""
    return Room(max_bytes=settings().session_max_bytes, max_recordings=settings().session_max_recordings)


def _require_same_length(row: Row, length: int | None) -> None:
    if length is not None and row["length_bytes"] not in {None, length}:
        raise Conflict("This upload was opened with another length.", remedy="Make a new random id.")


@blueprint.route("/<uuid:recording_id>", methods=["HEAD"])
def head(recording_id: UUID) -> ResponseReturnValue:
    """How much is safely kept."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        row = recordings.get_own(connection, recording_id, user["id"])
    headers = {"Upload-Offset": str(row["received_bytes"]), "Upload-Metadata": upload_headers.write_metadata(row)}
    if row["length_bytes"] is None:
        headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(row["length_bytes"])
    return "", 200, headers


@blueprint.patch("/<uuid:recording_id>")
def append(recording_id: UUID) -> ResponseReturnValue:
    """Add bytes at the offset; what arrived before a connection broke off is kept."""
    if request.mimetype != upload_headers.CONTENT_TYPE:
        raise WrongContentType(f"The content type of a PATCH is {upload_headers.CONTENT_TYPE}.", field="Content-Type")
    with transaction() as connection:
        user_id = access.require(connection, Right.TAKE_PART)["id"]
    offset = _append(recording_id, user_id, offset=upload_headers.offset())
    return "", 204, {"Upload-Offset": str(offset)}


def _append(recording_id: UUID, user_id: UUID, *, offset: int) -> int:
    """Keep this request's bytes from `offset` on; returns the offset after them."""
    row, rest = _declare(recording_id, user_id, offset)
    is_deferred = row["length_bytes"] is None
    body = Body(limit=min(upload_headers.MAX_BYTES - offset, rest) if is_deferred else row["length_bytes"] - offset)
    if body.has_checksum:
        return _append_verified(recording_id, user_id, offset, body)
    while batch := body.batch():
        offset = _keep(recording_id, user_id, offset, [batch])
    body.require_sound()
    return offset


def _looked_at(row: Row, data_key: DataKey, pieces: Iterable[bytes], found: list[str]) -> Iterator[bytes]:
    """The pieces, after a look at how the file begins, before any of it is kept; what it is, is put into `found`."""
    opening = b""
    if 0 < row["received_bytes"] < sound_files.DECIDED_BY:
        with blobs.store().open(f"recordings/{row['id']}", data_key, row["stored_bytes"]) as file:
            opening = file.read(sound_files.DECIDED_BY)
    is_open = row["received_bytes"] < sound_files.DECIDED_BY
    for piece in pieces:
        if is_open:
            opening += piece[: sound_files.DECIDED_BY]
            if (media_type := sound_files.require_type(opening)) is not None:
                found.append(media_type)
            is_open = len(opening) < sound_files.DECIDED_BY
        yield piece


def _append_verified(recording_id: UUID, user_id: UUID, offset: int, body: Body) -> int:
    """Keep the bytes only if they add up, however slowly they come: first they are held, on the disk if many."""
    if not body.fits_one_batch:
        with blobs.spooled(settings().data_dir, body.pieces()) as pieces:
            body.require_sound()
            return _keep(recording_id, user_id, offset, pieces)
    whole = b"".join(body.pieces())
    body.require_sound()
    return _keep(recording_id, user_id, offset, [whole]) if whole else offset


def _declare(recording_id: UUID, user_id: UUID, offset: int) -> tuple[Row, int]:
    """The upload at this offset, with the length that a PATCH may bring along, and the bytes that its session has."""
    length = upload_headers.require_allowed(upload_headers.whole_number("Upload-Length"))
    with transaction() as connection:
        acting.act_as(connection, user_id)
        row = _locked(connection, recording_id, user_id, offset)
        if length is not None and request.method == "PATCH":
            row = recordings.declare_length(connection, row, length, _room())
            if row["state"] == "uploading" and row["received_bytes"] == length:
                counts = {name: row[name] for name in ("received_bytes", "stored_bytes")}
                row = _acknowledge(connection, row, **counts)
        return row, left(connection, row["session_id"], _room())


def _keep(recording_id: UUID, user_id: UUID, offset: int, pieces: Iterable[bytes]) -> int:
    with blobs.store().alone(f"recordings/{recording_id}"), transaction() as connection:
        acting.act_as(connection, user_id)
        row = _locked(connection, recording_id, user_id, offset)
        data_key = blobs.key_ring().of(user_id)
        found: list[str] = []
        looked_at = _looked_at(row, data_key, pieces, found)
        appended = blobs.store().append(f"recordings/{row['id']}", data_key, row["stored_bytes"], looked_at)
        row = _acknowledge(
            connection,
            row,
            received_bytes=row["received_bytes"] + appended.received_bytes,
            stored_bytes=appended.stored_bytes,
            media_type=found[0] if found and found[0] != row["media_type"].partition(";")[0] else None,
        )
    received: int = row["received_bytes"]
    return received


def _acknowledge(
    connection: Any, row: Row, *, received_bytes: int, stored_bytes: int, media_type: str | None = None
) -> Row:
    """Write down what is safely kept; of a whole recording, that is what both stores hold, if there are two."""
    counts = {"received_bytes": received_bytes, "stored_bytes": stored_bytes}
    row = recordings.advance(connection, row, **counts, media_type=media_type)
    both = blobs.mirrored()
    if both is not None and row["state"] == "complete" and stored_bytes:
        if settings().blob_mirror_at_once:
            both.mirror(f"recordings/{row['id']}", stored_bytes)
        else:
            recordings.queue_mirroring(connection, row["id"])
    return row


def _locked(connection: Any, recording_id: UUID, user_id: UUID, offset: int) -> Row:
    row = recordings.get_own(connection, recording_id, user_id, is_locked=True)
    consents.require_taking_part(connection, row["session_id"], user_id)
    if offset != row["received_bytes"]:
        raise Conflict(f"The offset is {row['received_bytes']}, not {offset}.", remedy="Go on from there.")
    return row


@blueprint.delete("/<uuid:recording_id>")
def terminate(recording_id: UUID) -> ResponseReturnValue:
    """End an upload that nobody will finish."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        row = recordings.get_own(connection, recording_id, user["id"], is_locked=True)
        recordings.terminate(connection, row)
    # only now: had the transaction failed, the upload would go on with what is on disk
    blobs.store().delete(f"recordings/{recording_id}")
    return "", 204
