"""Let go what the organisations' rules and the participants themselves say: nightly, by `cas retention run`.

Who asked to be erased is erased in any case; everything else only by a rule that an administrator has set. A list
beside the data and beside the backups remembers the numbers of recordings that were let go, as another one does those
of persons, so that a backup that is restored has both applied again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment import blobs
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.config import Settings
from cognitive_assessment.ops import erasure
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.private_files import append_private, read_private, write_private
from cognitive_assessment.store import consents, retention
from cognitive_assessment.store.engine import make_engine
from cognitive_assessment.store.erasures import Erasure
from cognitive_assessment.store.rows import Row

_LIST = "erased-recordings.jsonl"
_LAST = "retention.json"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LetGo:
    """What was let go, or would be: persons who asked, persons and recordings by a rule."""

    asked: list[UUID]
    persons: list[UUID]
    recordings: list[UUID]


def run(settings: Settings, owner_url: str, say: Callable[[str], None], *, is_dry: bool) -> LetGo:
    """Let go what is due now; a dry run only tells. Broken off, the next run completes it.

    Raises `Conflict` if something is due while a backup or restore runs.
    """
    now = dt.datetime.now(dt.UTC)
    engine = make_engine(owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        with engine.connect() as connection:
            asked = consents.erasures_asked_for(connection)
            gone = {row["user_id"] for row in asked}
            persons = [row for row in retention.persons_due(connection, now) if row["user_id"] not in gone]
            recordings = retention.recordings_due(connection, now)
        if not is_dry:
            if asked or persons or recordings:
                with files.locked(settings.backup_dir):
                    _erase_all(settings, owner_url, asked, persons, now, say)
                    _let_go(settings, engine, recordings, now)
            note_run(settings, now)
    finally:
        engine.dispose()
    return LetGo(
        [row["user_id"] for row in asked],
        [row["user_id"] for row in persons],
        [row["recording_id"] for row in recordings],
    )


def _erase_all(
    settings: Settings,
    owner_url: str,
    asked: list[Row],
    persons: list[Row],
    now: dt.datetime,
    say: Callable[[str], None],
) -> None:
    for row in asked:
        _erase(settings, owner_url, row, now, by=str(row["recorded_by"]), reason="consent withdrawn")
        say(f"Erased, as asked for: {row['user_id']}")
    for row in persons:
        reason = f"{row['kept_days']} days after the last session"
        _erase(settings, owner_url, row, now, by="retention", reason=reason)
        say(f"Erased, {reason}: {row['user_id']}")


def note_run(settings: Settings, at: dt.datetime) -> None:
    """Remember that the rules were applied to the end."""
    write_private(settings.data_dir / _LAST, json.dumps({"ran_at": at.isoformat()}))


def last_run_at(settings: Settings) -> dt.datetime | None:
    """When the rules were last applied to the end."""
    text = read_private(settings.data_dir / _LAST)
    return None if text is None else dt.datetime.fromisoformat(json.loads(text)["ran_at"])


def _erase(settings: Settings, owner_url: str, row: Row, now: dt.datetime, *, by: str, reason: str) -> None:
    erasure.erase(
        settings,
        owner_url,
        Erasure(
            user_id=row["user_id"],
            organisation_id=row["organisation_id"],
            erased_at=now,
            erased_by=by,
            reason=reason,
        ),
    )


def _let_go(settings: Settings, engine: sa.Engine, due: list[Row], now: dt.datetime) -> None:
    for start in range(0, len(due), _AT_ONCE):
        erased = [
            {
                "recording_id": row["recording_id"],
                "organisation_id": row["organisation_id"],
                "erased_at": now,
                "reason": f"{row['kept_days']} days after it was made",
            }
            for row in due[start : start + _AT_ONCE]
        ]
        lines = "".join(json.dumps(row, default=str) + "\n" for row in erased)
        for folder in (settings.data_dir, settings.backup_dir):
            append_private(folder / _LIST, lines)
        _remove_sound(settings, [row["recording_id"] for row in erased])
        # last: broken off before, the recordings are still due
        with engine.begin() as connection:
            retention.note_erased(connection, erased)


def _remove_sound(settings: Settings, numbers: list[UUID]) -> None:
    for store in (blobs.store(), DiskBlobStore(settings.backup_dir / "blobs", min_free_bytes=0)):
        for number in numbers:
            store.delete(f"recordings/{number}")
            store.delete(f"playback/{number}")


def erased_recordings(settings: Settings) -> dict[UUID, Row]:
    """Every recording that was let go, by its number: backups of before still name them."""
    found: dict[UUID, Row] = {}
    for folder in (settings.data_dir, settings.backup_dir):
        for line in filter(None, (read_private(folder / _LIST) or "").splitlines()):
            told: dict[str, Any] = json.loads(line)
            number = UUID(told["recording_id"])
            found[number] = {
                "recording_id": number,
                "organisation_id": UUID(told["organisation_id"]),
                "erased_at": dt.datetime.fromisoformat(told["erased_at"]),
                "reason": told["reason"],
            }
    return found


def apply_again(settings: Settings, owner_url: str) -> Iterator[str]:
    """Let go once more what was let go and is in this database: it was restored."""
    known = erased_recordings(settings)
    if not known:
        return
    engine = make_engine(owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        with engine.begin() as connection:
            back = retention.not_noted(connection, list(known))
            _remove_sound(settings, list(back))
            retention.note_erased(connection, [known[number] for number in back])
    finally:
        engine.dispose()
    if back:
        yield f"{len(back)} recordings that were let go before are let go again"
