"""For every kind of question: a response of another kind, or a trial that no task reports, is refused by name."""

from __future__ import annotations

import random
import uuid
from pathlib import Path
from typing import Any

import pytest

from api_clients import require_problem, session_body, spoken_body
from builders import instruments_of
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.kinds import TRIALS
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.simulation.touch import HANDS

KINDS = ["spoken", *sorted(TRIALS)]
RECORDING = "20697005-ea01-43c6-870a-b75ac0e2c103"
DAYS_MS = 5.0 * 24 * 3_600_000


@pytest.fixture
def everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, participant):
    """A session in which every kind of question is put, and how to answer the first of a kind."""
    slugs = ", ".join(sorted(catalogue().instruments))
    (tmp_path / "batteries").mkdir()
    text = f"slug: everything\nversion: 1\nminutes: 60\ntitles: {{en: Everything}}\ninstruments: [{slugs}]\n"
    (tmp_path / "batteries" / "everything.yaml").write_text(text, encoding="utf-8")
    with instruments_of(tmp_path, monkeypatch):
        session = participant("POST", "/api/sessions", json=session_body(battery="everything")).get_json()
        first: dict[str, dict[str, Any]] = {}
        for part in session["plan"]["parts"]:
            for question in part["questions"]:
                first.setdefault(question["kind"], {"instrument": part["instrument"], **question})

        def send(kind: str, response: dict[str, Any]) -> Any:
            question = first[kind]
            body = spoken_body("", instrument=question["instrument"], item_id=question["item_id"], response=response)
            return participant("PUT", f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}", json=body)

        yield first, send


def right_response(question: dict[str, Any]) -> dict[str, Any]:
    """What the task of this kind would report."""
    parameters = {**question["parameters"], "heard": []}  # of words to be recognised, none was
    return HANDS[question["kind"]](parameters, PROFILES["typical"], random.Random(1))[0]


def field_of(answer: Any) -> str:
    return str(require_problem(answer, 422)["errors"][0]["field"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_response_of_another_kind_is_refused(everything, kind):
    first, send = everything
    assert set(first) == set(KINDS)
    spoken = {"kind": "spoken", "recording_id": RECORDING, "onset_latency_ms": None}
    wrong = {"kind": "trials", "trials": [], "summary": {}} if kind == "spoken" else spoken
    assert field_of(send(kind, wrong)) == "response.kind"
    for strange in ({"kind": "drawing"}, {}, {"kind": "skipped", "reason": "bored"}):
        assert field_of(send(kind, strange)).startswith("response")


@pytest.mark.parametrize("kind", sorted(TRIALS))
def test_a_trial_with_anything_missing_strange_or_of_another_kind_is_refused(everything, kind):
    first, send = everything
    response = right_response(first[kind])
    trial = response["trials"][0]
    others = [
        right_response(first[other])["trials"][0] for other in sorted(TRIALS) if TRIALS[other] is not TRIALS[kind]
    ]
    wrong: list[tuple[dict[str, Any], str | None]] = [
        ({k: v for k, v in trial.items() if k != name}, name) for name in trial
    ]
    wrong += [({**trial, name: {"a": 1}}, name) for name in trial]
    wrong += [({**trial, "shoe_size": 42}, "shoe_size"), ({}, None), *((other, None) for other in others)]
    for changed, name in wrong:
        field = field_of(send(kind, {**response, "trials": [changed, *response["trials"][1:]]}))
        assert field.startswith("response.trials.0")
        if name is not None:
            assert field == f"response.trials.0.{name}"


@pytest.mark.parametrize("kind", sorted(TRIALS))
def test_the_place_of_the_trial_is_told_and_the_right_response_is_taken(everything, kind):
    first, send = everything
    response = right_response(first[kind])
    last = len(response["trials"]) - 1
    broken = {**response, "trials": [*response["trials"][:-1], {**response["trials"][-1], "shoe_size": 42}]}
    assert field_of(send(kind, broken)) == f"response.trials.{last}.shoe_size"
    assert send(kind, response).status_code == 201


def days_later(trial: dict[str, Any]) -> dict[str, Any]:
    """The trial of a page that lay aside for days in the middle of its task."""
    later = {name: trial[name] + DAYS_MS for name in ("onset_ms", "at_ms", "waited_ms") if name in trial}
    if "points" in trial:
        later |= {"points": [[x, y, t + DAYS_MS] for x, y, t in trial["points"]]}
        later |= {"removed_ms": None if trial["removed_ms"] is None else trial["removed_ms"] + DAYS_MS}
    return trial | later


@pytest.mark.parametrize("kind", sorted(TRIALS))
def test_an_answer_of_a_page_that_was_laid_aside_for_days_is_taken(everything, kind):
    first, send = everything
    response = right_response(first[kind])
    half = len(response["trials"]) // 2
    response["trials"][half:] = [days_later(trial) for trial in response["trials"][half:]]
    assert send(kind, response).status_code == 201


def test_a_recording_that_was_laid_aside_before_its_picture_was_seen_is_taken(everything):
    _, send = everything
    spoken = {"kind": "spoken", "recording_id": RECORDING, "onset_latency_ms": -DAYS_MS}
    assert send("spoken", spoken).status_code == 201
