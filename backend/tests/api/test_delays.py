"""Delays as the server sees them: kept, flagged where they were not, and never a reason to lose an answer."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from api_clients import skipped_body

START = dt.datetime.now(dt.UTC) - dt.timedelta(hours=3)
FLAGS = {"delay_too_short", "delay_too_long", "times_ahead"}


def put(participant, session, item_id: str, after_s: float, **changes):
    at = (START + dt.timedelta(seconds=after_s)).isoformat()
    body = skipped_body(item_id) | {"instrument": "word_list", "presented_at": at, "answered_at": at} | changes
    answer = participant("PUT", f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}", json=body)
    assert answer.status_code == 201, answer.get_data(as_text=True)


def flags(staff, session) -> dict[str, str]:
    facts = staff("GET", f"/api/sessions/{session['id']}/result").get_json()["validity"]
    return {fact["code"]: fact["detail"] for fact in facts if fact["code"] in FLAGS}


def spoken() -> dict:
    """An answer whose recording is still on its way."""
    return {"kind": "spoken", "recording_id": str(uuid.uuid4()), "onset_latency_ms": 500}


@pytest.mark.parametrize(
    ("after_s", "expected"),
    [
        (299.0, {}),
        (320.0, {}),
        (200.0, {"delay_too_short": "Learning words, after the delay: 3.3 min instead of at least 5"}),
        (7200.0, {"delay_too_long": "Learning words, after the delay: 120 min instead of at most 45"}),
    ],
)
def test_the_real_delay_is_told_where_it_was_not_the_planned_one(participant, staff, session, after_s, expected):
    put(participant, session, "learning_3", 0)
    put(participant, session, "delayed", after_s, response=spoken())
    assert flags(staff, session) == expected


def test_the_delay_counts_from_the_second_attempt(participant, staff, session):
    put(participant, session, "learning_3", 0)
    put(participant, session, "learning_3", 120, attempt=2)
    put(participant, session, "delayed", 330, response=spoken())
    assert "delay_too_short" in flags(staff, session)


def test_a_delayed_question_that_was_left_out_was_never_put(participant, staff, session):
    put(participant, session, "learning_3", 0)
    put(participant, session, "delayed", 10)
    assert flags(staff, session) == {}


def test_a_device_that_is_an_hour_slow_keeps_its_delay(participant, staff, session):
    put(participant, session, "learning_3", 0)
    put(participant, session, "delayed", 310 - 3600, clock_offset_s=3600.0, response=spoken())
    assert flags(staff, session) == {}


def test_answers_that_are_dated_after_they_arrived_are_told(participant, staff, session):
    put(participant, session, "learning_3", 4 * 3600)
    assert "times_ahead" in flags(staff, session)
