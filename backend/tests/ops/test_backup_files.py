"""Which backups are kept, what a manifest's signature is good for, and that only one at a time is made."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitive_assessment import config
from cognitive_assessment.errors import Conflict, DamagedBackup, InvalidSettings, NotFound
from cognitive_assessment.ops import doctor, health
from cognitive_assessment.ops.archive import keep, state
from cognitive_assessment.ops.backups import files, schedule
from cognitive_assessment.ops.backups.contents import differences

NEWEST = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


@pytest.fixture
def identity():
    return pyrage.x25519.Identity.generate()


def backups(folder, *hours_ago):
    for ago in hours_ago:
        (folder / files.name_at(NEWEST - dt.timedelta(hours=ago))).mkdir()
    return files.listed(folder)


def test_a_year_of_hourly_backups_leaves_days_and_months(tmp_path):
    found = backups(tmp_path, *range(24 * 365))
    gone = files.prune(tmp_path)
    left = files.listed(tmp_path)
    ages_h = [(NEWEST - files.created_at(path)).total_seconds() / 3600 for path in left]
    assert len(gone) + len(left) == len(found)
    assert sum(age < 48 for age in ages_h) == 48
    assert 27 <= sum(48 <= age < 24 * 30 for age in ages_h) <= 29  # one a day, and where a month ended
    assert 10 <= sum(age >= 24 * 30 for age in ages_h) <= 12  # one a month
    assert max(ages_h) > 24 * 300


@given(st.lists(st.integers(0, 24 * 400), min_size=1, max_size=60, unique=True))
def test_pruning_never_removes_the_newest_and_twice_is_once(hours):
    paths = sorted(files.Path("/x") / files.name_at(NEWEST - dt.timedelta(hours=h)) for h in hours)
    kept = files.kept(paths)
    assert paths[-1] in kept
    assert files.kept(kept) == kept


def test_what_is_no_backup_is_never_touched(tmp_path):
    for name in ("reports", "blobs", ".20261124T120000Z.making", "20261124"):
        (tmp_path / name).mkdir()
    assert files.listed(tmp_path) == []
    assert files.listed(tmp_path / "none") == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace('"rows": 1', '"rows": 2'),
        lambda text: text[: len(text) // 2],
        lambda _: "[]",
        lambda _: "",
        lambda text: text.replace("signature", "signed"),
    ],
)
def test_an_altered_manifest_is_refused(tmp_path, identity, damage):
    (folder,) = backups(tmp_path, 0)
    path = folder / files.MANIFEST
    files.write_signed(path, {"format": files.FORMAT, "rows": 1}, identity)
    assert files.open_backup(tmp_path, None, identity).manifest["rows"] == 1
    path.write_text(damage(path.read_text()))
    with pytest.raises(DamagedBackup):
        files.open_backup(tmp_path, None, identity)


def test_another_identity_another_format_and_another_name_are_refused(tmp_path, identity):
    (folder,) = backups(tmp_path, 0)
    files.write_signed(folder / files.MANIFEST, {"format": files.FORMAT + 1}, identity)
    with pytest.raises(DamagedBackup, match="another identity"):
        files.open_backup(tmp_path, None, pyrage.x25519.Identity.generate())
    with pytest.raises(DamagedBackup, match="format"):
        files.open_backup(tmp_path, None, identity)
    with pytest.raises(NotFound):
        files.open_backup(tmp_path, "20000101T000000Z", identity)


def test_a_backup_of_one_moment_cannot_pass_for_that_of_another(tmp_path, identity):
    """An older one whose folder got a newer name would be restored as the newest."""
    (folder,) = backups(tmp_path, 0)
    files.write_signed(folder / files.MANIFEST, {"format": files.FORMAT, "name": folder.name}, identity)
    assert files.open_backup(tmp_path, None, identity).path == folder
    renamed = folder.rename(tmp_path / files.name_at(files.created_at(folder) + dt.timedelta(days=1)))
    with pytest.raises(DamagedBackup, match=folder.name):
        files.open_backup(tmp_path, None, identity)
    renamed.rename(folder)
    assert files.open_backup(tmp_path, None, identity).manifest["name"] == folder.name


def test_the_identity_is_made_once_and_kept_private(tmp_path):
    made = files.identity_of(tmp_path, None)
    assert str(files.identity_of(tmp_path, None)) == str(made)
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InvalidSettings, match="no age identity"):
        files.identity_of(tmp_path, "AGE-SECRET-KEY-nonsense")


def test_a_second_one_at_the_same_time_is_told_who_works(tmp_path):
    with files.locked(tmp_path), pytest.raises(Conflict, match="process"), files.locked(tmp_path):
        pytest.fail("two at once")
    with files.locked(tmp_path):
        pass


def test_differences_name_the_table():
    one, other = {"rows": 1, "hash": "5"}, {"rows": 1, "hash": "6"}
    assert differences({"a": one}, {"a": one}) == []
    assert differences({"a": one, "b": one}, {"a": other, "c": one}) == [
        "The table b is missing.",
        "The table c was not in the backup.",
        "The table a has other contents.",
    ]
    assert differences({"a": one}, {"a": {"rows": 3, "hash": "5"}}) == ["The table a has 3 rows instead of 1."]


def test_a_manifest_is_plain_to_read(tmp_path, identity):
    path = tmp_path / "m.json"
    files.write_signed(path, {"b": 1}, identity)
    assert json.loads(path.read_text())["b"] == 1


@pytest.mark.parametrize(
    ("code", "outcome", "wait_s"),
    [(0, "done", 3600), (files.INCOMPLETE, "incomplete", 3600), (1, "failed", 300), (-15, "failed", 300)],
)
def test_only_one_that_failed_is_tried_again_soon(code, outcome, wait_s):
    assert schedule.outcome_of(code) == outcome
    assert schedule.wait_s(outcome, 3600) == wait_s


def test_one_disk_for_data_and_backups_is_told(data_dir):
    settings = config.settings()
    assert files.is_beside_the_data(settings)
    assert "on the disk of the data" in health.check_backups().message
    (finding,) = doctor._backups(settings)
    assert (finding.is_well, finding.is_warning, "CAS_BACKUP_DIR" in finding.remedy) == (False, True, True)
    other = Path("/dev/shm")
    if other.exists() and other.stat().st_dev != data_dir.stat().st_dev:
        (finding,) = doctor._backups(replace(settings, backup_dir=other / "not" / "there" / "yet"))
        assert finding.is_well


@pytest.mark.parametrize("every_h", [1, 24])
def test_what_is_erased_right_after_a_whole_base_copy_is_gone_from_the_archive_within_nine_days(every_h):
    every, a_moment = dt.timedelta(hours=every_h), dt.timedelta(minutes=5)  # which making one takes
    whole = [dt.timedelta(0)]
    newest, now = whole[0], every - a_moment
    while len(whole) < 2 or newest == whole[-1]:  # the week before goes when one more rests on the next whole copy
        if now - newest >= keep.BASE_EVERY:
            newest = now + a_moment
            if now - whole[-1] >= keep.WHOLE_EVERY:
                whole.append(newest)
        now += every
    assert keep.BASES_KEPT == 2
    assert dt.timedelta(days=7) <= newest < dt.timedelta(days=9)


def test_a_base_copy_of_a_moment_to_come_is_told_for_none_is_made_until_then():
    def fault(base_age_s: float) -> str | None:
        return state.State(is_received=True, is_lost=False, lag_bytes=0, base_age_s=base_age_s, age_s=0.0).fault()

    assert fault(-1.0) is None  # it is named by the second in which it ended
    assert "of a moment in 48 hours" in (fault(-48 * 3600.0) or "")
