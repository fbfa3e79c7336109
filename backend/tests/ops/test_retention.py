"""Without a rule nothing goes; with one, just what is old enough, here, among the backups, and after a restore."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from builders import owner_transaction, participant, put, recording, session, spoken
from cognitive_assessment import blobs, config
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.errors import Conflict
from cognitive_assessment.ops import database_report, erasure, nightly, retention
from cognitive_assessment.ops.backups import files
from cognitive_assessment.store import acting, consents, invitations, organisations
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.tables import (
    audit_log,
    erasures,
    recording_erasures,
    recordings,
    scores,
    sessions,
    users,
)
from cognitive_assessment.store.tables import organisations as organisations_table

DAY = dt.timedelta(days=1)


class Given:
    """A participant with one recording that was scored, as many days ago as is said; its sound is on both disks."""

    def __init__(self, days_ago: int, *, label: str, is_scored: bool = True) -> None:
        at = dt.datetime.now(dt.UTC) - days_ago * DAY
        with transaction() as connection:
            person = participant(connection, label=label)
            self.person_id = person["id"]
            self.session_id = session(connection, person)["id"]
            question_id = uuid.uuid4()
            of = {"id": self.session_id, "user_id": person["id"], "state": "open"}
            self.recording_id = recording(connection, of, question_id=question_id)["id"]
            put(connection, of, spoken(self.recording_id), question_id=question_id)
            if is_scored:
                values = {name: {} for name in ("values", "evidence", "versions")}
                of_question = {"id": uuid.uuid4(), "question_id": question_id, "rule": "r", "outcome": "done"}
                connection.execute(sa.insert(scores).values(**of_question, status="scored", **values))
        data_key = blobs.key_ring().ensure(self.person_id)
        self.key = f"recordings/{self.recording_id}"
        stored = [store.append(self.key, data_key, 0, [b"sound"]).stored_bytes for store in both()]
        with owner_transaction() as connection:
            change = sa.update(recordings).where(recordings.c.id == self.recording_id)
            connection.execute(
                change.values(
                    created_at=at, completed_at=at, state="complete", stored_bytes=stored[0], received_bytes=5
                )
            )
            connection.execute(sa.update(sessions).where(sessions.c.id == self.session_id).values(created_at=at))

    @property
    def has_sound(self) -> set[bool]:
        return {store.has_stored(self.key, 1) for store in both()}


def both():
    return blobs.store(), DiskBlobStore(config.settings().backup_dir / "blobs", min_free_bytes=0)


def rule(**days: int | None) -> None:
    with owner_transaction() as connection:
        connection.execute(sa.update(organisations_table).values(**days))


def people() -> set[uuid.UUID]:
    with owner_transaction() as connection:
        return set(connection.execute(sa.select(users.c.id)).scalars())


def rows_of(table: sa.Table) -> list[dict]:
    with owner_transaction() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


@pytest.fixture
def run(committed, database, data_dir):
    def once(*, is_dry: bool = False, say=lambda _: None) -> retention.LetGo:
        return retention.run(config.settings(), database.owner_url, say, is_dry=is_dry)

    return once


def test_by_default_nothing_goes(run):
    old = Given(10_000, label="P-1")
    assert run() == retention.LetGo([], [], [])
    assert (old.has_sound, old.person_id in people()) == ({True}, True)


def test_recordings_go_after_their_days_and_everything_else_stays(run):
    old, new = Given(31, label="P-1"), Given(29, label="P-2")
    waiting = Given(31, label="P-3", is_scored=False)
    rule(recordings_kept_days=30)
    rehearsed = run(is_dry=True)
    assert (rehearsed.recordings, old.has_sound) == ([old.recording_id], {True})
    assert run().recordings == [old.recording_id]
    assert (old.has_sound, new.has_sound, waiting.has_sound) == ({False}, {True}, {True})
    assert len(rows_of(scores)) == 2
    kept = {row["id"]: row["state"] for row in rows_of(recordings)}
    assert kept == {old.recording_id: "erased", new.recording_id: "complete", waiting.recording_id: "complete"}
    (tombstone,) = rows_of(recording_erasures)
    assert (tombstone["recording_id"], tombstone["reason"]) == (old.recording_id, "30 days after it was made")
    logged = [row for row in rows_of(audit_log) if row["table_name"] == "recording_erasures"]
    assert [(row["operation"], row["new_values"]["recording_id"]) for row in logged] == [
        ("INSERT", str(old.recording_id))
    ]
    assert run() == retention.LetGo([], [], []), "the next night has nothing to do"


def test_a_restored_database_has_it_let_go_again(run, database):
    old = Given(31, label="P-1")
    rule(recordings_kept_days=30)
    run()
    with owner_transaction() as connection:  # as a backup of before holds it
        connection.execute(sa.update(recordings).values(state="complete"))
        connection.execute(sa.delete(recording_erasures))
    (config.settings().data_dir / "erased-recordings.jsonl").unlink()  # the list beside the backups remembers too
    assert list(retention.apply_again(config.settings(), database.owner_url)) == [
        "1 recordings that were let go before are let go again"
    ]
    assert [row["recording_id"] for row in rows_of(recording_erasures)] == [old.recording_id]
    assert list(retention.apply_again(config.settings(), database.owner_url)) == []


def test_broken_off_before_it_was_noted_the_next_run_completes_it(run):
    old = Given(31, label="P-1")
    rule(recordings_kept_days=30)
    for store in both():
        store.delete(old.key)
    assert run().recordings == [old.recording_id]
    assert rows_of(recordings)[0]["state"] == "erased"


def test_persons_go_after_their_days_unless_they_are_still_invited(run):
    old, new, invited = (Given(days, label=f"P-{days}") for days in (366, 364, 400))
    with owner_transaction() as connection:
        invitations.add(
            connection,
            organisation_id=organisations.FIRST_ID,
            user_id=invited.person_id,
            invited_by=None,  # type: ignore[arg-type]
            battery="brief",
            locale="en",
            expires_at=dt.datetime.now(dt.UTC) + DAY,
        )
    rule(persons_kept_days=365)
    assert run(is_dry=True).persons == [old.person_id]
    assert run().persons == [old.person_id]
    assert people() == {new.person_id, invited.person_id}
    assert old.has_sound == {False}
    (tombstone,) = rows_of(erasures)
    assert (tombstone["user_id"], tombstone["erased_by"], tombstone["reason"]) == (
        old.person_id,
        "retention",
        "365 days after the last session",
    )
    assert ("users", "DELETE") in {(row["table_name"], row["operation"]) for row in rows_of(audit_log)}


def test_the_pages_of_the_database_which_base_copies_take_hold_no_row_of_who_is_erased(run):
    gone, stays = Given(366, label="Label-of-who-goes"), Given(0, label="Label-of-who-stays")

    def held() -> set[str]:
        with owner_transaction() as connection:
            connection.execute(sa.text("CHECKPOINT"))
            query = "SELECT pg_read_binary_file(pg_relation_filepath('users'))"
            pages = bytes(connection.execute(sa.text(query)).scalar_one())
        return {label for label in ("Label-of-who-goes", "Label-of-who-stays") if label.encode() in pages}

    assert len(held()) == 2
    rule(persons_kept_days=365)
    assert run().persons == [gone.person_id]
    assert held() == {"Label-of-who-stays"}
    assert people() == {stays.person_id}


def test_pages_that_somebody_reads_for_long_are_left_to_the_next_night_and_that_is_said(run, database, monkeypatch):
    monkeypatch.setattr(database_report, "_LOCK_LIMIT_S", 1)
    told: list[str] = []
    with owner_transaction() as reader:
        reader.execute(sa.text("SELECT count(*) FROM users"))
        assert not database_report.rewrite_names(database.owner_url)
        run(say=told.append)
    assert told == ["The pages still hold rows of who was erased: somebody was reading; the next run clears them"]
    assert database_report.rewrite_names(database.owner_url)


def test_who_comes_back_while_others_are_erased_is_kept(run, monkeypatch):
    first, second = Given(367, label="P-1"), Given(366, label="P-2")
    rule(persons_kept_days=365)
    erase = erasure.erase_under_lock

    def meanwhile(settings, owner_url, gone):
        with owner_transaction() as connection:
            change = sa.update(sessions).where(sessions.c.user_id == second.person_id)
            connection.execute(change.values(created_at=dt.datetime.now(dt.UTC)))
        erase(settings, owner_url, gone)

    monkeypatch.setattr(erasure, "erase_under_lock", meanwhile)
    assert run().persons == [first.person_id]
    assert people() == {second.person_id}


def test_what_is_due_is_looked_up_once_more_under_the_lock(run, monkeypatch):
    old, locked = Given(31, label="P-1"), files.locked
    rule(recordings_kept_days=30)

    def lifted_before(folder):
        rule(recordings_kept_days=None)
        return locked(folder)

    monkeypatch.setattr(files, "locked", lifted_before)
    assert run().recordings == []
    assert old.has_sound == {True}


def test_who_asked_is_erased_without_any_rule(run):
    asked, other = Given(0, label="P-1"), Given(0, label="P-2")
    with transaction() as connection:
        acting.act_as(connection, asked.person_id)
        person = {"id": asked.person_id, "organisation_id": organisations.FIRST_ID, "role": "participant"}
        consents.withdraw(
            connection,
            person,
            data="erase",
            by="participant",
            recorded_by=asked.person_id,
            told_at=dt.datetime.now(dt.UTC),
        )
    assert run().asked == [asked.person_id]
    assert people() == {other.person_id}
    (tombstone,) = rows_of(erasures)
    assert (tombstone["reason"], tombstone["erased_by"]) == ("consent withdrawn", str(asked.person_id))


def test_while_a_backup_is_made_nothing_goes_and_it_is_said(run):
    old = Given(31, label="P-1")
    with files.locked(config.settings().backup_dir):
        assert run() == retention.LetGo([], [], []), "where nothing is due, nothing is in the way"
        rule(recordings_kept_days=30)
        assert run(is_dry=True).recordings == [old.recording_id]
        with pytest.raises(Conflict, match="backup"):
            run()
    assert old.has_sound == {True}
    assert run().recordings == [old.recording_id]


@pytest.mark.parametrize(
    ("last", "now", "is_due"),
    [
        (None, "2026-03-01T12:00", True),
        ("2026-03-01T01:59", "2026-03-01T02:00", True),
        ("2026-03-01T02:00", "2026-03-02T01:59", False),
        ("2026-03-01T02:00", "2026-03-02T02:00", True),
        ("2026-02-20T02:00", "2026-03-01T01:00", True),
    ],
)
def test_it_is_due_once_a_night(last, now, is_due):
    zone = ZoneInfo("Europe/Berlin")
    before, at = (moment and dt.datetime.fromisoformat(moment).replace(tzinfo=zone) for moment in (last, now))
    assert nightly.is_due(before, at) == is_due


def test_when_it_last_ran_is_remembered(run):
    assert retention.last_run_at(config.settings()) is None
    run(is_dry=True)
    assert retention.last_run_at(config.settings()) is None
    run()
    kept = json.loads((config.settings().data_dir / "retention.json").read_text())
    assert retention.last_run_at(config.settings()) == dt.datetime.fromisoformat(kept["ran_at"])
