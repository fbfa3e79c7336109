"""Instruments as data: every fault is told with its file and line, and what is described is what is checked."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from cognitive_assessment.cli.main import cli
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.errors import InvalidDefinition
from cognitive_assessment.instruments import schema_pages
from cognitive_assessment.instruments.catalogue import FOLDER, Catalogue
from cognitive_assessment.instruments.folders import PACKAGED, read_folders

# A small questionnaire as a researcher would write it, in the folder of the how-to page.
SLEEPINESS = Path(__file__).parents[1] / "data" / "instruments"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SLEEPINESS, tmp_path / "own")
    return tmp_path / "own"


def check(folder: Path) -> tuple[int, list[str]]:
    """The exit code of `cas instrument check` and its lines, without the folder's name."""
    ran = CliRunner().invoke(cli, ["instrument", "check", str(folder)])
    return ran.exit_code, [line.replace(f"{folder}/", "") for line in ran.output.splitlines()]


def change(path: Path, old: str, new: str) -> int:
    """Put one text in place of another; returns the line on which it stood."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_example_has_no_fault(folder: Path) -> None:
    code, lines = check(folder)
    assert code == 0, lines
    assert lines[-1] == "Nothing is wrong."
    assert check(folder / "restedness")[0] == 0


# file, what is changed to what, how many lines further down the fault is told, and what is told
FAULTS = {
    "an unknown field": ("restedness/definition.yaml", "version: 1", "version: 1\nseconds: 3", 1, "Extra inputs"),
    "a missing field": ("restedness/definition.yaml", "minutes: 1\n", "", None, "minutes: Field required"),
    "no author of the licence": (
        "restedness/definition.yaml",
        "  author: A Researcher\n",
        "",
        -1,
        "licence.author: Field required",
    ),
    "no licence at all": (
        "restedness/definition.yaml",
        "licence:\n  name: CC BY 4.0\n  author: A Researcher\n  origin: Own wording.\n",
        "",
        None,
        "licence: Field required",
    ),
    "an empty licence": ("restedness/definition.yaml", "name: CC BY 4.0", 'name: " "', 0, "licence.name"),
    "a language without texts": ("restedness/definition.yaml", "locales: [en]", "locales: [en, de]", 0, "no de.yaml"),
    "two items with one id": (
        "restedness/definition.yaml",
        "{id: rested, p",
        "{id: awake, p",
        0,
        "two items are called awake",
    ),
    "an unknown kind": ("restedness/definition.yaml", "kind: form", "kind: shoe", 0, "kind"),
    "an unknown rule": ("restedness/definition.yaml", "form_sum@1", "shoe_sum@1", 0, "there is no rule shoe_sum@1"),
    "a version of a rule that is not there": (
        "restedness/definition.yaml",
        "form_sum@1",
        "form_sum@7",
        0,
        "there is no rule form_sum@7; there are: form_sum@1",
    ),
    "a rule of another kind": ("restedness/definition.yaml", "form_sum@1", "digit_span@1", 0, "scores no form"),
    "a slug that is not the folder's": (
        "restedness/definition.yaml",
        "slug: restedness",
        "slug: other",
        0,
        "folder's name",
    ),
    "a slug that is ours": ("restedness/definition.yaml", "slug: restedness", "slug: phq_9", 0, "phq_9 already"),
    "an unknown scale": (
        "restedness/definition.yaml",
        "{scale: agreement}",
        "{scale: size}",
        0,
        "there is no scale size",
    ),
    "an unknown field of an item": (
        "restedness/definition.yaml",
        "{scale: agreement}",
        "{scale: agreement, colour: red}",
        0,
        "parameters.colour",
    ),
    "a sum of an unknown item": (
        "restedness/definition.yaml",
        "most_missing: 1",
        "items: [shoe]",
        0,
        "shoe is no item",
    ),
    "too many missing": ("restedness/definition.yaml", "most_missing: 1", "most_missing: 3", 0, "has to be answered"),
    "bands that fall": ("restedness/definition.yaml", "lowest: 3", "lowest: 0", None, "bands begin at 0 and rise"),
    "a measure that is no sum": ("restedness/definition.yaml", "{name: total,", "{name: sum,", 0, "those of the sums"),
    "a notice of an unknown option": (
        "restedness/definition.yaml",
        "options: [no_way]",
        "options: [perhaps]",
        0,
        "awake has no option perhaps",
    ),
    "a notice of an unknown item": (
        "restedness/definition.yaml",
        "item: awake",
        "item: shoe",
        0,
        "there is no item shoe",
    ),
    "a name twice": ("restedness/definition.yaml", "minutes: 1\n", "minutes: 1\nminutes: 2\n", 1, "stands here twice"),
    "no YAML": ("restedness/definition.yaml", "locales: [en]", "locales: [en", None, "cannot be read"),
    "a missing text": ("restedness/en.yaml", "  rested: {id: rested,", "  shoe: {id: rested,", None, "prompts.rested"),
    "a missing option": ("restedness/en.yaml", "no_way: Not at all, ", "", None, "form.options.agreement.no_way"),
    "a missing band": ("restedness/en.yaml", "    tired: tired (0 to 2)\n", "", None, "form.bands.tired"),
    "a missing title of a measure": (
        "restedness/en.yaml",
        "total: Restedness",
        "sum: Restedness",
        None,
        "measures.total",
    ),
    "an empty text": ("restedness/en.yaml", 'text: "I feel rested."', 'text: ""', 0, "prompts.rested.text"),
    "one id for two sounds": ("restedness/en.yaml", "{id: rested,", "{id: awake,", 0, "would have one sound"),
    "an unknown instrument": ("batteries/morning.yaml", "restedness", "shoe", 0, "which is no instrument"),
    "a battery of itself": ("batteries/morning.yaml", "[restedness]", "[morning]", 0, "leads back to itself"),
    "a battery that is ours": ("batteries/morning.yaml", "slug: morning", "slug: brief", 0, "battery brief already"),
    "a battery's unknown field": ("batteries/morning.yaml", "minutes: 1", "minutes: 1\nhours: 1", 1, "hours"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_told_with_file_and_line_and_stops_the_start(folder: Path, name: str) -> None:
    file, old, new, down, words = FAULTS[name]
    line = change(folder / file, old, new)
    code, told = check(folder)
    assert code == 1
    found = [one for one in told if one.startswith(f"{file}:") and words in one]
    assert found, told
    if down is not None:
        assert found[0].startswith(f"{file}:{line + down}: "), (line + down, found)
    with pytest.raises(InvalidDefinition) as fault:
        Catalogue(PACKAGED, folder)
    assert words in fault.value.message


def test_all_faults_are_told_at_once(folder: Path) -> None:
    change(folder / "restedness/definition.yaml", "form_sum@1", "shoe@1")
    change(folder / "restedness/en.yaml", "no_way: Not at all, ", "")
    change(folder / "batteries/morning.yaml", "restedness", "shoe")
    code, told = check(folder)
    assert code == 1
    assert {re.match(r"[^:]+", one)[0] for one in told[:-1]} == {  # type: ignore[index]
        "restedness/definition.yaml",
        "restedness/en.yaml",
        "batteries/morning.yaml",
    }
    assert told[-1] == "3 faults."


def test_a_battery_is_not_at_fault_where_its_instrument_cannot_be_read(folder: Path) -> None:
    change(folder / "restedness/definition.yaml", "version: 1", "version: 1\ncolour: red")
    code, told = check(folder)
    assert (code, told[-1]) == (1, "1 fault.")
    assert told[0].startswith("restedness/definition.yaml:3: colour")


def test_a_folder_without_any_instrument_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        ran = CliRunner().invoke(cli, ["instrument", "check", str(folder)])
        assert ran.exit_code == 1


def test_our_own_instruments_have_no_fault_and_a_battery_may_name_a_battery(folder: Path) -> None:
    assert read_folders([PACKAGED]).faults == []
    change(folder / "batteries/morning.yaml", "[restedness]", "[mood, restedness, phq_9]")
    battery = Catalogue(PACKAGED, folder).batteries["morning"]
    assert battery.instruments == ["gds_15", "phq_9", "gad_7", "restedness"]


@pytest.mark.parametrize("name", sorted(schema_pages.pages()))
def test_the_exported_schema_and_its_page_are_current(name: str) -> None:
    assert (schema_pages.FOLDER / name).read_text(encoding="utf-8") == schema_pages.pages()[name], (
        f"docs/reference/{name} is old: .venv/bin/python -m cognitive_assessment.instruments.schema_pages"
    )


def test_the_first_page_says_as_many_minutes_as_the_first_battery_takes() -> None:
    minutes = Catalogue(PACKAGED).batteries["brief"].minutes
    assert f"about {math.ceil(minutes)} minutes" in (REPOSITORY_ROOT / "README.md").read_text(encoding="utf-8")


DATA: dict[str, Callable[[], list[Path]]] = {
    "definition": lambda: sorted(FOLDER.glob("*/definition.yaml")),
    "texts": lambda: sorted(FOLDER.glob("*/en.yaml")),
    "battery": lambda: sorted(FOLDER.glob("batteries/*.yaml")),
}


@pytest.mark.parametrize("file", sorted(DATA))
def test_the_exported_schema_takes_what_is_there_and_refuses_an_unknown_field(file: str) -> None:
    ran = CliRunner().invoke(cli, ["instrument", "schema", file])
    validator = Draft202012Validator(json.loads(ran.output))
    paths = DATA[file]()
    assert paths
    for path in paths:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        validator.validate(content)
        assert list(validator.iter_errors(content | {"shoe_size": 42}))
