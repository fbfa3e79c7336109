"""The definitions as data: complete, licensed, and turned into the same plan by the same seed."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognitive_assessment.errors import InvalidDefinition, InvalidInput, NotFound
from cognitive_assessment.instruments.catalogue import FOLDER, Catalogue, catalogue
from cognitive_assessment.instruments.kinds import Given
from cognitive_assessment.instruments.plan import part as part_of
from cognitive_assessment.instruments.schema import Practice
from cognitive_assessment.instruments.scoring import rule_name
from cognitive_assessment.instruments.spoken_texts import spoken_texts

SEEDS = st.integers(0, 2**48)
SLUGS = sorted(catalogue().instruments)
# Wording and names that belong to protected tests.
PROTECTED = re.compile(
    r"\b(mini.?mental|mmse|moca|montreal cognitive|wechsler|wais|cookie theft|sdmt)\b", re.IGNORECASE
)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_instrument_and_item_has_author_licence_and_origin(slug: str) -> None:
    view = catalogue().public_view(slug, "en")["instruments"][0]
    for licence in [view["licence"], *[item["licence"] for item in view["items"]]]:
        assert all(licence[field].strip() for field in ("name", "author", "origin"))
    assert view["sources"]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_folder_says_what_it_is(slug: str) -> None:
    readme = (FOLDER / slug / "README.md").read_text(encoding="utf-8")
    assert "## Source and licence" in readme
    assert "## How it is scored" in readme
    rule, _, version = rule_name(slug).partition("@")
    assert (FOLDER / rule / f"scoring_v{version}.py").is_file()


@pytest.mark.parametrize("slug", SLUGS)
def test_no_protected_wording(slug: str) -> None:
    texts = catalogue().texts[slug, "en"]
    assert not PROTECTED.search(texts.model_dump_json())


def test_a_missing_licence_is_a_fault_with_file_and_line(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "orientation", tmp_path / "orientation")
    (tmp_path / "batteries").mkdir()
    path = tmp_path / "orientation" / "definition.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^  author:.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    with pytest.raises(InvalidDefinition) as fault:
        Catalogue(tmp_path)
    line = text[: text.index("licence:")].count("\n") + 2
    assert f"{path}:{line}: licence.author: Field required" in fault.value.message


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("definition.yaml", "slug: orientation", "slug: other", "is not the folder's name"),
        ("definition.yaml", "- {id: month}", "- {id: year}", "two items are called year"),
        ("definition.yaml", "minutes: 2", "minutes: [", "cannot be read"),
        ("definition.yaml", "minutes: 2", "minutes: 2\nseconds: 3", "seconds"),
        ("en.yaml", "  month: Month\n", "", "item_titles.month"),
        ("en.yaml", "  month: {id: month", "  moon: {id: month", "prompts.month"),
    ],
)
def test_faults_are_named(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    shutil.copytree(FOLDER / "orientation", tmp_path / "orientation")
    (tmp_path / "batteries").mkdir()
    path = tmp_path / "orientation" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidDefinition, match=re.escape(message)):
        Catalogue(tmp_path)


def test_the_same_seed_gives_the_same_plan_and_another_gives_another() -> None:
    one, same, other = (catalogue().make_plan("brief", "en", seed) for seed in (42, 42, 43))
    assert one == same
    assert one["parts"][1]["questions"] != other["parts"][1]["questions"]
    json.dumps(one)


def test_a_plan_is_the_same_in_another_process() -> None:
    code = (
        "import json; from cognitive_assessment.instruments.catalogue import catalogue;"
        "print(json.dumps(catalogue().make_plan('brief', 'en', 42), sort_keys=True))"
    )
    elsewhere = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert json.loads(elsewhere) == catalogue().make_plan("brief", "en", 42)


def test_the_catalogue_brings_no_numpy() -> None:
    code = (
        "import sys; from cognitive_assessment.instruments.catalogue import catalogue;"
        "catalogue(); print('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_digit_sequences_follow_their_rules(seed: int) -> None:
    part = next(p for p in catalogue().make_plan("brief", "en", seed)["parts"] if p["instrument"] == "digit_span")
    counts = {"forward": list(range(3, 10)), "backward": list(range(2, 9))}
    for block, lengths in counts.items():
        questions = [q for q in part["questions"] if q["block"] == block]
        assert [q["is_practice"] for q in questions] == [True] + [False] * 14
        assert [len(q["stimulus"]["digits"]) for q in questions[1:]] == [n for n in lengths for _ in range(2)]
        sequences = [q["stimulus"]["digits"] for q in questions]
        assert len(set(sequences)) == len(sequences)
        for question, digits in zip(questions, sequences, strict=True):
            assert question["expected"] == (digits if block == "forward" else digits[::-1])
            assert all(a != b for a, b in itertools.pairwise(digits))
            steps = [int(b) - int(a) for a, b in itertools.pairwise(digits)]
            assert not any(a == b and abs(a) == 1 for a, b in itertools.pairwise(steps))


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_symbols_never_come_twice_running(seed: int) -> None:
    part = next(p for p in catalogue().make_plan("brief", "en", seed)["parts"] if p["instrument"] == "symbol_digit")
    parameters = part["questions"][0]["parameters"]
    assert sorted(parameters["key"]) == list(range(9))
    assert len(parameters["practice"]) == 10
    for symbols in (parameters["sequence"], parameters["practice"]):
        assert all(a != b for a, b in itertools.pairwise(symbols))


def test_what_a_practice_asks_for_is_data_of_the_instrument_and_part_of_the_plan() -> None:
    known = catalogue()
    planned = {part["instrument"]: part["practice"] for part in known.make_plan("full", "en", 1)["parts"]}
    judged = {"digit_span", "go_no_go", "reaction_time", "spatial_span", "symbol_digit", "trail_making"}
    assert {slug for slug, practice in planned.items() if practice} == judged
    for slug in judged:
        definition = known.instruments[slug]
        assert definition.practice is not None
        assert planned[slug] == definition.practice.model_dump()
        for own, told in ((Practice(mastered_from=0.5, repeats=3), 0.5), (None, planned[slug]["mastered_from"])):
            changed = Given(
                definition.model_copy(update={"practice": own}),
                known.texts[slug, "en"],
                "en",
                seed=1,
                form=None,
                place={},
            )
            assert part_of(changed)["practice"]["mastered_from"] == told  # what is not said is as its kind has it


def test_the_form_given_next_is_one_that_was_not_given() -> None:
    first = catalogue().make_plan("brief", "en", 1)
    second = catalogue().make_plan("brief", "en", 2, earlier_plans=[first])
    third = catalogue().make_plan("brief", "en", 3, earlier_plans=[first, second])
    forms = [
        next(p for p in plan["parts"] if p["instrument"] == "category_fluency")["form"]
        for plan in (first, second, third)
    ]
    assert forms[0] != forms[1]
    assert forms[2] == forms[0]


def test_a_battery_takes_as_long_as_its_parts() -> None:
    known = catalogue()
    parts = {
        slug: sum(known.instruments[one].minutes for one in battery.instruments)
        for slug, battery in known.batteries.items()
    }
    assert {slug: battery.minutes for slug, battery in known.batteries.items()} == parts


def test_the_unknown_is_refused() -> None:
    with pytest.raises(InvalidInput):
        catalogue().make_plan("huge", "en", 1)
    with pytest.raises(InvalidInput):
        catalogue().make_plan("brief", "xx", 1)
    with pytest.raises(InvalidInput):
        catalogue().public_view(None, "xx")
    with pytest.raises(NotFound):
        catalogue().public_view("shoe", "en")
    with pytest.raises(NotFound):
        rule_name("shoe")


def test_every_text_that_is_heard_is_listed_once() -> None:
    listed = spoken_texts()
    assert len({one["path"] for one in listed}) == len(listed)
    plan = catalogue().make_plan("brief", "en", 1, place={"town": "X"})
    heard = {text["audio"] for part in plan["parts"] for text in part["instructions"]}
    heard |= {text["audio"] for part in plan["parts"] for block in part["blocks"] for text in block["instructions"]}
    heard |= {q["prompt"]["audio"] for part in plan["parts"] for q in part["questions"] if q["prompt"]["audio"]}
    assert heard <= {one["path"] for one in listed}


@pytest.mark.parametrize("batteries", list(itertools.product(("brief", "full"), repeat=3)))
def test_a_form_is_not_given_twice_whatever_the_batteries_while_one_is_left(batteries: tuple[str, ...]) -> None:
    plans: list[dict[str, object]] = []
    for seed, battery in enumerate([*batteries, "full"]):
        plans.append(catalogue().make_plan(battery, "en", seed, earlier_plans=plans))
    given: dict[str, list[str]] = {}
    for plan in plans:
        for part in plan["parts"]:  # type: ignore[attr-defined]
            if part["form"] is not None:
                given.setdefault(part["instrument"], []).append(part["form"])
    assert sorted(given["word_list"]) == ["E", "F", "G", "H"]
    for slug, forms in given.items():
        left = len(catalogue().instruments[slug].forms)
        assert len(set(forms)) == min(len(forms), left), (slug, forms)


def test_the_monitoring_of_one_who_had_the_whole_begins_with_what_is_left() -> None:
    full = catalogue().make_plan("full", "en", 1)
    monitoring = catalogue().make_plan("monitoring", "en", 2, earlier_plans=[full])
    forms = {part["instrument"]: part["form"] for plan in (full, monitoring) for part in plan["parts"]}
    assert forms["category_fluency"] == "B"


def test_a_break_comes_only_after_a_task_of_the_battery(tmp_path: Path) -> None:
    plan = catalogue().make_plan("full", "en", 1)
    assert [part["instrument"] for part in plan["parts"] if part["break_after"]] == ["spatial_span", "letter_fluency"]
    assert plan["parts"][0]["instrument"] == "background"  # its answers are there whatever becomes of the rest
    shutil.copytree(FOLDER / "orientation", tmp_path / "orientation")
    (tmp_path / "batteries").mkdir()
    text = "slug: b\nversion: 1\nminutes: 1\ntitles: {en: B}\ninstruments: [orientation]\nbreak_after: [word_list]\n"
    (tmp_path / "batteries" / "b.yaml").write_text(text)
    with pytest.raises(InvalidDefinition, match="a break after word_list"):
        Catalogue(tmp_path)
