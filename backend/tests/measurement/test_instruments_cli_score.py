"""`cas score` as it is typed: its output, and a clear line instead of a stack trace for every mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cognitive_assessment.cli.main import cli
from cognitive_assessment.errors import CognitiveAssessmentError

AT = ("--at", "2026-11-23T15:20")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["score", *arguments])


def _json(*arguments: str) -> dict[str, object]:
    result = _run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    document: dict[str, object] = json.loads(result.output)
    return document


def test_the_document() -> None:
    document = _json("orientation", "--item", "weekday", *AT, "--text", "Sunday, no, Monday")
    assert document == {
        "instrument": "orientation",
        "item": "weekday",
        "rule": "orientation@2",
        "scores": {"points": 1},
        "evidence": [{"text": "monday", "label": "right", "points": 1, "rule": "orientation@2"}],
        "needs_review": False,
        "status": "scored",
        "answer": "Monday",
        "reason": None,
    }


def test_digits_need_no_item() -> None:
    assert _json("digit_span", "--expect", "582", "--text", "five eight two")["scores"] == {"points": 1}
    assert _json("digit_span", "--expect", "5 8 2", "--item", "backward", "--text", "582")["scores"] == {"points": 1}


def test_a_transcript_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "said.txt"
    path.write_text("\ufefffive eight\ntwo\n", encoding="utf-8")
    assert _json("digit_span", "--expect", "582", "--file", str(path))["scores"] == {"points": 1}


def test_an_empty_answer_has_no_score() -> None:
    document = _json("digit_span", "--expect", "582", "--text", "")
    assert (document["scores"], document["status"]) == ({}, "not_scorable")


def test_without_json_it_is_for_people() -> None:
    result = _run("orientation", "--item", "year", *AT, "--text", "2025")
    assert result.exit_code == 0
    assert "points: 0" in result.output
    assert "The right answer was 2026." in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("shoe", "--text", "x"), "no instrument shoe"),
        (("orientation", "--text", "x", *AT), "--item is missing"),
        (("orientation", "--item", "shoe", "--text", "x", *AT), "no item shoe"),
        (("orientation", "--item", "year", "--text", "x"), "--at is missing"),
        (("orientation", "--item", "year", "--at", "now", "--text", "x"), "--at is no time"),
        (("orientation", "--item", "year", "--at", "0000-11-23T15:20", "--text", "x"), "--at is no time"),
        (("orientation", "--item", "year", "--at", "0001-11-23T15:20", "--text", "x"), "out of range"),
        (("orientation", "--item", "year", "--at", "2026-02-30T15:20", "--text", "x"), "--at is no time"),
        (("orientation", "--item", "part_of_day", "--at", "2026-11-23", "--text", "x"), "no time of day"),
        (("orientation", "--item", "town", *AT, "--text", "x"), "--expect is missing"),
        (("digit_span", "--text", "582"), "--expect is missing"),
        (("digit_span", "--expect", "", "--text", "582"), "--expect is missing"),
        (("digit_span", "--expect", "five", "--text", "582"), "has to be digits"),
        (("digit_span", "--expect", "582", "--item", "sideways", "--text", "582"), "no item sideways"),
        (("digit_span", "--expect", "582", "--file", "/nowhere/said.txt"), "cannot be read"),
        (("digit_span", "--expect", "582", "--file", sys.executable), "not a UTF-8 text"),
        (("digit_span", "--expect", "582", "--text", "5" * 200_001), "too long"),
        (("symbol_digit", "--text", "x"), "answered by touch"),
    ],
)
def test_a_mistake_is_named(arguments: tuple[str, ...], message: str) -> None:
    result = _run(*arguments)
    assert isinstance(result.exception, CognitiveAssessmentError)
    assert message in result.exception.message


@pytest.mark.parametrize("arguments", [(), ("orientation",), ("digit_span", "--text", "a", "--file", "b")])
def test_a_call_that_is_not_complete_shows_the_usage(arguments: tuple[str, ...]) -> None:
    assert _run(*arguments).exit_code == 2


def test_the_command_itself_ends_with_one_line_and_one() -> None:
    cas = Path(sys.executable).with_name("cas")
    done = subprocess.run([cas, "score", "shoe", "--text", "x"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("cas: There is no instrument shoe.")
    assert "Traceback" not in done.stderr
