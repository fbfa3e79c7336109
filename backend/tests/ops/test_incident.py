"""The sheet of an incident: filled in while the system runs, and while it does not."""

from __future__ import annotations

import re

import pytest

from systems import wait_until

pytestmark = pytest.mark.slow


def value(sheet: str, name: str) -> str:
    return next(line.removeprefix(f"{name}: ") for line in sheet.splitlines() if line.startswith(f"{name}: "))


def test_a_sheet_of_a_running_system_has_every_field_filled_in(system):
    wait_until(lambda: system.cas("status").returncode == 0, 60)
    done = system.cas("incident", "new", "--severity", "critical", "--title", "Slow pages", "--eta", "15 minutes")
    assert done.returncode == 0, done.stderr
    sheet = done.stdout
    assert sheet.startswith("# Slow pages\n")
    assert value(sheet, "Status") == "Investigating"
    assert value(sheet, "ETA") == "15 minutes"
    assert re.search(r"Sessions begun and not completed: \d+\.", value(sheet, "Impact"))
    assert value(sheet, "Updates").startswith("next at 20")
    assert "- well: database:" in sheet
    assert "cognitive-assessment 0" in sheet
    (kept,) = (system.data_dir / "incidents").iterdir()
    assert kept.read_text().strip() == sheet.strip()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_sheet_can_be_opened_while_nothing_runs_and_starts_nothing(make_system):
    stopped = make_system()
    done = stopped.cas("incident", "new")
    assert done.returncode == 0, done.stderr
    assert "Not well: supervisor." in value(done.stdout, "Impact")
    assert "the database does not run" in value(done.stdout, "Impact")
    assert not stopped.processes()


@pytest.mark.parametrize(
    "words", [("--title", "two\nlines"), ("--title", " "), ("--eta", "x" * 201), ("--severity", "terrible")]
)
def test_what_is_no_line_is_refused_and_nothing_is_written(make_system, words):
    stopped = make_system()
    done = stopped.cas("incident", "new", *words)
    assert done.returncode != 0
    assert words[0] in done.stderr
    assert "Traceback" not in done.stderr
    assert not (stopped.data_dir / "incidents").exists()


def test_the_chat_is_told_what_people_are_told(make_system, chat):
    stopped = make_system(CAS_ALERT_WEBHOOK_URL=chat.url, CAS_ON_CALL="Night desk")
    done = stopped.cas("incident", "new", "--title", "Slow pages", "--eta", "an hour", "--post")
    assert done.returncode == 0, done.stderr
    told = chat.find("INCIDENT critical: Slow pages", "Status: Investigating", "Impact: ", "ETA: an hour", "Night desk")
    assert told is not None


def test_without_a_chat_or_with_one_that_is_away_it_is_said(make_system):
    for settings, words in (
        ({}, "CAS_ALERT_WEBHOOK_URL"),
        ({"CAS_ALERT_WEBHOOK_URL": "http://127.0.0.1:9/x"}, "by hand"),
    ):
        done = make_system(**settings).cas("incident", "new", "--post")
        assert (done.returncode, words in done.stderr, "Traceback" in done.stderr) == (1, True, False)
