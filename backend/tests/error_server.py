"""Bugsink, a server that speaks Sentry's protocol, run by itself beside a test: real ingestion, a real interface."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from cognitive_assessment.config import REPOSITORY_ROOT
from systems import free_port, wait_until

USER, PASSWORD = "operator", "a-password-of-the-tests"
_CONFIGURATION = """
import os
from bugsink.settings.default import *
HOME = os.environ["BUGSINK_HOME"]
SECRET_KEY = "of a server that lives for one test only, and holds nothing"
DATABASES["default"]["NAME"] = f"{HOME}/db.sqlite3"
DATABASES["snappea"]["NAME"] = f"{HOME}/snappea.sqlite3"
SNAPPEA = {"TASK_ALWAYS_EAGER": True}
BUGSINK = {"BASE_URL": os.environ["BUGSINK_URL"], "PHONEHOME": False, "INGEST_STORE_BASE_DIR": f"{HOME}/ingestion"}
ALLOWED_HOSTS = ["127.0.0.1"]
DEBUG = False
TIME_ZONE = "UTC"
"""
_FIRST_ROWS = f"""
from projects.models import Project
from users.models import User
from bsmain.models import AuthToken
User.objects.create_superuser(username="{USER}", email="", password="{PASSWORD}")
token = AuthToken.objects.create(issues_read=True, events_read=True)
print("MADE", Project.objects.create(name="Cognitive assessment").dsn, token.token)
"""


@dataclass
class ErrorServer:
    """A running Bugsink with one project."""

    url: str
    dsn: str
    token: str

    def events(self) -> list[dict[str, Any]]:
        """Every event with all that was stored of it."""
        issues = self._get("issues/?project=1")["results"]
        listed = [event for issue in issues for event in self._get(f"events/?issue={issue['id']}")["results"]]
        return [self._get(f"events/{event['id']}/")["data"] for event in listed]

    def await_event(self, part: str) -> dict[str, Any]:
        """The first event of a part of the system."""

        def look() -> dict[str, Any] | None:
            return next((one for one in self.events() if dict(one["tags"]).get("part") == part), None)

        found: dict[str, Any] = wait_until(look, 30, every_s=0.3)
        return found

    def _get(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.get(f"{self.url}/api/canonical/0/{path}", headers=headers, timeout=10)
        assert answer.ok, answer.text
        return answer.json()


def programs() -> Path:
    """The folder of Bugsink's programs; skips the test, naming why, where they cannot be had."""
    script = REPOSITORY_ROOT / "scripts" / "ensure_bugsink.sh"
    done = subprocess.run(["bash", script], capture_output=True, text=True, check=False, timeout=240)
    if done.returncode != 0:
        pytest.skip((done.stderr.strip().splitlines() or ["Bugsink cannot be had."])[-1])
    return Path(done.stdout.strip().splitlines()[-1])


@contextmanager
def running(folder: Path) -> Iterator[ErrorServer]:
    """Bugsink with its files in a folder."""
    where, port = programs(), free_port()
    folder.mkdir()
    (folder / "bugsink_of_a_test.py").write_text(_CONFIGURATION)
    url = f"http://127.0.0.1:{port}"
    ours = {"BUGSINK_HOME": str(folder), "BUGSINK_URL": url, "DJANGO_SETTINGS_MODULE": "bugsink_of_a_test"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SENTRY_", "PYTHON"))}
    environment = {**kept, **ours, "PYTHONPATH": str(folder)}

    def manage(*words: str, said: str = "") -> str:
        command = [where / "bugsink-manage", *words]
        done = subprocess.run(command, env=environment, input=said, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    manage("migrate", "--verbosity", "0")
    manage("migrate", "--verbosity", "0", "--database", "snappea", "snappea")
    made = next(line for line in manage("shell", said=_FIRST_ROWS).splitlines() if "MADE" in line)
    _, dsn, token = made[made.index("MADE") :].split()
    command = [
        where / "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "4",
        "--no-control-socket",
        "bugsink.wsgi",
    ]
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=said, stderr=said)
    try:
        wait_until(lambda: _answers(url), 30)
        yield ErrorServer(url, dsn, token)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/health/ready", timeout=2).ok
    except requests.RequestException:
        return False
