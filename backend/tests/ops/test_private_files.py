"""Files that are written whole, lists that are kept twice, and what a kill in the middle of a line leaves of them."""

from __future__ import annotations

import datetime as dt
import os
import stat
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from cognitive_assessment import config
from cognitive_assessment.errors import Conflict, InvalidSettings
from cognitive_assessment.ops import erasure, kept_lists
from cognitive_assessment.ops.backups import files, make
from cognitive_assessment.private_files import append_private, make_private, write_private
from cognitive_assessment.store.erasures import Erasure

WHO = {"user_id": str(uuid.uuid4()), "reason": "asked for"}


@pytest.mark.parametrize("write", [write_private, make_private, append_private])
def test_the_name_of_a_file_is_on_the_disk_too(tmp_path, monkeypatch, write):
    synced, fsync = [], os.fsync

    def watched(descriptor: int) -> None:
        synced.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    write(tmp_path / "kept", "a line\n")
    assert synced == ["file", "folder"]
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o600


def test_of_many_first_identities_one_stays(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = {str(one) for one in pool.map(lambda _: files.identity_of(tmp_path, None), range(40))}
    assert found == {(tmp_path / files.IDENTITY_FILE).read_text().strip()}


def test_a_torn_line_is_passed_over_where_the_other_place_has_it_whole(tmp_path):
    places = (tmp_path / "data" / "list.jsonl", tmp_path / "backups" / "list.jsonl")
    kept_lists.add(places, [WHO])
    whole = places[0].read_text()
    places[1].write_text(whole[:20])
    kept_lists.add(places, [{**WHO, "reason": "again"}])
    assert [one["reason"] for one in kept_lists.read(places, dict)] == ["asked for", "again", "again"]
    assert places[1].read_text().splitlines()[0] == whole[:20]


def test_a_line_that_is_whole_nowhere_is_named(tmp_path):
    places = (tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    kept_lists.add(places, [WHO])
    with places[0].open("a") as file:
        file.write('{"user_id": "nobody')
    with pytest.raises(InvalidSettings, match=r"a\.jsonl, line 2, is not whole"):
        kept_lists.read(places, dict)


@pytest.mark.usefixtures("committed")
def test_who_belonged_to_no_organisation_is_remembered_and_no_backup_is_at_work_meanwhile(data_dir, database):
    who = Erasure(uuid.uuid4(), None, dt.datetime(2026, 11, 24, tzinfo=dt.UTC), "operator", "asked for")
    with files.locked(config.settings().backup_dir), pytest.raises(Conflict):
        erasure.erase(config.settings(), database.owner_url, who)
    assert not (data_dir / "erasures.jsonl").exists()
    erasure.erase(config.settings(), database.owner_url, who)
    assert erasure._remembered(config.settings()) == [who]


def test_a_backup_is_written_under_the_identity_that_is_there_when_its_turn_comes(
    committed, database, data_dir, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", database.owner_url)
    config.settings.cache_clear()
    files.identity_of(data_dir, None)
    locked = files.locked

    def exchanged_before(folder):
        (data_dir / files.IDENTITY_FILE).unlink()
        files.identity_of(data_dir, None)
        return locked(folder)

    monkeypatch.setattr(files, "locked", exchanged_before)
    made = make.make(config.settings(), lambda _: None).path.name
    assert files.open_backup(config.settings().backup_dir, made, files.identity_of(data_dir, None))


@pytest.mark.usefixtures("committed")
def test_without_the_master_key_nothing_is_erased_and_no_other_key_is_made(data_dir, database):
    (data_dir / "master.key").unlink()
    who = Erasure(uuid.uuid4(), None, dt.datetime(2026, 11, 24, tzinfo=dt.UTC), "operator", "asked for")
    with pytest.raises(InvalidSettings, match="There is no master key"):
        erasure.erase(config.settings(), database.owner_url, who)
    with pytest.raises(InvalidSettings, match="There is no master key"):
        list(erasure.apply_again(config.settings(), database.owner_url))
    assert not (data_dir / "master.key").exists()
