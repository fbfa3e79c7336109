"""Everything stored is encrypted anew in maintenance, is read all the time, and a kill at any moment loses nothing."""

from __future__ import annotations

import functools
import os
import resource
import secrets
import shutil
import signal
import subprocess
import sys
import uuid
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from builders import owner_transaction, participant, put, recording, session, spoken
from cognitive_assessment import blobs, config
from cognitive_assessment.accounts import one_time_codes
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.cli.main import cli
from cognitive_assessment.errors import CognitiveAssessmentError, Conflict
from cognitive_assessment.ops import maintenance, reencryption, standstill
from cognitive_assessment.ops.backups import make, prove
from cognitive_assessment.records.scores import Evidence, Score
from cognitive_assessment.store import drawings, job_queue, scores, sealed_values, second_factors, words
from cognitive_assessment.store import tables as t
from cognitive_assessment.store.engine import transaction

SOUND = secrets.token_bytes(150_000)
COPY = secrets.token_bytes(70_000)
# every file of a store is put in its place by one call: the process ends just before the one of this number
KILLED = """
import os, pathlib, signal, sys
from cognitive_assessment import config
from cognitive_assessment.ops import reencryption
from cognitive_assessment.store import sealed_values
last, seen = int(sys.argv[2]), []
def counted(call):
    def ended(*given):
        seen.append(call)
        if len(seen) == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given)
    return ended
pathlib.Path.replace = counted(pathlib.Path.replace)
sealed_values.replace = counted(sealed_values.replace)
reencryption.reencrypt(config.settings(), sys.argv[1], print, has_new_keys=True)
"""


def silent(_: str) -> None:
    return


class Given:
    """A person with a recording, its copy to play, a drawing, a score and the secret of an authenticator app."""

    def __init__(self) -> None:
        with transaction() as connection:
            person = participant(connection)
            self.id: UUID = person["id"]
            key = blobs.key_ring().ensure(self.id)
            of = session(connection, person)
            self.question_id = uuid.uuid4()
            self.recording_id: UUID = recording(connection, of, question_id=self.question_id)["id"]
            put(connection, of, spoken(self.recording_id), question_id=self.question_id)
            seal = functools.partial(blobs.seal_json, key)
            unseal = functools.partial(blobs.unseal_json, key)
            drawings.put(connection, self.question_id, [{"points": [1]}], seal=seal, unseal=unseal)
            score = Score(
                "scored",
                "digit_span",
                "forward_3_1",
                "r@1",
                answer="582",
                evidence=(Evidence("5", "right", 1.0, "r@1"),),
            )
            scores.add(connection, self.question_id, score, seal=seal, outcome="right", versions={})
            secret = one_time_codes.seal(key.for_row(blobs.ONE_TIME_CODES), "SECRET", str(self.id))
            second_factors.propose(connection, self.id, secret)
        store = blobs.store()
        self.stored = store.append(f"recordings/{self.recording_id}", key, 0, [SOUND[:1000], SOUND[1000:]]).stored_bytes
        self.stored_copy = store.append(f"playback/{self.recording_id}", key, 0, [COPY]).stored_bytes
        self.complete("complete")
        if (both := blobs.mirrored()) is not None:
            for kind, size in (("recordings", self.stored), ("playback", self.stored_copy)):
                both.mirror(f"{kind}/{self.recording_id}", size, key)

    def complete(self, state: str) -> None:
        counts = {"stored_bytes": self.stored, "received_bytes": len(SOUND), "playback_stored_bytes": self.stored_copy}
        with owner_transaction() as connection:
            change = sa.update(t.recordings).where(t.recordings.c.id == self.recording_id)
            connection.execute(change.values(state=state, **counts))
            connection.execute(sa.text("DELETE FROM procrastinate_jobs"))

    def read(self, key: blobs.DataKey | None = None, store: Any = None) -> list[Any]:
        """Everything of theirs, opened."""
        key, store = key or blobs.key_ring().of(self.id), store or blobs.store()
        unseal = functools.partial(blobs.unseal_json, key)
        with owner_transaction() as connection:
            (score,) = connection.execute(
                sa.select(t.scores).where(t.scores.c.question_id == self.question_id)
            ).mappings()
            drawing = drawings.get(connection, self.question_id)
            secret = second_factors.secret(connection, self.id)
        assert drawing is not None
        assert secret is not None
        opened = words.opened("scores", dict(score), unseal)
        with store.open(f"recordings/{self.recording_id}", key, self.stored) as file:
            sound = file.read()
        with store.open(f"playback/{self.recording_id}", key, self.stored_copy) as file:
            copy = file.read()
        code = one_time_codes.unseal(key.for_row(blobs.ONE_TIME_CODES), secret["sealed_secret"], str(self.id))
        return [
            sound,
            copy,
            opened["answer"],
            opened["evidence"][0]["text"],
            unseal(drawings.place(self.question_id), drawing["sealed"]),
            code,
        ]

    def formats(self) -> set[int]:
        """By which ciphers what is theirs is encrypted."""
        with owner_transaction() as connection:
            found = {
                2 if value.sealed.startswith(b"CASR\x02") else 1
                for value in sealed_values.of_person(connection, self.id)
            }
        both = blobs.mirrored()
        for store in (blobs.store(),) if both is None else (both.first, both.second):
            for kind in ("recordings", "playback"):
                with store.open_stored(f"{kind}/{self.recording_id}") as file:
                    found.add(file.read(5)[4])
        return found


RIGHT = [SOUND, COPY, "582", "5", [{"points": [1]}], "SECRET"]


@pytest.fixture(params=["alone", "mirrored"])
def owner_url(request, committed, data_dir, database, monkeypatch, tmp_path_factory):
    monkeypatch.setenv("DATABASE_URL", database.owner_url)
    if request.param == "mirrored":
        monkeypatch.setenv("CAS_BLOB_MIRROR", str(tmp_path_factory.mktemp("second")))
    clear()
    blobs.load_master_key(data_dir, None)
    maintain(database.owner_url)
    yield database.owner_url
    monkeypatch.undo()
    clear()


def maintain(owner_url: str, *, is_on: bool = True) -> None:
    (maintenance.turn_on if is_on else maintenance.turn_off)(config.settings().data_dir)
    maintenance.tell_all(config.settings(), owner_url)


def clear() -> None:
    for cache in (config.settings, blobs.store, blobs.key_ring, blobs.master_key):
        cache.cache_clear()


def use(monkeypatch: pytest.MonkeyPatch, cipher: str) -> None:
    monkeypatch.setenv("CAS_CIPHER", cipher)
    clear()


def run(owner_url: str, **how: Any) -> reencryption.Reencrypted:
    return reencryption.reencrypt(config.settings(), owner_url, silent, **how)


def counted(done: reencryption.Reencrypted) -> tuple[int, int, int, list[str]]:
    return done.blobs, done.rows, done.new_keys, done.problems


def test_everything_is_by_the_other_cipher_afterwards_and_reads_as_before(owner_url, monkeypatch):
    one, other = Given(), Given()
    assert one.formats() == {1}
    use(monkeypatch, "ChaCha20-Poly1305")
    assert one.read() == RIGHT
    assert counted(run(owner_url, is_dry_run=True)) == (4, 6, 0, [])
    assert one.formats() == {1}
    assert counted(run(owner_url, only=one.id)) == (2, 3, 0, [])
    assert (one.formats(), other.formats()) == ({2}, {1})
    assert counted(run(owner_url)) == (2, 3, 0, [])
    assert (one.read(), other.read()) == (RIGHT, RIGHT)
    assert counted(run(owner_url)) == (0, 0, 0, [])
    use(monkeypatch, "AES-256-GCM")
    assert counted(run(owner_url)) == (4, 6, 0, [])
    assert (one.formats(), one.read()) == ({1}, RIGHT)


def test_after_new_keys_the_old_one_opens_nothing_but_what_backups_hold(owner_url):
    given = Given()
    settings, old = config.settings(), blobs.key_ring().of(given.id)
    before = make.make(settings, silent)
    assert counted(run(owner_url, has_new_keys=True, is_dry_run=True)) == (2, 3, 1, [])
    assert counted(run(owner_url, has_new_keys=True)) == (2, 3, 1, [])
    new = blobs.key_ring().of(given.id)
    assert (new.secret != old.secret, new.older) == (True, (old.secret,))
    copies = DiskBlobStore(settings.backup_dir / "blobs", min_free_bytes=0)
    assert blobs.KeyRing(copies, blobs.master_key()).of(given.id) == new  # before there is a backup that needs it
    assert given.read(blobs.DataKey(new.secret)) == RIGHT
    with pytest.raises(CognitiveAssessmentError):
        given.read(old)
    assert counted(run(owner_url)) == (0, 0, 0, [])
    blobs.master_key().begin_exchange()
    assert blobs.key_ring().wrap_anew(given.id)
    assert (blobs.key_ring().of(given.id), blobs.key_ring().needs_older(given.id)) == (new, False)
    assert given.read(new, copies)[:2] == RIGHT[:2]
    assert prove.prove(settings, before.path.name, silent)["problems"] == []
    shutil.rmtree(before.path)  # of the same second, perhaps
    assert prove.prove(settings, make.make(settings, silent).path.name, silent)["problems"] == []
    assert blobs.KeyRing(copies, blobs.master_key()).of(given.id) == new


def test_killed_at_any_moment_nothing_is_lost_and_the_next_run_completes_it(owner_url, monkeypatch):
    given = Given()
    use(monkeypatch, "ChaCha20-Poly1305")
    # before and after the new key, among the rows, after the recording; where there are two stores, between them
    for last in (1, 2, 5, 5, 4) if blobs.mirrored() else (1, 4, 5):
        command = [sys.executable, "-c", KILLED, owner_url, str(last)]
        killed = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=False)
        assert killed.returncode == -signal.SIGKILL, (last, killed.stderr)
        assert given.read() == RIGHT
    done = run(owner_url, has_new_keys=True)
    assert (done.problems, given.formats(), given.read()) == ([], {2}, RIGHT)
    assert given.read(blobs.DataKey(blobs.key_ring().of(given.id).secret)) == RIGHT
    assert list(config.settings().data_dir.glob("reencryption.renewed")) == []


def damage(given: Given) -> str:
    """In every store; returns the key of what cannot be read any more."""
    for store in (blobs.first_store(), *([blobs.mirrored().second] if blobs.mirrored() else [])):
        path = store.folder / "recordings" / str(given.recording_id)[:2] / str(given.recording_id)
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    return f"recordings/{given.recording_id}"


def test_what_grows_is_left_and_what_is_damaged_is_named(owner_url, monkeypatch):
    growing, damaged, sound = Given(), Given(), Given()
    growing.complete("uploading")
    place = damage(damaged)
    use(monkeypatch, "ChaCha20-Poly1305")
    done = run(owner_url)
    assert (done.left, done.blobs, len(done.problems)) == (1, 3, 1)
    assert done.problems[0].startswith(place)
    assert sound.read() == RIGHT
    growing.complete("complete")
    assert run(owner_url).blobs == 2
    assert growing.read() == RIGHT


def test_whatever_was_left_or_damaged_what_is_left_needs_no_new_key_and_the_next_incident_does(owner_url):
    growing, damaged, sound = Given(), Given(), Given()
    growing.complete("uploading")
    damage(damaged)
    done = CliRunner().invoke(cli, ["secrets", "reencrypt", "--new-keys"])
    assert (done.exit_code, "3 new keys" in done.output) == (1, True)
    assert done.output.count("repeat this without --new-keys") == 2
    first = blobs.key_ring().of(sound.id)
    growing.complete("complete")
    again = run(owner_url)
    assert (again.new_keys, again.blobs, again.left, len(again.problems)) == (0, 2, 0, 1)
    assert blobs.key_ring().of(sound.id) == first
    assert run(owner_url, has_new_keys=True).new_keys == 3
    assert blobs.key_ring().of(sound.id).older[0] == first.secret
    assert (sound.read(), growing.read()) == (RIGHT, RIGHT)


def test_a_run_that_was_broken_off_goes_on_with_the_keys_that_it_has_made(owner_url, monkeypatch):
    people = [Given(), Given()]
    monkeypatch.setattr(reencryption, "_TOLD_EVERY", 1)
    with pytest.raises(Conflict, match="takes answers in"):  # maintenance ends after the first person
        reencryption.reencrypt(
            config.settings(), owner_url, lambda _: maintain(owner_url, is_on=False), has_new_keys=True
        )
    made = [blobs.key_ring().of(one.id) for one in people]
    maintain(owner_url)
    assert counted(run(owner_url, has_new_keys=True)) == (2, 3, 0, [])
    assert [blobs.key_ring().of(one.id) for one in people] == made
    assert [one.read(blobs.DataKey(key.secret)) for one, key in zip(people, made, strict=True)] == [RIGHT] * 2


def test_without_maintenance_it_only_counts(owner_url, monkeypatch):
    given = Given()
    use(monkeypatch, "ChaCha20-Poly1305")
    maintain(owner_url, is_on=False)
    with pytest.raises(Conflict) as refused:
        run(owner_url, has_new_keys=True)
    assert "cas maintenance on" in refused.value.remedy
    assert (given.formats(), blobs.key_ring().of(given.id).older) == ({1}, ())
    assert counted(run(owner_url, is_dry_run=True)) == (2, 3, 0, [])
    maintain(owner_url)
    with standstill.alone(config.settings()), pytest.raises(Conflict, match="compares both stores"):
        run(owner_url)
    assert counted(run(owner_url)) == (2, 3, 0, [])


def test_it_waits_for_jobs_that_began_before_but_not_for_those_of_a_worker_that_is_gone(owner_url, monkeypatch):
    given, heard = Given(), []
    use(monkeypatch, "ChaCha20-Poly1305")
    with transaction() as connection:
        job_queue.defer(connection, "mirror_recording", once="of one", recording_id=str(given.recording_id))
    begin = "WITH w AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id)"
    execute(f"{begin} UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM w)")
    with monkeypatch.context() as impatient:
        impatient.setattr(standstill, "_LONGEST_WAIT_S", 0)
        with pytest.raises(Conflict, match="1 jobs still run"):
            run(owner_url)
    assert given.formats() == {1}

    def ended(line: str) -> None:
        heard.append((line, given.formats()))
        execute("UPDATE procrastinate_jobs SET status = 'todo', attempts = attempts + 1, worker_id = NULL")

    assert reencryption.reencrypt(config.settings(), owner_url, ended).problems == []
    assert heard == [("Waiting until 1 jobs have ended that began before maintenance was on", {1})]
    assert given.formats() == {2}
    execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)")
    execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    assert counted(run(owner_url)) == (0, 0, 0, [])
    execute("DELETE FROM procrastinate_workers")


def execute(statement: str) -> None:
    with owner_transaction() as connection:
        connection.execute(sa.text(statement))


def test_where_there_is_no_room_for_one_the_others_are_done_and_it_is_named(owner_url, monkeypatch):
    people = [Given(), Given()]
    use(monkeypatch, "ChaCha20-Poly1305")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(COPY) * 3 // 2, hard))  # too little for a recording
    try:
        done = run(owner_url)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (done.persons, done.blobs, done.rows) == (2, 2, 6)
    assert sorted(done.problems) == sorted(
        f"recordings/{one.recording_id}: The disk of the data folder is full." for one in people
    )
    assert [one.read() for one in people] == [RIGHT, RIGHT]
    assert counted(run(owner_url)) == (2, 0, 0, [])
    assert [one.formats() for one in people] == [{2}, {2}]


def test_what_the_scanner_refused_is_encrypted_anew_where_it_is_and_copied_nowhere(owner_url, monkeypatch):
    given = Given()
    execute(f"UPDATE recordings SET scan_finding = 'Eicar' WHERE id = '{given.recording_id}'")
    name, both = f"recordings/{given.recording_id}", blobs.mirrored()
    if both is not None:
        both.second.delete(name)
    assert counted(run(owner_url)) == (0, 0, 0, [])
    use(monkeypatch, "ChaCha20-Poly1305")
    assert counted(run(owner_url)) == (2, 3, 0, [])
    assert given.read(store=blobs.first_store()) == RIGHT
    if (both := blobs.mirrored()) is not None:
        assert not both.second.has_stored(name, 1)
        both.mirror(name, given.stored, blobs.key_ring().of(given.id))  # as one that was refused later
        use(monkeypatch, "AES-256-GCM")
        assert counted(run(owner_url)) == (2, 3, 0, [])
        assert given.formats() == {1}


def test_the_command_says_what_it_did(owner_url, monkeypatch):
    given = Given()
    use(monkeypatch, "ChaCha20-Poly1305")
    rehearsed = CliRunner().invoke(cli, ["secrets", "reencrypt", "--person", str(given.id), "--dry-run"])
    assert "2 recordings and copies to play, 3 values in rows of 1 persons would be encrypted anew" in rehearsed.output
    done = CliRunner().invoke(cli, ["secrets", "reencrypt", "--new-keys"])
    assert (done.exit_code, "are encrypted anew by ChaCha20-Poly1305; 1 new keys" in done.output) == (0, True)
    assert given.read() == RIGHT
