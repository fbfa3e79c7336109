"""A real system is backed up while it serves, proven, damaged, and put back; writes stop for maintenance."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
import requests

from api_clients import BYTES, TUS, Upload, session_body, sound
from cognitive_assessment.config import REPOSITORY_ROOT
from systems import System, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def system(tmp_path_factory) -> Iterator[System]:
    running = System(tmp_path_factory.mktemp("backed-up") / "var").start()
    yield running
    running.stop()


def sessions_of(system: System) -> int:
    return len(system.sign_in()("GET", "/api/sessions").json()["sessions"])


def take_one(system: System) -> None:
    """A session with one recording that has arrived whole."""
    participant = system.sign_in().invite()
    session = participant("POST", "/api/sessions", session_body()).json()
    upload, content = Upload(participant, session["id"]), sound(100_000)
    headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": upload.metadata()}
    assert participant("POST", "/api/uploads", headers=headers).status_code == 201
    assert participant("PATCH", upload.path, headers={**BYTES, "Upload-Offset": "0"}, data=content).status_code == 204


def wait_ready(system: System) -> None:
    wait_until(lambda: requests.get(f"{system.url}/api/health/ready", timeout=10).ok, 60)


def newest(system: System) -> Path:
    return max(path for path in (system.data_dir / "backups").iterdir() if path.name.startswith("2"))


def test_a_backup_is_proven_and_brings_back_what_was_lost(system):
    before = sessions_of(system)
    take_one(system)
    made = system.cas("backup")
    assert made.returncode == 0, made.stderr
    head = json.loads((newest(system) / "manifest.json").read_text())["audit_head"]
    assert system.cas("audit", "verify").returncode == 0
    assert 0 < head["position"] <= json.loads((system.data_dir / "audit-head.json").read_text())["position"]
    proven = system.cas("backup", "--dry-run")
    assert (proven.returncode, "can be restored" in proven.stdout) == (0, True), proven.stdout + proven.stderr
    assert system.cas("backup", "status").returncode == 0
    take_one(system)
    assert sessions_of(system) == before + 2
    shutil.rmtree(system.data_dir / "blobs")
    restored = system.cas("restore", "database", "--yes")
    assert restored.returncode == 0, restored.stderr
    assert "is kept as cas_before_" in restored.stdout
    wait_ready(system)
    assert sessions_of(system) == before + 1
    again = system.cas("backup")
    assert again.returncode == 0, again.stderr  # every recording is there again
    take_one(system)  # and the system takes new ones


def damaged_dump(backup: Path) -> None:
    dump = backup / "database.dump.age"
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)


def truncated_dump(backup: Path) -> None:
    dump = backup / "database.dump.age"
    dump.write_bytes(dump.read_bytes()[:-100])


def no_dump(backup: Path) -> None:
    (backup / "database.dump.age").unlink()


def other_manifest(backup: Path) -> None:
    manifest = backup / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"migration"', '"migrations"'))


@pytest.mark.parametrize("damage", [damaged_dump, truncated_dump, no_dump, other_manifest])
def test_a_damaged_backup_is_refused_and_the_running_database_is_untouched(system, damage):
    staff = system.sign_in()
    assert system.cas("backup").returncode == 0
    damage(newest(system))
    for words in (("backup", "--dry-run"), ("restore", "database", "--yes")):
        done = system.cas(*words)
        assert done.returncode == 1
        assert newest(system).name in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert ("the database is as it was" in done.stderr) == (damage is not other_manifest)  # seen before it begins
    assert staff("GET", "/api/sessions").ok


def test_another_identity_is_refused_and_an_altered_recording_is_named(system):
    take_one(system)
    assert system.cas("backup").returncode == 0
    for identity, told in (
        ("nonsense", "no age identity"),
        (str(pyrage.x25519.Identity.generate()), "another identity"),
    ):
        other = system.cas("backup", "--dry-run", env={**system.environment, "CAS_BACKUP_IDENTITY": identity})
        assert (other.returncode, told in other.stderr) == (1, True)
    copy = next(path for path in (system.data_dir / "backups" / "blobs" / "recordings").rglob("*") if path.is_file())
    content = bytearray(copy.read_bytes())
    content[-1] ^= 1
    whole = copy.rename(copy.with_name(".whole"))
    copy.write_bytes(content)
    proven = system.cas("backup", "--dry-run")
    assert proven.returncode == 1
    assert copy.name in proven.stderr
    assert system.cas("backup", "status").returncode == 1
    whole.rename(copy)
    assert system.cas("backup", "--dry-run").returncode == 0


def test_the_scripts_run_as_a_shell_script_and_when_given_to_python(system):
    scripts = REPOSITORY_ROOT / "scripts"
    for command in ([scripts / "backup.sh"], [sys.executable, scripts / "backup.sh", "--dry-run"]):
        done = subprocess.run(command, env=system.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    for command in ([scripts / "rollback.sh"], [sys.executable, scripts / "rollback.sh"]):
        done = subprocess.run(
            [*command, "database", "--yes"], env=system.environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, "is restored" in done.stdout) == (0, True), done.stderr
    wait_ready(system)


@pytest.mark.parametrize("given_to", [(), (sys.executable,)], ids=["shell", "python"])
@pytest.mark.parametrize("name", ["backup.sh", "rollback.sh"])
def test_a_script_says_that_the_system_is_not_installed(tmp_path, given_to, name):
    script = tmp_path / "scripts" / name
    script.parent.mkdir()
    shutil.copy(REPOSITORY_ROOT / "scripts" / name, script)
    done = subprocess.run([*given_to, script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "The system is not installed here: run `make install` first.\n")


def test_maintenance_stops_writes_and_reading_goes_on(system):
    staff = system.sign_in()
    participant = staff.invite()
    assert "is on" in system.cas("maintenance", "on").stdout
    refused = participant("POST", "/api/sessions", session_body())
    assert (refused.status_code, refused.json()["code"]) == (503, "maintenance")
    assert int(refused.headers["Retry-After"]) > 0
    assert "kept on your device" in refused.json()["remedy"]
    assert staff("GET", "/api/sessions").ok
    ready = f"{system.url}/api/health/ready"
    wait_until(lambda: "maintenance" in requests.get(ready, timeout=10).json()["reasons"])
    assert "is off" in system.cas("maintenance", "off").stdout
    assert participant("POST", "/api/sessions", session_body()).status_code == 201


def test_the_database_is_looked_at_and_tidied(system):
    looked = system.cas("db", "check")
    assert looked.returncode == 0
    assert "round trip" in looked.stdout
    assert "password" not in looked.stdout
    assert "vacuumed" in system.cas("db", "vacuum").stdout


def test_a_serving_system_makes_backups_by_itself(make_system):
    system = make_system(CAS_BACKUP_EVERY_S="1")
    nothing = system.cas("backup")
    assert (nothing.returncode, "There is no system in" in nothing.stderr) == (1, True)
    assert not (system.data_dir / "postgres").exists()
    system.start()
    first = wait_until(lambda: any((system.data_dir / "backups").glob("2*")) and newest(system), 30)
    assert wait_until(lambda: newest(system) > first, 30)
