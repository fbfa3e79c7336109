"""Everything that is held about a person in one readable archive: tables as JSON, recordings as sound files."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from cognitive_assessment import blobs
from cognitive_assessment.errors import CognitiveAssessmentError, Conflict, InvalidInput
from cognitive_assessment.ops import scanner
from cognitive_assessment.store import acting, drawings, person_rows, words
from cognitive_assessment.store.engine import make_engine
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.scores import transcript_place

_SUFFIXES = {
    "audio/webm": "webm",
    "audio/ogg": "ogg",
    "audio/mp4": "mp4",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/mpeg": "mp3",
}
_README = """What the Cognitive Assessment System holds about one person.

person {user_id}
made   {made_at}

tables/      one JSON file for each table, each row as it is kept; what is sealed in the database is readable here
recordings/  every recording as it came from the browser, named by its id (see tables/recordings.json)
{missing}
Not here: the hashes of passwords and tokens, and the keys of second factors, which say nothing about a person.
All times are in UTC.
"""


def write(owner_url: str, user_id: UUID, out: Path) -> tuple[dict[str, int], list[str]]:
    """Write the archive of one person; returns how many rows each table gave, and which recordings are not in it, why.

    Raises `Conflict` if there is something under that name, `InvalidInput` if none can be made.
    """
    if out.exists():
        raise Conflict(f"{out} is there already.", remedy="Name another file, or remove it.")
    making = out.with_name(f".{out.name}.making")
    try:  # before the log tells that somebody was given it
        opened = os.open(making, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror}.", remedy="Name another file.") from error
    try:
        with os.fdopen(opened, "w+b") as file:
            counts, missing = _write(owner_url, user_id, file)
        making.rename(out)
    finally:
        making.unlink(missing_ok=True)
    return counts, missing


def _write(owner_url: str, user_id: UUID, file: IO[bytes]) -> tuple[dict[str, int], list[str]]:
    engine = make_engine(owner_url)
    try:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")  # as of one moment
        with engine.begin() as connection:
            tables = person_rows.of_person(connection, user_id)
            acting.act_as(connection, user_id, actor="cas export")  # so that it stands in their organisation's log
            acting.note_read(connection, "users", user_ids=[str(user_id)])
    finally:
        engine.dispose()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        missing = _fill(archive, user_id, tables)
    file.flush()
    os.fsync(file.fileno())
    return {name: len(found) for name, found in tables.items()}, missing


def _fill(archive: zipfile.ZipFile, user_id: UUID, tables: dict[str, list[Row]]) -> list[str]:
    missing = [line for recording in tables["recordings"] if (line := _add_recording(archive, recording))]
    unseal = _unsealing(user_id)
    for name in words.TABLES:
        tables[name] = [words.opened(name, row, unseal) for row in tables[name]]
    for row in tables["transcripts"]:
        row.update(unseal(transcript_place(row["id"]), row.pop("sealed")))
    for row in tables["drawings"]:
        row["strokes"] = unseal(drawings.place(row["question_id"]), row.pop("sealed"))
    for name, found in tables.items():
        archive.writestr(f"tables/{name}.json", json.dumps(found, indent=2, default=_as_text, ensure_ascii=False))
    told = "".join(f"\nNot readable: {line}" for line in missing)
    made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    archive.writestr("README.txt", _README.format(user_id=user_id, made_at=made_at, missing=told))
    return missing


def _unsealing(user_id: UUID) -> words.Unseal:
    """What opens this person's rows; of whom nothing is sealed, no key is asked for."""
    key = functools.cache(lambda: blobs.key_ring().of(user_id))
    return lambda place, sealed: blobs.unseal_json(key(), place, sealed)


def _add_recording(archive: zipfile.ZipFile, recording: Row) -> str | None:
    """Decrypt one recording into the archive as it streams; what cannot be read is told, and the rest still given."""
    if not recording["received_bytes"]:
        return None
    suffix = _SUFFIXES.get(recording["media_type"].partition(";")[0], "bin")
    place = f"recordings/{recording['id']}"
    if recording["scan_finding"] is not None:
        return f"{place}: {scanner.reason(recording['scan_finding'])}"
    try:
        key = blobs.key_ring().of(recording["user_id"])
        with blobs.store().open(place, key, recording["stored_bytes"]) as source:
            scanner.require_harmless(source)  # also what nobody has measured yet, or before there was a scanner
            with archive.open(f"{place}.{suffix}", "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, 1 << 20)
    except CognitiveAssessmentError as error:
        return f"{place}: {error.message}"
    return None


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)
