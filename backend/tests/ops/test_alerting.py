"""A real Prometheus and a real Alertmanager watch a real system whose database goes away, and tell a chat."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import monitoring
from chats import Chat, Database
from systems import System, free_port, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]


@pytest.fixture(autouse=True)
def _programs() -> None:
    monitoring.require_alertmanager()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    one = Database(tmp_path / "postgres-of-somebody")
    yield one
    one.server.stop()


@pytest.fixture
def system(tmp_path: Path, database: Database) -> Iterator[System]:
    one = System(tmp_path / "var", settings={"DATABASE_URL": database.owner_url}).start()
    yield one
    one.stop()


@pytest.fixture
def watched(tmp_path: Path, system: System, chat: Chat) -> Iterator[str]:
    """Prometheus and Alertmanager with our own files, hurried; the address of Prometheus."""
    folder, (prometheus, alertmanager) = tmp_path / "watch", (free_port(), free_port())
    folder.mkdir()
    for file in (monitoring.ALERTS, monitoring.RECORDING):
        (folder / file.name).write_text(re.sub(r"for: \w+", "for: 1s", file.read_text()))
    (folder / "webhook").write_text(chat.url)
    config = (monitoring.DEPLOY / "prometheus" / "prometheus.yml").read_text()
    config = config.replace("127.0.0.1:8000", f"127.0.0.1:{system.port}").replace("9093", str(alertmanager))
    (folder / "prometheus.yml").write_text(config.replace("15s", "2s"))
    config = (monitoring.DEPLOY / "alertmanager" / "alertmanager.yml").read_text()
    config = config.replace("/etc/prometheus/cas-webhook-address", str(folder / "webhook"))
    (folder / "alertmanager.yml").write_text(re.sub(r"(group_(?:wait|interval)): \w+", r"\1: 1s", config))
    commands = (
        f"prometheus --config.file=prometheus.yml --storage.tsdb.path=data --web.listen-address=127.0.0.1:{prometheus}",
        "alertmanager --config.file=alertmanager.yml --storage.path=alerts --cluster.listen-address= "
        f"--web.listen-address=127.0.0.1:{alertmanager}",
    )
    with (folder / "said.txt").open("wb") as said:
        running = [
            subprocess.Popen([monitoring.programs() / words[0], *words[1:]], cwd=folder, stdout=said, stderr=said)
            for words in (command.split() for command in commands)
        ]
    try:
        yield f"http://127.0.0.1:{prometheus}"
    finally:
        for process in running:
            process.terminate()
            process.wait(timeout=20)


def ask(prometheus: str, expression: str) -> list[dict[str, Any]]:
    try:
        answer = requests.get(f"{prometheus}/api/v1/query", params={"query": expression}, timeout=5)
    except requests.ConnectionError:
        return []
    if not answer.ok:  # it is still starting
        return []
    found: list[dict[str, Any]] = answer.json()["data"]["result"]
    return found


def test_a_lost_database_is_told_in_the_chat_with_what_to_do_and_again_when_it_is_back(watched, system, database, chat):
    wait_until(lambda: ask(watched, 'cas_ready{job="cas"} == 1'), 90)
    assert chat.find("database is lost") is None

    database.stop()
    told = wait_until(lambda: chat.find("FIRING critical: database"), 60)
    assert "The connection to the database is lost, or migrations are pending." in told
    assert re.search(r"Since \d{4}-\d\d-\d\d \d\d:\d\d UTC\.", told)
    assert "First: cas db check;" in told
    assert "Runbook: docs/RUNBOOK.md#the-database" in told
    assert ask(watched, 'up{job="cas"} == 1'), "the system itself goes on telling"

    database.start_again()
    wait_until(lambda: chat.find("RESOLVED critical: database", "Over."), 90)


def test_everything_that_the_rules_ask_for_arrives_in_prometheus(watched, system):
    wait_until(lambda: ask(watched, 'cas_ready{job="cas"} == 1'), 90)
    staff = system.sign_in()
    # a rate needs requests at two looks at least
    wait_until(lambda: staff("GET", "/api/me").ok and ask(watched, "cas:request_duration_seconds:p95_5m > 0"), 60, 0.5)
    for record in ("cas:cpu_used:ratio5m", "cas:memory_used:ratio", "cas:disk_free:ratio", "cas:requests:rate5m"):
        found = ask(watched, record)
        assert found, record
        assert float(found[0]["value"][1]) > 0
    tested = system.cas("doctor", "--monitoring", "--prometheus", watched)
    assert f"arrived in {watched}" in tested.stdout, tested.stdout
    rules = requests.get(f"{watched}/api/v1/rules", timeout=5).json()["data"]["groups"]
    assert [rule["name"] for group in rules for rule in group["rules"] if rule["health"] != "ok"] == []
