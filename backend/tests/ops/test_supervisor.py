"""`cas serve`: what starts, what is said, what happens when parts die, and that nothing is left behind."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import psutil
import pytest
import requests

from api_clients import session_body
from systems import CAS, System, wait_until

pytestmark = pytest.mark.slow


def require_nothing_left(system: System) -> None:
    assert wait_until(lambda: not system.processes(), 15), system.processes()
    assert not (system.data_dir / "postgres" / "cluster" / "postmaster.pid").exists()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", system.port))
    left = {path.name for path in system.data_dir.rglob("*") if path.is_socket()}
    assert not left


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_starts_says_one_sign_in_and_stops_without_a_trace(make_system, number):
    system = make_system().start()
    first = re.findall(r"Sign in as staff: .*", system.said)
    assert len(first) == 1
    assert system.sign_in()("GET", "/api/me").json()["user"]["role"] == "administrator"
    assert {p.name() for p in system.processes()} >= {"postgres"}
    assert system.stop(number) == 0
    require_nothing_left(system)
    system.start()
    assert re.findall(r"Sign in as staff: .*", system.said) == first
    assert system.sign_in()("GET", "/api/me").ok


def test_a_supervisor_that_is_killed_takes_everything_along_and_the_next_start_works(make_system):
    system = make_system().start()
    system.process.kill()
    system.process.wait()
    require_nothing_left(system)
    system.start()
    assert system.sign_in()("GET", "/api/me").ok


def test_everything_killed_at_once_leaves_a_stale_mark_that_the_next_start_removes(make_system):
    system = make_system().start()
    for process in [psutil.Process(system.process.pid), *system.processes()]:
        with_children = [process, *process.children(recursive=True)] if process.is_running() else []
        for one in with_children:
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue
    system.process.wait()
    assert (system.data_dir / "postgres" / "cluster" / "postmaster.pid").exists()
    system.start()
    assert system.sign_in()("GET", "/api/me").ok


def test_two_systems_run_side_by_side_and_know_nothing_of_each_other(system, make_system):
    other = make_system().start()
    participant = system.sign_in().invite()
    session = participant("POST", "/api/sessions", session_body()).json()
    assert participant("GET", f"/api/sessions/{session['id']}").ok
    participant.url = other.url
    assert participant("GET", f"/api/sessions/{session['id']}").status_code == 401
    assert other.sign_in()("GET", "/api/sessions").json()["sessions"] == []


def test_a_port_that_is_taken_and_a_folder_in_use_are_told_before_anything_starts(system, make_system):
    same_port = make_system()
    same_port.port = system.port
    done = same_port.cas("serve")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"127.0.0.1:{system.port}" in done.stderr
    assert "CAS_PORT" in done.stderr
    assert not same_port.data_dir.exists()
    same_folder = System(system.data_dir)
    done = same_folder.cas("serve")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "CAS_DATA_DIR" in done.stderr
    assert system.health()["checks"]["database"]["status"] == "healthy"


def test_a_data_folder_that_cannot_be_written_to_is_told(make_system, tmp_path):
    (tmp_path / "file").write_text("")
    done = make_system("file/var").cas("serve")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert str(tmp_path / "file" / "var") in done.stderr


def test_a_start_on_a_full_disk_says_so(make_system, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    small = 'mount -t tmpfs -o size=4m tmpfs "$1" && { head -c 8000000 /dev/zero >"$1/all"; exec "$2" serve; }'
    apart = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else [])]
    if shutil.which("unshare") is None or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no file system of our own can be mounted here")
    command = [*apart, "sh", "-c", small, "sh", str(disk), str(CAS)]
    environment = make_system("disk/var").environment
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert f"The disk of the data folder {disk / 'var'} is full" in done.stderr


def test_a_wrong_setting_is_told_with_what_it_is_for(make_system):
    done = make_system(CAS_PORT="eight", CAS_PROT="1").cas("serve")
    assert done.returncode == 1
    assert "CAS_PORT='eight'" in done.stderr
    assert "CAS_PROT" in done.stderr


def test_the_web_process_is_small_and_knows_no_numpy(system):
    for path in ("/api/openapi.json", "/api/docs", "/api/questions", "/api/health", "/"):
        requests.get(system.url + path, timeout=10)
    serving = system.serving_process
    assert serving.memory_info().rss < 150e6
    maps = Path(f"/proc/{serving.pid}/maps").read_text()
    assert not re.search(r"numpy|onnxruntime|ctranslate2|/av/", maps)


def test_a_web_process_that_dies_is_replaced(system):
    for is_first in (False, True):
        old = system.find("api.server")
        (old[0] if is_first else system.serving_process).kill()
        gone = old if is_first else [old[-1]]  # without its first process, the one that serves ends by itself
        wait_until(lambda gone=gone: not any(process.is_running() for process in gone))
        wait_until(lambda: _is_live(system))
    assert system.sign_in()("GET", "/api/me").ok


def _is_live(system: System) -> bool:
    try:
        return requests.get(f"{system.url}/api/health/live", timeout=2).ok
    except requests.RequestException:
        return False


def test_without_its_database_it_answers_503_with_when_to_come_back_and_recovers(make_system):
    system = make_system().start()
    staff = system.sign_in()
    server = next(p for p in system.find("postgres") if p.ppid() == system.process.pid)
    os.kill(system.process.pid, signal.SIGSTOP)  # so that it stays away for a while
    try:
        server.kill()
        answer = staff("GET", "/api/me")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) >= 1
        assert requests.get(f"{system.url}/api/health/live", timeout=5).ok
        wait_until(lambda: system.health()["checks"]["database"]["status"] == "unhealthy", 5)
        assert requests.get(f"{system.url}/api/health/ready", timeout=5).status_code == 503
    finally:
        os.kill(system.process.pid, signal.SIGCONT)
    wait_until(lambda: staff("GET", "/api/me").ok)
    wait_until(lambda: system.health()["checks"]["database"]["status"] == "healthy", 5)


def test_it_runs_under_another_database_role_than_the_one_that_migrates(system):
    command = (
        "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT user').fetchone()[0])"
    )
    assert system.cas("run", "python", "-c", command).stdout.strip() == "cas_owner"
    seen = [p.environ() for p in (*system.find("api.server"), *system.find("jobs.worker"))]
    assert seen
    assert not any("DATABASE_URL" in one for one in seen)
    assert all("//cas_app:" in one["CAS_DATABASE_APP_URL"] for one in seen)


def test_cas_is_installed_as_a_command():
    assert "serve" in subprocess.run([CAS, "--help"], capture_output=True, text=True, check=True).stdout


def test_a_master_key_that_is_missing_or_another_stops_the_start_and_nothing_is_made(make_system):
    system = make_system().start()
    system.sign_in().invite()  # a participant, with a key of their own
    system.stop()
    path = system.data_dir / "master.key"
    kept = path.rename(path.with_name("kept"))
    refused = system.cas("serve")
    assert (refused.returncode, "is missing" in refused.stderr) == (1, True)
    assert not path.exists()
    system.settings["CAS_MASTER_KEY"] = secrets.token_hex(32)
    other = system.cas("serve")
    assert (other.returncode, "another master key" in other.stderr) == (1, True)
    system.settings["CAS_MASTER_KEY"] = kept.read_text()
    assert system.start().sign_in()("GET", "/api/me").ok
