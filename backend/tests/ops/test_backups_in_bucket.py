"""Where the recordings are in a bucket, backups are there too and come back from there; a server speaks S3 by HTTP."""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path

import psycopg
import pyrage
import pytest

from archives import Archived, note
from buckets import running_bucket
from cognitive_assessment import config
from cognitive_assessment.errors import Unavailable
from cognitive_assessment.ops import doctor, kept_lists
from cognitive_assessment.ops.backups import bucket, files, identity


@pytest.fixture
def there():
    with running_bucket() as found:
        yield found


def system(folder: Path, there, **more: str) -> config.Settings:
    """The settings of a system with an identity that keeps its recordings in the bucket."""
    settings = config.build({"CAS_DATA_DIR": str(folder), **there[0], **more})
    files.identity_of(settings.data_dir, settings.backup_identity)
    return settings


def backup(settings: config.Settings, name: str) -> Path:
    path = settings.backup_dir / name
    path.mkdir(parents=True)
    for file in (files.DUMP, files.BLOBS, files.MANIFEST):
        (path / file).write_text(f"{file} of {name}")
    return path


def lose(settings: config.Settings) -> None:
    shutil.rmtree(settings.backup_dir)


def silent(_: str) -> None:
    return


def test_what_is_kept_here_is_kept_there_and_goes_by_the_same_rule(tmp_path, there):
    settings, names = system(tmp_path, there), ["20260101T000000Z", "20260101T003000Z", "20260301T000000Z"]
    for name in names[:2]:
        backup(settings, name)
    bucket.bring_up(settings)  # both are of the 24 hours before the newest
    assert bucket.listed(settings) == names[:2]
    backup(settings, names[2])
    files.prune(settings.backup_dir)
    bucket.bring_up(settings)
    assert bucket.listed(settings) == names[1:] == [path.name for path in files.listed(settings.backup_dir)]
    lose(settings)
    bucket.bring_up(settings)
    assert bucket.listed(settings) == names[1:]


def test_one_that_is_not_whole_there_does_not_count_and_goes(tmp_path, there):
    settings = system(tmp_path, there)
    backup(settings, "20260101T000000Z")
    bucket.bring_up(settings)
    place = bucket._place(settings)
    (manifest,) = [name for name in there[1]() if name.endswith(files.MANIFEST)]
    place.objects.delete([manifest])
    assert bucket.listed(settings) == []
    lose(settings)
    bucket.fetch(settings, None, silent)
    assert files.listed(settings.backup_dir) == []
    bucket.bring_up(settings)
    assert there[1]() == []


@pytest.mark.parametrize(("asked", "fetched"), [(None, "20260301T000000Z"), ("20260101T000000Z", "20260101T000000Z")])
def test_a_lost_folder_is_fetched_with_the_lists_of_what_was_erased(tmp_path, there, asked, fetched):
    settings = system(tmp_path, there)
    for name in ("20260101T000000Z", "20260301T000000Z"):
        whole = {file.name: file.read_bytes() for file in backup(settings, name).iterdir()}
    bucket.bring_up(settings)
    places = [folder / kept_lists.ERASURES for folder in (settings.data_dir, settings.backup_dir)]
    kept_lists.add(places, [{"user_id": "one"}])
    bucket.keep_list(settings, places)
    assert b"one" not in b"".join(bucket._place(settings).objects.get(there[1]()[-1]))  # encrypted
    lose(settings)
    places[0].unlink()
    kept_lists.add(places[:1], [{"user_id": "two"}])  # nobody remembers the first one here
    bucket.keep_list(settings, places)
    bucket.fetch(settings, asked, silent)
    assert [path.name for path in files.listed(settings.backup_dir)] == [fetched]
    found = {file.name: file.read_bytes() for file in (settings.backup_dir / fetched).iterdir()}
    assert found == {name: content.replace(b"20260301T000000Z", fetched.encode()) for name, content in whole.items()}
    lines = (settings.backup_dir / kept_lists.ERASURES).read_text().splitlines()
    assert [json.loads(line)["user_id"] for line in lines] == ["one", "two"]


def test_two_systems_share_a_bucket_and_an_older_identity_still_reads(tmp_path, there):
    mine, other = system(tmp_path / "mine", there), system(tmp_path / "other", there)
    backup(mine, "20260101T000000Z")
    bucket.bring_up(mine)
    assert bucket.listed(other) == []
    lose(mine)
    identity.rotate(mine)  # what is needed to read that backup stays, although it is not in the folder
    assert bucket.listed(mine) == ["20260101T000000Z"]
    backup(mine, "20260101T001500Z")
    bucket.bring_up(mine)
    assert bucket.listed(mine) == ["20260101T000000Z", "20260101T001500Z"]


def test_a_bucket_that_is_away_is_told(tmp_path, there):
    settings = system(tmp_path, there, CAS_S3_ENDPOINT="http://127.0.0.1:9")
    backup(settings, "20260101T000000Z")
    with pytest.raises(Unavailable):
        bucket.bring_up(settings)


def test_the_doctor_is_content_with_a_bucket(tmp_path, there):
    (finding,) = doctor._backups(system(tmp_path, there))
    assert (finding.is_well, "in the bucket" in finding.message) == (True, True)


@pytest.mark.slow
def test_after_the_loss_of_the_machine_the_database_comes_back_from_the_bucket(tmp_path, there):
    keys = {
        "CAS_BACKUP_IDENTITY": str(pyrage.x25519.Identity.generate()),
        "CAS_MASTER_KEY": secrets.token_hex(32),
    }
    archived = Archived(tmp_path / "var", **there[0], **keys)
    archived.prepare()
    with archived.served() as url:
        note(url, "backed up")
    made = archived.cas("backup")
    assert made.returncode == 0, made.stderr
    assert "in the bucket 1" in archived.cas("backup", "status").stdout
    with archived.served() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE noted")
    shutil.rmtree(archived.settings.data_dir)
    restored = archived.cas("restore", "database", "--yes")
    assert restored.returncode == 0, restored.stderr
    assert "from the bucket" in restored.stderr
    assert archived.noted() == ["backed up"]
