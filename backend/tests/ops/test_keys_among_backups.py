"""The copy of a person's key among the backups is the only other one: no bad or other key takes its place."""

from __future__ import annotations

import shutil
import uuid

import pytest

from builders import participant, session
from cognitive_assessment import blobs, config
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.errors import DamagedBlob
from cognitive_assessment.ops.backups import files, keys, make, prove
from cognitive_assessment.store.engine import transaction


def silent(_: str) -> None:
    return


@pytest.fixture
def person(committed, database, data_dir, monkeypatch) -> uuid.UUID:
    """Somebody with a key, in a system of which there is a backup."""
    monkeypatch.setenv("DATABASE_URL", database.owner_url)
    config.settings.cache_clear()
    with transaction() as connection:
        row = participant(connection)
        session(connection, row)
    blobs.key_ring().ensure(row["id"])
    make.make(config.settings(), silent)
    return row["id"]


def copies() -> blobs.KeyRing:
    return blobs.KeyRing(DiskBlobStore(config.settings().backup_dir / "blobs", min_free_bytes=0), blobs.master_key())


def live_file(person: uuid.UUID):
    return config.settings().data_dir / "blobs" / "keys" / str(person)[:2] / str(person)


def backed_up() -> tuple[dict, list[str]]:
    """What the manifest of one more backup says of the recordings, and what was said while it was made."""
    shutil.rmtree(files.listed(config.settings().backup_dir)[-1])  # of the same second, perhaps
    said: list[str] = []
    return make.make(config.settings(), said.append).manifest["blobs"], said


def flipped(path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def shortened(path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def removed(path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [flipped, shortened, removed])
def test_a_damaged_key_does_not_replace_its_copy_and_is_put_back_from_it(person, damage):
    secret = blobs.key_ring().of(person)
    damage(live_file(person))
    manifest, said = backed_up()
    assert manifest["kept"] == [f"keys/{person}"]
    assert any("cas restore keys" in line for line in said)
    assert copies().of(person) == secret
    assert keys.put_back(config.settings(), silent) == 1
    assert blobs.key_ring().of(person) == secret
    assert keys.put_back(config.settings(), silent) == 0
    assert backed_up()[0]["kept"] == []


def test_another_key_does_not_replace_the_copy(person):
    secret = blobs.key_ring().of(person)
    removed(live_file(person))
    blobs.key_ring().ensure(person)
    assert backed_up()[0]["kept"] == [f"keys/{person}"]
    report = prove.prove(config.settings(), None, silent)
    assert any(str(person) in problem for problem in report["problems"])
    assert copies().of(person) == secret
    assert keys.put_back(config.settings(), silent) == 0  # under the other key something may be kept by now


def test_the_same_key_under_a_newer_master_key_replaces_the_copy(person):
    secret, before = blobs.key_ring().of(person), copies().wrapped(person)
    blobs.master_key().begin_exchange()
    blobs.key_ring().wrap_anew(person)
    assert backed_up()[0]["kept"] == []
    assert copies().wrapped(person) != before
    assert copies().of(person) == secret


def test_a_key_of_whom_is_not_in_the_database_stays_destroyed(person):
    stranger = uuid.uuid4()
    copies().ensure(stranger)
    assert keys.put_back(config.settings(), silent) == 0
    assert f"keys/{stranger}" not in blobs.store().listed("keys")


def test_no_second_key_is_made_beside_a_damaged_one(data_dir):
    person = uuid.uuid4()
    blobs.key_ring().ensure(person)
    shortened(live_file(person))
    with pytest.raises(DamagedBlob):
        blobs.key_ring().ensure(person)
