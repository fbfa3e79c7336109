"""Words that rows of before hold in plain are sealed at the start: all of them, once, and none is lost on the way."""

from __future__ import annotations

import dataclasses
import functools
import os
import signal
import subprocess
import sys
import uuid
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from builders import owner_transaction, participant, put, recording, session, spoken
from cognitive_assessment import blobs, config
from cognitive_assessment.errors import DamagedBlob
from cognitive_assessment.ops import sealing
from cognitive_assessment.store import overrides, questions, scores, sessions, words
from cognitive_assessment.store import tables as t
from cognitive_assessment.store.engine import transaction

WORD = "pomegranate"
EVIDENCE = [{"text": WORD, "label": "right", "points": 1.0, "rule": "r@1"}]
INSTRUMENTS = [
    {"instrument": "a", "reason": f"{WORD} fits nowhere.", "measures": [{"name": "b", "value": 3, "reason": WORD}]}
]
KILLED_IN_THE_SECOND_BATCH = """
import os, signal, sys
from cognitive_assessment import config
from cognitive_assessment.errors import DamagedBlob
from cognitive_assessment.ops import sealing
from cognitive_assessment.store import words
sealing._BATCH = 2
seal_row, seen = words.seal_row, []
def sealed_then_killed(*given):
    seal_row(*given)
    seen.append(given)
    if len(seen) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
words.seal_row = sealed_then_killed
list(sealing.seal_what_is_plain(config.settings(), sys.argv[1]))
"""


class Before:
    """A person with rows as versions of before wrote them."""

    def __init__(self, *, has_key: bool = True) -> None:
        with transaction() as connection:
            person = participant(connection)
            self.id: UUID = person["id"]
            of = session(connection, person)
            self.session_id: UUID = of["id"]
            question_id = uuid.uuid4()
            sound = recording(connection, of, question_id=question_id)
            put(connection, of, spoken(sound["id"]), question_id=question_id)
            skipped = {"kind": "skipped", "reason": "examiner", "note": f"She went on about a {WORD}."}
            put(connection, of, dataclasses.replace(spoken(sound["id"]), item_id="forward_3_2", response=skipped))
        if has_key:
            blobs.key_ring().ensure(self.id)
        score = {"question_id": question_id, "status": "scored", "rule": "r@1", "outcome": "right", "versions": {}}
        said = {"values": {"points": 1.0}, "answer": WORD, "evidence": EVIDENCE, "reason": f"Only {WORD}."}
        by_hand = {"question_id": question_id, "values": {"points": 0.0}, "reason": f"She said {WORD}."}
        with owner_transaction() as connection:
            told = {"rating": 4, "comment": f"More {WORD}."}
            connection.execute(sa.update(t.sessions).where(t.sessions.c.id == of["id"]).values(satisfaction=told))
            connection.execute(sa.insert(t.scores).values(id=uuid.uuid4(), **score, **said))
            connection.execute(sa.insert(t.overrides).values(id=uuid.uuid4(), **by_hand))
            result = {"session_id": self.session_id, "instruments": INSTRUMENTS, "versions": {}}
            connection.execute(sa.insert(t.results).values(id=uuid.uuid4(), **result))

    def read(self) -> dict[str, Any]:
        """The rows with their words, wherever these are."""
        unseal = functools.partial(blobs.unseal_json, blobs.key_ring().of(self.id))
        with owner_transaction() as connection:
            asked = {row["item_id"]: row for row in questions.of_session(connection, self.session_id)}
            skipped, question = asked.pop("forward_3_2"), *asked.values()
            found = {
                "sessions": sessions.get(connection, self.session_id),
                "questions": skipped,
                "scores": scores.newest_of_session(connection, self.session_id)[question["id"]],
                "overrides": overrides.history_of_session(connection, self.session_id)[question["id"]][0],
                "results": scores.newest_result(connection, self.session_id),
            }
        return {name: words.opened(name, row, unseal) for name, row in found.items()}  # type: ignore[arg-type]


def everything() -> str:
    """Each row of the whole database as text, what nobody has vacuumed left out."""
    with owner_transaction() as connection:
        of = "SELECT string_agg(one::text, '\n') FROM {} one"
        return "\n".join(
            str(connection.execute(sa.text(of.format(f'"{name}"'))).scalar()) for name in t.metadata.tables
        )


def seal(owner_url: str) -> list[str]:
    return list(sealing.seal_what_is_plain(config.settings(), owner_url))


@pytest.fixture
def owner_url(committed, data_dir, database):
    blobs.load_master_key(data_dir, None)
    return database.owner_url


def test_words_of_before_are_sealed_once_and_read_as_they_were(owner_url):
    before = [Before() for _ in range(3)]
    read = [one.read() for one in before]
    assert everything().count(WORD) == 3 * 8
    (told,) = seal(owner_url)
    assert "the words of 15 rows" in told
    assert WORD not in everything()
    assert [one.read() for one in before] == read
    assert read[0]["scores"]["evidence"] == EVIDENCE
    assert read[0]["results"]["instruments"] == INSTRUMENTS
    assert seal(owner_url) == []


def test_what_is_counted_stays_in_plain(owner_url):
    before = Before()
    seal(owner_url)
    with owner_transaction() as connection:
        result = scores.newest_result(connection, before.session_id)
        score = connection.execute(sa.select(t.scores.c["values"], t.scores.c.status)).one()
        by_hand = connection.execute(sa.select(t.overrides.c["values"])).scalar_one()
        asked = {row["item_id"]: row["response"] for row in questions.of_session(connection, before.session_id)}
        satisfaction = connection.execute(sa.select(t.sessions.c.satisfaction)).scalar_one()
    assert result["instruments"][0]["measures"] == [{"name": "b", "value": 3, "reason": None}]
    assert (asked["forward_3_2"], satisfaction) == ({"kind": "skipped", "reason": "examiner"}, {"rating": 4})
    assert (tuple(score), by_hand) == (({"points": 1.0}, "scored"), {"points": 0.0})


def test_a_sealed_row_opens_with_its_own_persons_key_alone_and_in_its_own_place(owner_url):
    one, other = Before(), Before()
    seal(owner_url)
    with owner_transaction() as connection:
        connection.execute(sa.text("UPDATE scores SET sealed = (SELECT max(sealed) FROM scores)"))
    outcomes = []
    for before in (one, other):
        try:
            outcomes.append(before.read()["scores"]["answer"])
        except DamagedBlob:
            outcomes.append("refused")
    assert sorted(outcomes) == [WORD, "refused"]


def test_killed_between_two_rows_nothing_is_lost_and_the_next_start_completes_it(owner_url, data_dir):
    before = [Before() for _ in range(2)]
    read = [one.read() for one in before]
    command = [sys.executable, "-c", KILLED_IN_THE_SECOND_BATCH, owner_url]
    environment = os.environ | {"CAS_DATA_DIR": str(data_dir)}
    killed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert 0 < everything().count(WORD) < 2 * 8
    assert [one.read() for one in before] == read
    (told,) = seal(owner_url)
    assert "the words of 8 rows" in told
    assert WORD not in everything()
    assert [one.read() for one in before] == read


def test_whose_key_is_missing_is_named_and_nobody_waits_for_them(owner_url):
    without, before = Before(has_key=False), Before()
    told = seal(owner_url)
    assert "the words of 5 rows" in told[0]
    assert str(without.id) in told[1]
    assert everything().count(WORD) == 8
    assert before.read()["scores"]["answer"] == WORD
    blobs.key_ring().ensure(without.id)
    seal(owner_url)
    assert WORD not in everything()
