"""Figures over time, errors week against week, and the end of the log: from what the system keeps of itself."""

from __future__ import annotations

import json
import logging

import pytest

from cognitive_assessment.ops import log_lines, log_tail, trends
from cognitive_assessment.ops.history import Piece
from cognitive_assessment.ops.log_tail import Wanted

NOW = 1_795_700_000.0
DAY_S = 86_400.0
KEY_ERROR = "api\tKeyError\t/api/questions"


def piece(age_s, **values):
    return Piece(**{"began_at": NOW - age_s - 300, "ended_at": NOW - age_s, "looks": 20, "up": 20, **values})


def test_points_hold_what_was_seen_in_them_and_nothing_where_nobody_looked():
    within = {"0.1": 90.0, "1.0": 100.0, "+Inf": 100.0}
    seen = piece(60, up=10, requests=100, errors=5, within=within, cpu_busy_s=3, cpu_s=10, memory_fraction=0.5)
    found = trends.plots([seen, piece(3 * DAY_S, requests=7)], NOW)
    assert (len(found["1"]), len(found["7"])) == (96, 84)
    last = found["1"][-1]
    assert {name: last[name] for name in ("up", "requests", "error_rate", "cpu", "memory")} == {
        "up": 0.5,
        "requests": 100,
        "error_rate": 0.05,
        "cpu": 0.3,
        "memory": 0.5,
    }
    assert last["response_time"] == pytest.approx(0.55)
    assert found["1"][-3]["requests"] is None
    assert [point["requests"] for point in found["7"] if point["requests"]] == [7, 100]


def test_errors_are_counted_week_against_week_and_new_ones_come_first():
    old = "worker\tValueError\tmeasure_recording"
    gone = "api\tTypeError\t/api/me"
    pieces = [
        piece(DAY_S, faults={KEY_ERROR: 2.0, old: 9.0}),
        piece(2 * DAY_S, faults={KEY_ERROR: 1.0}),
        piece(8 * DAY_S, faults={old: 4.0, gone: 1.0}),
        piece(15 * DAY_S, faults={KEY_ERROR: 50.0}),
    ]
    rows = trends.error_patterns(pieces, NOW)
    assert [(row["kind"], row["this_week"], row["week_before"], row["is_new"]) for row in rows] == [
        ("KeyError", 3, 0, True),
        ("ValueError", 9, 4, False),
        ("TypeError", 0, 1, False),
    ]
    assert rows[0]["place"] == "/api/questions"


@pytest.fixture
def log(tmp_path):
    path = log_lines.file_of(tmp_path)
    path.parent.mkdir(parents=True)
    formatter = log_lines.JsonFormatter("api")
    with path.open("w") as file:
        file.write('{"cut": \n')
        for number, (route, status) in enumerate([("/api/me", 200), ("/api/sessions", 500), ("/api/me", 404)]):
            record = logging.LogRecord("access", logging.INFO, "", 0, "request", (), None)
            ids = {"user_id": "6f0c", "session_id": "77aa"}
            record.fields = {"method": "GET", "route": route, "status": status, "duration_ms": 900.0 * number, **ids}
            file.write(formatter.format(record) + "\n")
        file.write(
            log_lines.JsonFormatter("worker").format(logging.LogRecord("w", 40, "", 0, "broken", (), None)) + "\n"
        )
    return tmp_path


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), ["broken", 404, 500, 200]),
        (Wanted(part="worker"), ["broken"]),
        (Wanted(level="error"), ["broken"]),
        (Wanted(route="/API/me"), [404, 200]),
        (Wanted(status=400), [404, 500]),
        (Wanted(status=500), [500]),
        (Wanted(slower_than_ms=1000), [404]),
        (Wanted(part="nobody"), []),
    ],
)
def test_the_end_of_the_log_is_shown_newest_first_as_far_as_it_is_wanted(log, wanted, expected):
    found = log_tail.newest(log, wanted, limit=10)
    assert [line.get("status", line["message"]) for line in found] == expected
    assert not any(one in json.dumps(found) for one in ("6f0c", "77aa", "user_id"))


def test_without_a_log_there_is_nothing_to_show(tmp_path):
    assert log_tail.newest(tmp_path, Wanted(), limit=5) == []
