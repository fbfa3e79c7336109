"""A backup as another system: everything, or without anything that leads to a person."""

from __future__ import annotations

import subprocess

import pytest

from api_clients import BYTES, TUS, Upload, session_body, sound
from systems import System

pytestmark = pytest.mark.slow


def test_a_copy_for_staging_holds_nothing_that_leads_to_a_person(make_system, tmp_path):
    system: System = make_system(CAS_WORKERS="0").start()
    staff = system.sign_in()
    participant = staff.invite("Anna Beispiel")
    session = participant("POST", "/api/sessions", session_body()).json()
    upload, content = Upload(participant, session["id"]), sound(50_000)
    headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": upload.metadata()}
    assert participant("POST", "/api/uploads", headers=headers).status_code == 201
    assert participant("PATCH", upload.path, headers={**BYTES, "Upload-Offset": "0"}, data=content).status_code == 204
    assert system.cas("backup").returncode == 0
    folder = tmp_path / "staging"
    system.stop()
    done = system.cas("restore", "--into", str(folder), "--replace-personal-data")
    assert done.returncode == 0, done.stderr
    assert not (folder / "blobs").exists()
    assert (folder / "master.key").read_text() != (system.data_dir / "master.key").read_text()
    found = subprocess.run(["grep", "-rlaE", "Anna Beispiel|staff@localhost", folder], capture_output=True, check=False)
    assert found.stdout == b""
    again = system.cas("restore", "--into", str(folder), "--replace-personal-data")
    assert (again.returncode, "not empty" in again.stderr) == (1, True)
    copy = System(folder)
    password = "seven purple lamps at noon"
    assert copy.cas("user", "add", "eva@example.org", input=f"{password}\n").returncode == 0
    copy.settings["CAS_WORKERS"] = "0"
    copy.start()
    try:
        body = {"email": "eva@example.org", "password": password}
        caller = type(staff)(copy.url)
        caller.token = caller("POST", "/api/sign-in", body).json()["token"]
        (one,) = caller("GET", "/api/sessions").json()["sessions"]
        assert "Participant" in str(one)
    finally:
        copy.stop()


def test_a_whole_copy_is_asked_for_and_a_damaged_backup_leaves_nothing(make_system, tmp_path):
    system = make_system()
    system.cas("db", "upgrade")
    assert system.cas("backup").returncode == 0
    folder = tmp_path / "whole"
    asked = system.cas("restore", "--into", str(folder), input="n\n")
    assert (asked.returncode, folder.exists()) == (1, False)
    (dump,) = (system.data_dir / "backups").glob("2*/database.dump.age")
    dump.write_bytes(dump.read_bytes()[:-10])
    refused = system.cas("restore", "--into", str(folder), "--yes")
    assert (refused.returncode, "bytes instead of" in refused.stderr, folder.exists()) == (1, True, False)
