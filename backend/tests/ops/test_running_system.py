"""What an operator sees of a running system, and how it is restarted."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading

import psutil
import pytest
import requests

from cognitive_assessment import config
from cognitive_assessment.ops import log_lines, running_system
from systems import CAS, wait_until

pytestmark = pytest.mark.slow


def test_the_status_names_every_check_and_every_process(system):
    wait_until(lambda: requests.get(f"{system.url}/api/health/ready", timeout=10).ok, 60)
    done = system.cas("status", "--resources")
    assert (done.returncode, ", starting" in done.stdout) == (0, False), done.stdout
    for word in ("database", "ml_models", "disk_space", "supervisor", "API", "worker", "archive"):
        assert word in done.stdout


def test_a_system_that_is_starting_is_told_so(make_system):
    """Its models are not there, so it goes on waiting to become ready while it is asked."""
    starting = make_system(CAS_MODELS_DIR="/nowhere").start()
    done = starting.cas("status")
    assert (done.returncode, ", starting" in done.stdout) == (1, True), done.stdout + done.stderr


@pytest.mark.parametrize("words", [("status",), ("restart",), ("doctor",)])
def test_whoever_names_another_address_than_the_system_serves_on_is_told_so(system, words):
    done = system.cas(*words, env={**system.environment, "CAS_PORT": "1"})
    assert done.returncode == 1
    assert f"serves on {system.url}; CAS_HOST and CAS_PORT say http://127.0.0.1:1" in done.stdout + done.stderr


def test_a_restart_gives_new_processes_and_the_same_database(system):
    before = {process.pid for process in system.find("api.server") + system.find("jobs.worker")}
    database = system.find("bin/postgres")[0].pid
    done = system.cas("restart")
    assert (done.returncode, "ready after" in done.stdout) == (0, True), done.stderr
    after = {process.pid for process in system.find("api.server") + system.find("jobs.worker")}
    assert after
    assert not before & after
    assert system.find("bin/postgres")[0].pid == database


def test_a_restart_has_not_happened_while_the_old_processes_answer(system):
    wait_until(lambda: requests.get(f"{system.url}/api/health/ready", timeout=10).ok)
    old = system.find("api.server") + system.find("jobs.worker")
    supervisor = psutil.Process(system.process.pid)
    supervisor.suspend()
    try:
        assert not running_system.restart(config.build(system.environment), limit_s=1.0)
    finally:
        supervisor.resume()
    wait_until(lambda: not any(one.is_running() for one in old))
    wait_until(lambda: running_system.is_ready(config.build(system.environment)))


def test_the_log_is_shown_filtered_and_followed(system):
    requests.get(f"{system.url}/api/me", timeout=10)
    shown = system.cas("logs", "--tail", "5", "--part", "api")
    lines = [json.loads(line) for line in shown.stdout.splitlines()]
    assert 0 < len(lines) <= 5
    assert {line["part"] for line in lines} == {"api"}
    assert system.cas("logs", "--level", "critical").stdout == ""
    requests.get(f"{system.url}/no-such-page", timeout=10)
    pages = [json.loads(line) for line in system.cas("logs", "frontend").stdout.splitlines()]
    assert pages[-1]["status"] == 404
    assert {line["route"] for line in pages} <= {"/", "/<path:path>"}
    follow = [CAS, "logs", "--tail", "0", "--follow"]
    with (
        asked_again_and_again(f"{system.url}/api/invitations"),  # the command says nothing when it begins to follow
        subprocess.Popen(follow, env=system.environment, stdout=subprocess.PIPE, text=True) as following,
    ):
        assert following.stdout is not None
        lines = (json.loads(line) for line in following.stdout)
        assert any(line.get("route") == "/api/invitations" for line in lines)
        following.terminate()


@contextlib.contextmanager
def asked_again_and_again(url):
    """An address that is asked twice a second for the length of a block."""
    is_over = threading.Event()

    def ask():
        while not is_over.wait(0.5):
            requests.get(url, timeout=10)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        is_over.set()
        asking.join()


def test_without_a_running_system_each_says_so(make_system):
    stopped = make_system()
    for words, told in ((("status",), "No system runs"), (("restart",), "No system runs"), (("logs",), "Nothing")):
        done = stopped.cas(*words)
        assert (done.returncode, told in done.stderr) == (1, True)


def test_a_log_that_has_grown_is_put_aside_and_the_oldest_goes(tmp_path):
    path = log_lines.file_of(tmp_path)
    path.parent.mkdir()
    for number in range(log_lines.KEPT + 3):
        path.write_bytes(str(number).encode() * log_lines.ROTATE_AT_BYTES)
        log_lines.rotate(tmp_path)
        assert not path.exists()
    kept = sorted(path.parent.iterdir())
    assert [one.read_bytes()[:1] for one in kept] == [b"7", b"6", b"5", b"4", b"3"]
    path.write_bytes(b"small")
    log_lines.rotate(tmp_path)
    assert path.exists()
