"""A person is given everything, then forgotten for good: here, among the backups, and when an old one is restored."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pyrage
import pytest
import requests

from api_clients import BYTES, TUS, Upload, session_body, spoken_body
from cognitive_assessment.ops import embedded_database
from cognitive_assessment.ops.backups import files
from recorded import spoken_digits
from systems import System, wait_until

pytestmark = pytest.mark.slow
LABEL = "Mrs Example of Ulm"


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    running = System(tmp_path_factory.mktemp("erasing") / "var").start()
    yield running
    running.stop()


def take_one(system: System, label: str) -> tuple[str, str, bytes]:
    """A session with one spoken answer that is measured; returns the ids of person and recording, and the sound."""
    participant = system.sign_in().invite(label)
    session = participant("POST", "/api/sessions", session_body()).json()
    part = next(part for part in session["plan"]["parts"] if part["instrument"] == "digit_span")
    question = next(one for one in part["questions"] if not one["is_practice"])
    content = spoken_digits(question["stimulus"]["digits"])
    upload = Upload(participant, session["id"])
    headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": upload.metadata()}
    assert participant("POST", "/api/uploads", headers=headers).status_code == 201
    assert participant("PATCH", upload.path, headers={**BYTES, "Upload-Offset": "0"}, data=content).status_code == 204
    body = spoken_body(upload.recording_id, item_id=question["item_id"])
    path = f"/api/sessions/{session['id']}"
    assert participant("PUT", f"{path}/questions/{upload.question_id}", body).status_code == 201

    def is_measured() -> bool:
        found = participant("GET", f"{path}/outcomes").json()["outcomes"]
        return bool(found) and found[0]["outcome"] != "waiting"

    wait_until(is_measured, 60, every_s=0.5)
    return participant("GET", "/api/me").json()["user"]["id"], upload.recording_id, content


def labels(system: System) -> set[str]:
    return {one["participant_label"] for one in system.sign_in()("GET", "/api/sessions").json()["sessions"]}


def traces(system: System, *names: str) -> list[Path]:
    """Files of the data folder, the backups among them, that are named after a person's key or recording."""
    return [path for path in system.data_dir.rglob("*") if path.name in names]


def test_everything_is_given_then_forgotten_and_an_older_backup_does_not_bring_it_back(system, tmp_path):
    person, recording, content = take_one(system, LABEL)
    take_one(system, "P-2")
    assert system.cas("backup").returncode == 0
    assert len(traces(system, person, recording)) >= 4  # key and recording, here and among the backups

    out = tmp_path / "person.zip"
    given = system.cas("export", "person", LABEL, "--out", str(out))
    assert given.returncode == 0, given.stderr
    with zipfile.ZipFile(out) as archive:
        assert archive.read(f"recordings/{recording}.webm") == content
        given_tables = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
        assert "README.txt" in archive.namelist()
    assert given_tables["tables/users.json"][0]["display_name"] == LABEL
    assert "password_hash" not in given_tables["tables/users.json"][0]
    (transcript,) = given_tables["tables/transcripts.json"]
    assert transcript["text"]
    kept_tables = exported(system, "P-2", tmp_path / "kept.zip")
    assert out.stat().st_mode & 0o077 == 0
    again = system.cas("export", "person", LABEL, "--out", str(out))
    assert (again.returncode, "is there already" in again.stderr) == (1, True)

    rehearsed = system.cas("erase", "person", LABEL, "--dry-run")
    assert (rehearsed.returncode, "1 recordings" in rehearsed.stdout) == (0, True)
    assert {LABEL, "P-2"} <= labels(system)
    erased = system.cas("erase", "person", LABEL, "--yes")
    assert erased.returncode == 0, erased.stderr
    assert LABEL not in labels(system)
    assert traces(system, person, recording) == []

    assert system.cas("audit", "verify").returncode == 0
    tables = tables_of_backup(system)
    assert LABEL in tables["users"]  # the backup is of before
    assert recording in tables["transcripts"]
    # whoever holds the backup and its key reads points in it, and no word of what was said
    assert quoting(tables, given_tables, kept_tables) == set()
    proven = system.cas("backup", "--dry-run")
    assert proven.returncode == 0, proven.stderr
    restored = system.cas("restore", "database", "--yes")
    assert restored.returncode == 0, restored.stderr
    assert f"Erased again: {person}" in restored.stderr
    assert "All sign-ins of that time have ended." in restored.stderr
    assert traces(system, person, recording) == []
    tables = tables_of(live_dump(system))
    assert (LABEL in tables["users"], "P-2" in tables["users"]) == (False, True)
    assert quoting(tables, given_tables, kept_tables) == set()
    wait_until(lambda: requests.get(f"{system.url}/api/health/ready", timeout=10).ok, 60)
    assert LABEL not in wait_until(lambda: labels(system), 60)
    missing = system.cas("export", "person", LABEL, "--out", str(tmp_path / "none.zip"))
    assert (missing.returncode, "nobody here" in missing.stderr) == (1, True)
    assert tombstones(system) == [(UUID(person), "asked for")]
    whole = system.cas("audit", "verify")
    assert whole.returncode == 1  # the database went back in time; that is not hidden
    assert system.cas("audit", "verify", "--after-restore").returncode == 0


def owner_url(system: System) -> str:
    addresses = embedded_database.find_running(system.data_dir)
    assert addresses is not None
    return addresses.owner_url.replace("+psycopg", "")


def tables_of_backup(system: System) -> dict[str, str]:
    """The rows of the newest backup by table, as whoever holds its key could read them."""
    identity = files.identity_of(system.data_dir, None)
    backup = files.open_backup(system.data_dir / "backups", None, identity)
    return tables_of(pyrage.decrypt((backup.path / files.DUMP).read_bytes(), [identity]))


def live_dump(system: System) -> bytes:
    command = [embedded_database.programs() / "pg_dump", "--format=custom", owner_url(system)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def tables_of(dump: bytes) -> dict[str, str]:
    command = [embedded_database.programs() / "pg_restore", "--file=-"]
    script = subprocess.run(command, input=dump, capture_output=True, check=True).stdout.decode()
    return dict(re.findall(r"^COPY public\.(\w+) .*?$(.*?)^\\\.$", script, re.MULTILINE | re.DOTALL))


def words_of(given: dict[str, Any]) -> set[str]:
    """What a person said, and what was made of it, in the way in which a dump would quote it."""
    (transcript,) = given["tables/transcripts.json"]
    (score,) = given["tables/scores.json"]
    texts = {row["text"] for row in (*transcript["words"], *score["evidence"])}
    assert texts
    assert score["answer"]
    return {transcript["text"], f"\t{score['answer']}\t", *(f'"text": "{text}"' for text in texts)}


def exported(system: System, label: str, out: Path) -> dict[str, Any]:
    assert system.cas("export", "person", label, "--out", str(out)).returncode == 0
    with zipfile.ZipFile(out) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def quoting(tables: dict[str, str], *given: dict[str, Any]) -> set[tuple[str, str]]:
    """Which tables of a dump hold which words of these persons in plain."""
    said = set().union(*map(words_of, given))
    return {(name, word) for name, rows in tables.items() for word in said if word in rows}


def tombstones(system: System) -> list[tuple[UUID, str]]:
    with psycopg.connect(owner_url(system)) as connection:
        return connection.execute("SELECT user_id, reason FROM erasures").fetchall()  # type: ignore[return-value]


def test_an_erasure_that_was_broken_off_is_completed_at_the_next_start(make_system):
    system = make_system().start()
    caller = system.sign_in().invite("P-9")
    person = caller("GET", "/api/me").json()["user"]["id"]
    system.stop()
    line = {
        "user_id": person,
        "organisation_id": "00000000-0000-4000-8000-000000000001",
        "erased_at": dt.datetime.now(dt.UTC).isoformat(),
        "erased_by": "operator",
        "reason": "asked for",
    }
    (system.data_dir / "erasures.jsonl").write_text(json.dumps(line) + "\n")
    system.start()
    assert f"Erased again: {person}" in system.said
    assert tombstones(system) == [(UUID(person), "asked for")]
    assert traces(system, person) == []


def test_who_is_not_there_or_not_clear_is_named(system):
    for _ in range(2):
        system.sign_in().invite("P-twice")
    unclear = system.cas("erase", "person", "P-twice", "--yes")
    assert (unclear.returncode, "Several people" in unclear.stderr) == (1, True)
    assert system.cas("erase", "person", "nobody at all", "--yes").returncode == 1
    take_one(system, "P-kept")
    declined = system.cas("erase", "person", "P-kept", input="n\n")
    assert declined.returncode == 1
    assert "P-kept" in labels(system)


def test_what_cannot_be_given_or_proven_is_said_in_words(system, tmp_path):
    take_one(system, "P-asks")
    nowhere = system.cas("export", "person", "P-asks", "--out", str(tmp_path / "missing" / "person.zip"))
    assert (nowhere.returncode, "cannot be written" in nowhere.stderr) == (1, True), nowhere.stderr
    assert "cas export" not in system.cas("audit", "report").stdout  # nobody was given anything
    exported(system, "P-asks", tmp_path / "person.zip")
    assert "users" in system.cas("audit", "report", "--by", "cas export").stdout
    nobody = system.cas("audit", "report", "--by", "nobody@example.org")
    assert (nobody.returncode, "nobody in the log is called" in nobody.stderr) == (1, True), nobody.stderr
    (system.data_dir / "audit-head.json").write_text("{}")
    damaged = system.cas("audit", "verify")
    assert (damaged.returncode, "is damaged" in damaged.stderr) == (1, True), damaged.stderr
