"""The sound behind an answer, for staff: what the recogniser heard, made anew; never what somebody has uploaded."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask import request, send_file
from flask.typing import ResponseReturnValue

from cognitive_assessment import blobs
from cognitive_assessment.api import access
from cognitive_assessment.api.rights import Right
from cognitive_assessment.errors import Gone, NotFound
from cognitive_assessment.ops import scanner
from cognitive_assessment.store import acting, recordings
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

blueprint = APIBlueprint("recordings", __name__, url_prefix="/api/recordings", tag="Recordings")


@blueprint.get("/<uuid:recording_id>/audio")
def audio(recording_id: UUID) -> ResponseReturnValue:
    """The recording, in ranges where the player asks for them."""
    with transaction() as connection:
        staff = access.require(connection, Right.LISTEN)
        row = recordings.get_in_organisation(connection, recording_id, staff["organisation_id"])
        _require_playable(row)
        acting.note_read(connection, "recordings", recording_id=str(recording_id))  # whichever piece is asked for
    data_key = blobs.key_ring().of(row["user_id"])
    file = blobs.store().open(f"playback/{recording_id}", data_key, row["playback_stored_bytes"])
    response = send_file(file, mimetype="audio/flac", conditional=False, etag=False)
    response.content_length = file.seek(0, 2)
    file.seek(0)
    response.make_conditional(request.environ, accept_ranges=True, complete_length=response.content_length)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f'inline; filename="{recording_id}.flac"'
    return response


def _require_playable(row: Row) -> None:
    if row["state"] == "erased":
        raise Gone(
            "The recording was erased, as the organisation's rule says.", remedy="Its transcript and score stay."
        )
    if row["scan_finding"] is not None:
        raise Gone(scanner.reason(row["scan_finding"]))
    if row["playback_stored_bytes"] is None:
        raise NotFound(
            "There is no sound to play: it is prepared once the recording has been read.",
            remedy="Try again in a minute; where it could not be read, its score says why.",
        )
