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
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment import blobs
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.config import Settings
from cognitive_assessment.ops import database_report, erasure, kept_lists
from cognitive_assessment.ops.backups import bucket, files
from cognitive_assessment.private_files import read_private, write_private
from cognitive_assessment.store import consents, retention
from cognitive_assessment.store.engine import make_engine
from cognitive_assessment.store.erasures import Erasure
from cognitive_assessment.store.rows import Row

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
    engine = make_engine(owner_url)
    try:
        due = _Due.at(engine, now)
        if is_dry:
            return due.let_go()
        done = LetGo([], [], [])
        if due.is_any:
            with files.locked(settings.backup_dir):
                due = _Due.at(engine, now)  # what was due before the lock need not be any more
                for row, by, reason in due.persons_with_reasons():
                    if due.is_still(engine, row, now):
                        _erase(settings, owner_url, row, now, by=by, reason=reason)
                        (done.asked if row in due.asked else done.persons).append(row["user_id"])
                        say(f"Erased, {reason}: {row['user_id']}")
                if done.asked or done.persons:
                    database_report.vacuum(owner_url)
                _let_go(settings, engine, due.recordings, now)
                done.recordings.extend(row["recording_id"] for row in due.recordings)
        # also of whom somebody else has erased since the last night
        if not database_report.rewrite_names(owner_url):
            say("The pages still hold rows of who was erased: somebody was reading; the next run clears them")
        note_run(settings, now)
    finally:
        engine.dispose()
    return done


@dataclass(frozen=True, slots=True)
class _Due:
    """The rows of who and what is due at one look."""

    asked: list[Row]
    persons: list[Row]
    recordings: list[Row]

    @classmethod
    def at(cls, engine: sa.Engine, now: dt.datetime) -> _Due:
        """Look in one transaction."""
        with engine.connect() as connection:
            asked = consents.erasures_asked_for(connection)
            gone = {row["user_id"] for row in asked}
            persons = [row for row in retention.persons_due(connection, now) if row["user_id"] not in gone]
            return cls(asked, persons, retention.recordings_due(connection, now))

    @property
    def is_any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.asked or self.persons or self.recordings)

    def let_go(self) -> LetGo:
        """The numbers of all of it."""
        return LetGo(
            [row["user_id"] for row in self.asked],
            [row["user_id"] for row in self.persons],
            [row["recording_id"] for row in self.recordings],
        )

    def persons_with_reasons(self) -> Iterator[tuple[Row, str, str]]:
        """Each person who goes, by whom and why."""
        for row in self.asked:
            yield row, str(row["recorded_by"]), "consent withdrawn"
        for row in self.persons:
            yield row, "retention", f"{row['kept_days']} days after the last session"

    def is_still(self, engine: sa.Engine, row: Row, now: dt.datetime) -> bool:
        """Whether a person is due at this moment too: they may have come back while others were erased."""
        with engine.connect() as connection:
            if row in self.asked:
                return row["user_id"] in {one["user_id"] for one in consents.erasures_asked_for(connection)}
            return bool(retention.persons_due(connection, now, user_id=row["user_id"]))


def note_run(settings: Settings, at: dt.datetime) -> None:
    """Remember that the rules were applied to the end."""
    write_private(settings.data_dir / _LAST, json.dumps({"ran_at": at.isoformat()}))


def last_run_at(settings: Settings) -> dt.datetime | None:
    """When the rules were last applied to the end."""
    text = read_private(settings.data_dir / _LAST)
    return None if text is None else dt.datetime.fromisoformat(json.loads(text)["ran_at"])


def _erase(settings: Settings, owner_url: str, row: Row, now: dt.datetime, *, by: str, reason: str) -> None:
    erasure.erase_under_lock(
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
        kept_lists.add(_places(settings), erased)
        bucket.keep_list(settings, _places(settings))
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
    return {row["recording_id"]: row for row in kept_lists.read(_places(settings), _of_line)}


def _of_line(told: dict[str, Any]) -> Row:
    return {
        "recording_id": UUID(told["recording_id"]),
        "organisation_id": UUID(told["organisation_id"]),
        "erased_at": dt.datetime.fromisoformat(told["erased_at"]),
        "reason": told["reason"],
    }


def _places(settings: Settings) -> tuple[Path, Path]:
    return settings.data_dir / kept_lists.RECORDINGS, settings.backup_dir / kept_lists.RECORDINGS


def apply_again(settings: Settings, owner_url: str) -> Iterator[str]:
    """Let go once more what was let go and is in this database: it was restored."""
    known = erased_recordings(settings)
    if not known:
        return
    engine = make_engine(owner_url)
    try:
        with engine.begin() as connection:
            back = retention.not_noted(connection, list(known))
            _remove_sound(settings, list(back))
            retention.note_erased(connection, [known[number] for number in back])
    finally:
        engine.dispose()
    if back:
        yield f"{len(back)} recordings that were let go before are let go again"
