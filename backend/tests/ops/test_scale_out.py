"""Two API processes and two workers on one PostgreSQL, behind a pooler that keeps few connections to it."""

from __future__ import annotations

import collections
import contextlib
import http.client
import itertools
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
import requests

from chats import Database
from poolers import MISSING, PROGRAM, pooler
from systems import CAS, MODELS, Caller, free_port, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason=MISSING),
    pytest.mark.skipif(not (MODELS / "manifest.json").exists(), reason="models/ has not been made"),
]
SERVER_CONNECTIONS = 4
SMALL = "slug: small\nversion: 1\nminutes: 5\ntitles: {en: Small}\ninstruments: [orientation, symbol_digit]\n"
PASSED_ON = {"content-type", "content-length", "authorization", "upload-offset", "upload-length", "upload-metadata"}
PASSED_ON |= {"tus-resumable", "upload-defer-length", "upload-checksum", "upload-complete"}


class Balancer:
    """Hands each request to the next of several servers, and counts."""

    def __init__(self, ports: list[int]) -> None:
        self.counts: collections.Counter[int] = collections.Counter()
        turns, balancer = itertools.cycle(ports), self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                port = next(turns)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name: value for name, value in self.headers.items() if name.lower() in PASSED_ON}
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request(self.command, self.path, body=body, headers=headers)
                answer = connection.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in {"connection", "transfer-encoding", "content-length", "date", "server"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                connection.close()
                balancer.counts[port] += 1

            do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = do_DELETE = pass_on  # noqa: N815

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


@contextlib.contextmanager
def running(commands: list[tuple[list[str], dict[str, str]]], said: Path) -> Iterator[None]:
    with said.open("wb") as file:
        processes = [subprocess.Popen(command, env=given, stdout=file, stderr=file) for command, given in commands]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def cas(environment: dict[str, str], *words: str, typed: str | None = None) -> str:
    done = subprocess.run(
        [CAS, *words], env=environment, input=typed, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_session_goes_over_two_servers_and_two_workers_behind_a_pooler(tmp_path):
    (tmp_path / "more" / "batteries").mkdir(parents=True)
    (tmp_path / "more" / "batteries" / "small.yaml").write_text(SMALL)
    (tmp_path / "pooler").mkdir()
    database, ports = Database(tmp_path / "own"), [free_port(), free_port()]
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("CAS_", "DATABASE_URL"))}
    plain |= {"CAS_DATA_DIR": str(tmp_path / "var"), "CAS_INSTRUMENTS_DIR": str(tmp_path / "more")}
    plain["CAS_MASTER_KEY"] = secrets.token_hex(32)  # servers on several machines are given it
    as_owner = {**plain, "DATABASE_URL": database.owner_url}
    try:
        cas(as_owner, "db", "upgrade")
        app_url = json.loads((tmp_path / "var" / "database-app.json").read_text())["app_url"]
        password = "seven purple lamps at noon"
        cas(as_owner, "user", "add", "ada@example.org", typed=f"{password}\n")
        app_password = psycopg.conninfo.conninfo_to_dict(app_url.replace("+psycopg", ""))["password"]
        with pooler(
            tmp_path / "pooler", app_url, str(app_password), server_connections=SERVER_CONNECTIONS
        ) as pooled_url:
            served = {**plain, "CAS_DATABASE_APP_URL": pooled_url}
            api = [sys.executable, "-m", "cognitive_assessment.api.server"]
            commands = [(api, {**served, "CAS_PORT": str(port)}) for port in ports]
            commands += [([str(CAS), "worker"], served)] * 2
            with running(commands, tmp_path / "said.txt"):
                take_a_session(ports, password, served, database, tmp_path / "said.txt")
    finally:
        database.server.stop()


def take_a_session(
    ports: list[int], password: str, environment: dict[str, str], database: Database, said: Path
) -> None:
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    wait_until(lambda: all(is_ready(url) for url in urls), 120)
    with psycopg.connect(database.owner_url.replace("+psycopg", ""), autocommit=True) as owner:
        workers = "SELECT count(DISTINCT worker) FROM model_checks"
        wait_until(lambda: owner.execute(workers).fetchone() == (2,), 60)
        balancer = Balancer(ports)
        words = ["simulate", "--url", balancer.url, "--email", "ada@example.org", "--fast", "--battery", "small"]
        told = cas({**environment, "STAFF_PASSWORD": password}, *words, "--seed", "5", "--json")
        balancer.server.shutdown()
        balancer.server.server_close()
        session_id = json.loads(told.splitlines()[-1])["session_id"]
        used = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'cas_app'"
        connections = (owner.execute(used).fetchone() or (0,))[0]
    assert min(balancer.counts[port] for port in ports) > 10  # every other request of the same session
    for url in urls:
        staff = Caller(url)
        staff.token = staff("POST", "/api/sign-in", {"email": "ada@example.org", "password": password}).json()["token"]
        result = staff("GET", f"/api/sessions/{session_id}/result").json()
        assert result["status"] == "ready"
        assert {one["instrument"] for one in result["instruments"]} == {"orientation", "symbol_digit"}
        assert all(one["status"] in {"scored", "needs_review"} for one in result["instruments"])
    assert 0 < connections <= SERVER_CONNECTIONS
    assert "prepared statement" not in said.read_text()


def is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/api/health/ready", timeout=5).ok
    except requests.RequestException:
        return False
