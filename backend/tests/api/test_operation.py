"""The facts about the machine: who may see them, and that they are measured."""

from __future__ import annotations

import datetime as dt
import json
import time

import pytest

from api_clients import make_staff
from cognitive_assessment.config import settings
from cognitive_assessment.ops import health, history, log_lines
from cognitive_assessment.ops.backups import files, prove
from cognitive_assessment.store import schema
from cognitive_assessment.store.engine import transaction


@pytest.fixture
def operator(app):
    return make_staff(app, "otto@example.org", role="operator")


@pytest.fixture(autouse=True)
def _no_earlier_look(monkeypatch):
    monkeypatch.setattr(health, "_latest", health._Latest())


def figure(body, name):
    return next(one for one in body["figures"] if one["name"] == name)


def test_nothing_is_told_that_was_not_measured(operator):
    body = operator("GET", "/api/operation").get_json()
    for name in ("availability", "response_time", "error_rate", "satisfaction"):
        assert figure(body, name)["windows"]["30"] == {"value": None, "count": 0}
    assert body["backups"] == {
        "count": 0,
        "interval_s": 3600,
        "newest_at": None,
        "last_proof": None,
        "last_proven": None,
        "last_drill": None,
    }
    assert body["deployments"] == []
    assert body["model"]["is_verified"] is None
    with transaction() as connection:
        assert body["versions"]["schema"] == schema.state_on(connection).newest


def test_figures_are_those_of_the_history_beside_their_targets(operator, data_dir):
    now = time.time()
    within = {"1.0": 90.0, "2.0": 100.0, "+Inf": 100.0}
    piece = history.Piece(now - 300, now, 20, 19, 100, 2, within, cpu_busy_s=30, cpu_s=100, memory_fraction=0.4)
    (data_dir / "history").mkdir()
    (data_dir / "history" / "pieces.jsonl").write_text(json.dumps(vars(piece)) + "\n")
    body = operator("GET", "/api/operation").get_json()
    assert figure(body, "availability")["target"] == 0.999
    assert figure(body, "availability")["windows"]["1"] == {"value": pytest.approx(0.95, abs=0.001), "count": 20}
    assert body["error_budget_left"]["1"] == pytest.approx(-49, abs=1)
    assert figure(body, "response_time")["windows"]["7"] == {"value": 1.5, "count": 100}
    assert figure(body, "error_rate")["windows"]["30"] == {"value": 0.02, "count": 100}
    assert figure(body, "cpu")["windows"]["now"]["value"] == 0.3
    assert figure(body, "memory")["windows"]["now"]["value"] == 0.4


def test_use_is_counted_by_day_over_all_organisations_without_anybody_s_name(operator, participant, session):
    participant("POST", f"/api/sessions/{session['id']}/satisfaction", json={"rating": 4, "comment": "My name is Anna"})
    answer = operator("GET", "/api/operation")
    body = answer.get_json()
    assert len(body["use"]["days"]) == 30
    today = body["use"]["days"][-1]
    assert today["day"] == dt.datetime.now(dt.UTC).date().isoformat()
    assert (today["active"], today["started"], today["completed"]) == (1, 1, 0)
    assert body["use"]["active"] == {"day": 1, "month": 1}
    assert not any(word in answer.text for word in ("Anna", "P-001", session["id"], "example.org"))


def test_backups_are_told_with_the_last_restore_that_proved_one(operator, data_dir):
    identity = files.identity_of(data_dir, None)
    folder = settings().backup_dir
    (folder / prove.REPORTS).mkdir(parents=True)
    (folder / "20261101T020000Z").mkdir()
    common = {"backup": "20261101T020000Z", "duration_s": 2.5, "tables": 15, "recordings": 3, "rows": 9}
    for number, is_proven in enumerate((True, False)):
        report = {**common, "is_proven": is_proven, "proven_at": f"2026-11-0{number + 1}T03:00:00+00:00"}
        files.write_signed(folder / prove.REPORTS / f"{number}.json", report, identity)
    backups = operator("GET", "/api/operation").get_json()["backups"]
    assert backups["newest_at"] == "2026-11-01T02:00:00+00:00"
    assert backups["last_proof"]["is_proven"] is False
    assert backups["last_proven"]["proven_at"] == "2026-11-01T03:00:00+00:00"


def test_the_newest_errors_of_the_log_come_first_and_nothing_else_does(operator, data_dir):
    path = log_lines.file_of(data_dir)
    path.parent.mkdir()
    lines = [{"at": str(n), "level": "error", "part": "api", "message": f"fault {n}"} for n in range(20)]
    lines.append({"at": "21", "level": "info", "part": "api", "message": "request"})
    path.write_text("\n".join(json.dumps(line) for line in lines) + '\n{"at": "22", "lev')
    errors = operator("GET", "/api/operation").get_json()["errors"]
    assert [one["message"] for one in errors] == [f"fault {n}" for n in range(19, 11, -1)]
