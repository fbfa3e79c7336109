"""A researcher adds an instrument by a folder of data, as the how-to page tells it, and it is scored."""

from __future__ import annotations

import re
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api_clients import session_body, spoken_body
from builders import instruments_of
from cognitive_assessment import config
from cognitive_assessment.cli.main import cli
from cognitive_assessment.errors import InvalidDefinition, InvalidSettings
from cognitive_assessment.instruments.catalogue import FOLDER
from cognitive_assessment.instruments.folders import read_folders
from cognitive_assessment.jobs import make_result, score_response

HOW_TO = config.REPOSITORY_ROOT / "docs" / "howto" / "add-an-instrument.md"
EXAMPLE = Path(__file__).parents[1] / "data" / "instruments"


def written_by_the_page(folder: Path) -> Path:
    """Every file that the how-to page shows, under the name that stands above it."""
    shown = re.findall(r"^`([\w/]+\.yaml)`:\n\n```yaml\n(.*?)^```$", HOW_TO.read_text(), re.MULTILINE | re.DOTALL)
    assert [name for name, _ in shown] == ["restedness/definition.yaml", "restedness/en.yaml", "batteries/morning.yaml"]
    for name, content in shown:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def form_body(options: dict[str, str]) -> dict[str, Any]:
    trials = [
        {
            "position": at,
            "item": item,
            "option": option,
            "onset_ms": 3000.0 * at,
            "reaction_time_ms": 2000.0,
            "time_ms": 3000.0,
            "change_count": 0,
            "input": "touch",
        }
        for at, (item, option) in enumerate(options.items())
    ]
    summary = {"duration_ms": 9000.0, "completed": True, "interruption_count": 0}
    response = {"kind": "trials", "trials": trials, "summary": summary}
    return spoken_body("", instrument="restedness", item_id="form", response=response)


def test_the_page_shows_what_the_other_tests_change(tmp_path: Path) -> None:
    folder = written_by_the_page(tmp_path)
    for path in EXAMPLE.rglob("*.yaml"):
        assert (folder / path.relative_to(EXAMPLE)).read_text() == path.read_text()


def test_a_folder_of_data_is_checked_given_answered_and_scored(invite, staff, nobody, tmp_path, monkeypatch):
    folder = written_by_the_page(tmp_path / "own")
    ran = CliRunner().invoke(cli, ["instrument", "check", str(folder)])
    assert (ran.exit_code, ran.output.splitlines()[-1]) == (0, "Nothing is wrong.")
    with instruments_of(folder, monkeypatch):
        batteries = nobody("GET", "/api/questions").get_json()["batteries"]
        assert "morning" in {battery["slug"] for battery in batteries}
        participant = invite(battery="morning")
        session = participant("POST", "/api/sessions", json=session_body(battery="morning")).get_json()
        (part,) = session["plan"]["parts"]
        assert (part["instrument"], part["rule"]) == ("restedness", "form_sum@1")
        path = f"/api/sessions/{session['id']}"
        question_id = str(uuid.uuid4())
        body = form_body({"awake": "no_way", "rested": "fully", "ready": "fully"})
        assert participant("PUT", f"{path}/questions/{question_id}", json=body).status_code == 201
        assert participant("POST", f"{path}/complete", json={"question_count": 1}).status_code == 202
        score_response.run(question_id)
        make_result.run(session["id"])
        result = staff("GET", f"{path}/result").get_json()
    assert result["status"] == "ready"
    (measure,) = result["instruments"][0]["measures"]
    assert (measure["title"], measure["value"], measure["band"]) == ("Restedness (0 to 6)", 4, "rested (3 to 6)")
    assert [(fact["code"], fact["title"]) for fact in result["validity"]] == [("sleepy", "Not awake")]


def test_one_answer_may_be_missing_as_the_definition_says_and_two_may_not(invite, staff, tmp_path, monkeypatch):
    with instruments_of(written_by_the_page(tmp_path / "own"), monkeypatch):
        for options, value, status in (
            ({"awake": "partly", "rested": "fully"}, 4.5, "needs_review"),
            ({"awake": "partly"}, None, "not_scorable"),
        ):
            participant = invite(f"P-{value}", battery="morning")
            session = participant("POST", "/api/sessions", json=session_body(battery="morning")).get_json()
            path, question_id = f"/api/sessions/{session['id']}", str(uuid.uuid4())
            participant("PUT", f"{path}/questions/{question_id}", json=form_body(options))
            participant("POST", f"{path}/complete", json={"question_count": 1})
            score_response.run(question_id)
            make_result.run(session["id"])
            (measure,) = staff("GET", f"{path}/result").get_json()["instruments"][0]["measures"]
            assert (measure["value"], measure["status"]) == (value, status)
            assert "no answer" in measure["reason"] or "without an answer" in measure["reason"]


def test_a_result_stays_when_the_folder_is_taken_away(invite, staff, tmp_path, monkeypatch):
    with instruments_of(written_by_the_page(tmp_path / "own"), monkeypatch):
        participant = invite(battery="morning")
        session = participant("POST", "/api/sessions", json=session_body(battery="morning")).get_json()
        path = f"/api/sessions/{session['id']}"
        participant("PUT", f"{path}/questions/{uuid.uuid4()}", json=form_body({"awake": "no_way"}))
    assert staff("GET", "/api/sessions").get_json()["sessions"][0]["battery"] == "morning"
    found = staff("GET", f"{path}/result").get_json()
    assert found["validity"][0]["title"] == "Not awake"


def test_its_sounds_are_served_from_its_folder_and_nothing_else_is(nobody, data_dir, tmp_path, monkeypatch):
    (data_dir / "pages").mkdir()
    (data_dir / "pages" / "index.html").write_text("<!doctype html>")
    folder = written_by_the_page(tmp_path / "own")
    sounds = folder / "restedness" / "sounds" / "en"
    sounds.mkdir(parents=True)
    (sounds / "awake.ogg").write_bytes(b"OggS")
    with instruments_of(folder, monkeypatch):
        served = nobody("GET", "/stimuli/en/restedness/awake.ogg")
        assert (served.status_code, served.data) == (200, b"OggS")
        for path in (
            "/stimuli/en/restedness/rested.ogg",
            "/stimuli/en/restedness/../definition.yaml",
            "/stimuli/en/restedness/definition.yaml",
            "/stimuli/../restedness/en.yaml",
            "/restedness/en.yaml",
        ):
            assert nobody("GET", path).status_code == 404


def test_a_sentence_that_is_only_heard_needs_its_sound(tmp_path):
    own = tmp_path / "own" / "sayings"
    shutil.copytree(FOLDER / "sentence_repetition", own, ignore=shutil.ignore_patterns("*.py", "*.txt", "*.md"))
    (own / "definition.yaml").write_text(
        (own / "definition.yaml").read_text().replace("slug: sentence_repetition", "slug: sayings")
    )
    faults = read_folders([FOLDER, tmp_path / "own"]).faults
    assert len(faults) == 48  # 24 sentences, each with a twin
    assert "it is only heard, and there is no sounds/en/" in str(faults[0])
    (own / "sounds" / "en").mkdir(parents=True)
    for fault in faults:
        (own / fault.words.rpartition("there is no ")[2]).write_bytes(b"")
    assert read_folders([FOLDER, tmp_path / "own"]).faults == []


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_fault_stops_the_start_with_file_and_line(command, tmp_path, monkeypatch):
    folder = tmp_path / "own"
    shutil.copytree(EXAMPLE, folder)
    path = folder / "restedness" / "definition.yaml"
    path.write_text(path.read_text().replace("form_sum@1", "form_sum@7"))
    monkeypatch.setenv("CAS_DATA_DIR", str(tmp_path / "data"))
    with instruments_of(folder, monkeypatch):
        ran = CliRunner().invoke(cli, [command])
    assert isinstance(ran.exception, InvalidDefinition)
    assert f"{path}:4: rule: there is no rule form_sum@7" in ran.exception.message
    assert not (tmp_path / "data").exists()


def test_a_folder_that_is_not_there_is_told():
    with pytest.raises(InvalidSettings, match="there is no such folder"):
        config.build({"CAS_INSTRUMENTS_DIR": "/nowhere/at/all"})
