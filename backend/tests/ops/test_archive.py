"""The database is killed and its files are deleted: what was acknowledged comes back from the archive."""

from __future__ import annotations

import datetime as dt
import shutil
import time
import uuid
from collections.abc import Iterator

import pytest
import requests

from api_clients import session_body, skipped_body
from systems import System, wait_until
from writers import Writer, events_in, kill

pytestmark = pytest.mark.slow
LOSS_LIMIT_S = 5.0


@pytest.fixture
def system(make_system) -> System:
    running: System = make_system().start()
    assert running.cas("backup").returncode == 0  # the first one makes the base copy too
    return running


@pytest.fixture
def writer(system: System) -> Iterator[Writer]:
    one = Writer(system.sign_in().invite())
    yield one
    one.stop()


def test_after_a_lost_database_at_most_seconds_are_lost(system, writer):
    wait_until(lambda: len(writer.acknowledged) > 200)
    kill(system)
    writer.stop()
    shutil.rmtree(system.data_dir / "postgres")
    began = time.monotonic()
    restored = system.cas("restore", "archive", "--yes")
    assert restored.returncode == 0, restored.stderr
    system.start()
    wait_until(lambda: requests.get(f"{system.url}/api/health/ready", timeout=10).ok, 60)
    ready_s = time.monotonic() - began
    there = events_in(system)
    lost = writer.lost_s(there)
    print(f"lost {len(lost)} of {len(there)} events, {max(lost, default=0.0):.3f} s; ready after {ready_s:.1f} s")
    assert max(lost, default=0.0) < LOSS_LIMIT_S
    assert system.cas("backup", "--dry-run").returncode == 0
    assert system.sign_in().invite()("POST", "/api/sessions", session_body()).status_code == 201


def test_a_moment_before_a_mistake_is_brought_back(system):
    participant = system.sign_in().invite()
    session = participant("POST", "/api/sessions", session_body()).json()
    path = f"/api/sessions/{session['id']}/questions"
    assert participant("PUT", f"{path}/{uuid.uuid4()}", skipped_body("forward_3_1")).status_code == 201
    time.sleep(1.1)
    moment = dt.datetime.now(dt.UTC)
    time.sleep(1.1)
    assert participant("PUT", f"{path}/{uuid.uuid4()}", skipped_body("forward_3_2")).status_code == 201
    running = system.cas("restore", "archive", "--yes")
    assert (running.returncode, "Stop it first" in running.stderr) == (1, True)
    system.stop()
    early = system.cas("restore", "archive", "--yes", "--until", "2020-01-01T00:00:00")
    assert (early.returncode, "no base copy before" in early.stderr) == (1, True)
    late = system.cas("restore", "archive", "--yes", "--until", "2100-01-01T00:00:00")
    assert (late.returncode, "still to come" in late.stderr) == (2, True)
    done = system.cas("restore", "archive", "--yes", "--until", f"{moment:%Y-%m-%dT%H:%M:%S}")
    assert done.returncode == 0, done.stderr
    assert "old files are kept in" in done.stdout
    system.start()
    assert participant("GET", f"/api/sessions/{session['id']}").status_code == 401  # the sign-ins of then have ended
    shown = system.sign_in()("GET", f"/api/sessions/{session['id']}/result").json()["instruments"]
    assert [one["item_id"] for instrument in shown for one in instrument["questions"]] == ["forward_3_1"]
