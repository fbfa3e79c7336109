"""The operator's commands against a running system, and against one that does not run."""

from __future__ import annotations

import os

import pytest
import requests

from systems import System

pytestmark = pytest.mark.slow


def require_no_trace(done) -> None:
    assert "Traceback" not in done.stdout + done.stderr


def test_the_schema_is_shown_and_upgraded_again_without_harm(system):
    for words in (("db", "status"), ("db", "upgrade"), ("db", "status")):
        done = system.cas(*words)
        assert (done.returncode, "pending  none" in done.stdout) == (0, True), done.stderr


@pytest.mark.parametrize(
    "words", [("retention", "run", "--dry-run"), ("lockdown", "--yes"), ("audit", "report"), ("erase", "person", "P-1")]
)
def test_on_an_empty_database_each_says_how_to_set_it_up(make_system, words):
    system = make_system()
    system.cas("db", "status")  # makes the database
    done = system.cas(*words)
    assert (done.returncode, "cas db upgrade" in done.stderr) == (1, True)
    require_no_trace(done)


@pytest.mark.parametrize(
    "words",
    [("backup",), ("backup", "--dry-run"), ("backup", "status"), ("restore", "database"), ("maintenance", "off")],
)
def test_a_folder_without_a_system_is_named_and_stays_as_it_is(make_system, words):
    mistyped = make_system()
    done = mistyped.cas(*words)
    assert (done.returncode, str(mistyped.data_dir) in done.stdout + done.stderr) == (1, True)
    assert not mistyped.data_dir.exists()


def test_the_backups_are_listed_with_the_moments_that_the_archive_reaches(make_system):
    stopped = make_system()
    label = stopped.data_dir / "backups" / "archive" / "base" / "20261124T093000Z" / "cluster" / "backup_label"
    label.parent.mkdir(parents=True)
    label.write_text("START WAL LOCATION: 0/2000028 (file 000000010000000000000002)\n")
    assert "1 base copies; any moment since 2026-11-24 09:30:00 UTC" in stopped.cas("backup", "status").stdout


def test_without_a_running_system_a_database_is_started_for_the_command_alone(make_system):
    stopped = make_system()
    assert "pending  none" in stopped.cas("db", "upgrade").stdout
    assert stopped.cas("db", "status").returncode == 0
    added = stopped.cas("user", "add", "ada@example.org", "--generate")
    assert added.returncode == 0, added.stderr
    assert not stopped.processes()
    stopped.start()
    password = added.stdout.split("Password: ")[1].strip()
    body = {"email": "ada@example.org", "password": password}
    answer = requests.post(f"{stopped.url}/api/sign-in", json=body, timeout=10)
    assert answer.json()["next"] == "new_password"
    assert "Sign in as staff" not in stopped.said  # there is staff: none is made


def test_a_password_is_set_and_ends_every_sign_in(system):
    system.cas("user", "add", "bea@example.org", "--name", "Bea", input="a long enough password\n")
    body = {"email": "bea@example.org", "password": "a long enough password"}
    signed_in = requests.post(f"{system.url}/api/sign-in", json=body, timeout=10).json()
    me = {"url": f"{system.url}/api/me", "headers": {"Authorization": f"Bearer {signed_in['token']}"}, "timeout": 10}
    assert requests.get(**me).json()["user"]["display_name"] == "Bea"
    assert system.cas("user", "password", "bea@example.org", input="another long password\n").returncode == 0
    assert requests.get(**me).status_code == 401
    assert requests.post(f"{system.url}/api/sign-in", json=body, timeout=10).status_code == 401


@pytest.mark.parametrize("password", ["too short", "qwertyuiopasdfghjkl", "carl.cas@example.org", "x" * 40])
def test_no_account_is_made_with_a_poor_password(system, password):
    refused = system.cas("user", "add", "carl.cas@example.org", input=f"{password}\n")
    assert refused.returncode == 1
    require_no_trace(refused)
    assert password not in refused.stderr
    body = {"email": "carl.cas@example.org", "password": password}
    assert requests.post(f"{system.url}/api/sign-in", json=body, timeout=10).status_code == 401


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("user", "add", "nobody"), "e-mail"),
        (("user", "password", "nobody@example.org"), "no staff account"),
        (("user", "add", "staff@localhost.localdomain"), "already"),
        (("simulate", "--audio", "/nowhere", "--fast"), "/nowhere"),
        (("simulate", "--invitation", "not-a-token", "--fast"), ""),
        (("simulate", "--url", "ftp://x"), "web address"),
        (("simulate", "--time-zone", "Mars/Base"), "Mars/Base"),
        (("run", "/nowhere/program"), "/nowhere/program"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_1(system, words, told):
    done = system.cas(*words, input="a long enough password\n")
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.strip()
    require_no_trace(done)


def test_a_command_runs_in_the_systems_environment_and_its_exit_code_is_ours(system):
    code = "import os, sys; print(os.environ['CAS_PORT'], os.environ['DATABASE_URL'].split(':')[0]); sys.exit(7)"
    done = system.cas("run", "python", "-c", code)
    assert (done.returncode, done.stdout.split()) == (7, [str(system.port), "postgresql"])


def test_the_doctor_names_what_is_wrong_and_hides_secrets(system, make_system):
    done = system.cas("doctor")
    require_no_trace(done)
    assert f"{system.url} is " in done.stdout
    ill = make_system(CAS_FRONTEND_DIR="/nowhere", CAS_MODELS_DIR="/nowhere", CAS_MASTER_KEY=os.urandom(32).hex())
    done = ill.cas("doctor")
    assert done.returncode == 1
    assert "! pages" in done.stdout
    assert "! models" in done.stdout
    assert ill.settings["CAS_MASTER_KEY"] not in done.stdout
    require_no_trace(done)


def test_a_worker_without_a_system_says_so(make_system, tmp_path):
    done = make_system().cas("worker")
    assert done.returncode == 1
    assert "cas serve" in done.stderr
    require_no_trace(done)


def test_health_has_the_shape_that_operators_rely_on(system: System):
    body = system.health()
    assert body.keys() == {"status", "timestamp", "checks"}
    assert body["timestamp"].endswith("Z")
    assert body["checks"].keys() >= {"database", "ml_models", "disk_space", "queue", "storage"}
    assert body["checks"]["database"] == {"status": "healthy", "message": "Connected"}
    assert body["checks"]["disk_space"] == {"status": "healthy", "message": "OK"}
    assert requests.get(f"{system.url}/api/health/live", timeout=5).json()["status"] == "alive"


def test_the_database_says_where_its_time_goes_without_any_value(system):
    staff = system.sign_in()
    assert staff("GET", "/api/me").ok
    done = system.cas("db", "slow", "--limit", "100")
    assert done.returncode == 0, done.stderr
    assert "FROM users" in done.stdout
    assert "$1" in done.stdout
    assert staff("GET", "/api/me").json()["user"]["email"] not in done.stdout
    connections = staff("GET", "/api/operation").json()["database"]
    assert 0 < connections["connections"] < connections["connections_allowed"]
