"""Nothing is here without author, licence and origin, and nothing that belongs to somebody who did not give it."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.metadata import metadata
from pathlib import Path

import pytest

from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.instruments import licences, protected
from cognitive_assessment.instruments.catalogue import FOLDER, catalogue
from cognitive_assessment.instruments.protected import Protected

ENTRIES = licences.registry()
# what people made, other than programs, pages about them and their settings
WORKS = re.compile(
    r"\.(csv|txt|tsv|ogg|opus|mp3|wav|flac|webm|m4a|png|jpe?g|gif|webp|svg|pkl|onnx|npz|npy|bin|woff2?|ttf|otf|pdf|gz|zip)$"
)
NO_WORKS = {"backend/requirements.txt", "frontend/public/stimuli/LICENSE.txt"}


def files() -> list[str]:
    """Every file that is kept with the sources."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("these sources are no git repository")
    return [line for line in listed.stdout.splitlines() if (REPOSITORY_ROOT / line).is_file()]


FILES = files()
SLUGS = sorted(catalogue().instruments)


def test_every_work_has_an_entry():
    missing = [path for path in FILES if WORKS.search(path) and not licences.entry_of(path, ENTRIES)]
    assert [path for path in missing if path not in NO_WORKS] == [], (
        f"add author, licence and origin to {licences.REGISTRY.relative_to(REPOSITORY_ROOT)}"
    )


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_every_entry_is_of_something_that_is_here(entry):
    for pattern in entry.files:
        alone = entry.model_copy(update={"files": [pattern]})
        assert any(licences.entry_of(path, [alone]) for path in FILES), f"{pattern} is no file any more"
    if entry.package is not None and entry.package.startswith("@"):
        packages = json.loads((REPOSITORY_ROOT / "frontend" / "package.json").read_text())["dependencies"]
        assert entry.package in packages
    elif entry.package is not None:
        assert metadata(entry.package)["Name"]


def test_a_file_that_nobody_entered_is_found():
    assert licences.entry_of("frontend/public/pictures/kitchen.svg", ENTRIES) is None
    assert licences.entry_of("frontend/src/app/icon.svg", ENTRIES) is not None


@pytest.mark.parametrize("slug", SLUGS)
def test_every_instrument_and_item_has_author_licence_and_origin(slug):
    definition = catalogue().instruments[slug]
    for one in [definition.licence, *(item.licence for item in definition.items if item.licence)]:
        assert all(said.strip() for said in (one.name, one.author, one.origin))


def test_the_page_is_current():
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page(), (
        "docs/reference/licences.md is old: .venv/bin/python -m cognitive_assessment.instruments.licences"
    )


def test_no_text_that_is_given_names_a_protected_work():
    for (slug, locale), texts in catalogue().texts.items():
        assert list(protected.names_in(texts.model_dump_json())) == [], (slug, locale)


TEXTS = [
    path
    for path in FILES
    if re.search(r"\.(ya?ml|md|txt|csv|tsx?|py|html|json|svg)$", path)
    and "package-lock" not in path
    and "/golden/" not in path  # made from the definitions, which are read here, and by the tests, which are too
]


def test_no_file_holds_protected_wording():
    found = {}
    for path in TEXTS:
        text = (REPOSITORY_ROOT / path).read_text(encoding="utf-8", errors="replace")
        if held := list(protected.wording_in(text)):
            found[path] = held
    assert found == {}


def test_the_items_of_a_form_together_hold_no_protected_list():
    for slug, definition in catalogue().instruments.items():
        texts = catalogue().texts[slug, "en"]
        said = texts.prompts | texts.stimuli
        for form in [*definition.forms, None]:
            words = " ".join(said[item.id].text for item in definition.items if item.form == form and item.id in said)
            assert list(protected.wording_in(words)) == []


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("Say after me: seven purple lanterns juggle elephants.", True),
        ("SEVEN PURPLE LANTERNS, JUGGLE ELEPHANTS", True),
        ("elephants\njuggle\nseven\npurple\nlanterns", True),  # a list in another order
        ("seven purple lanterns do not juggle elephants", False),
        ("seven purple lanterns", False),
    ],
)
def test_wording_is_known_again_by_its_fingerprint(text, is_found):
    work = Protected(
        work="A test", holder="Somebody", fingerprints=[protected.fingerprint("seven purple lanterns juggle elephants")]
    )
    assert bool(list(protected.wording_in(text, (work,)))) == is_found


def test_the_list_names_what_is_known_not_to_be_free():
    named = {name.lower() for work in protected.works() for name in work.names}
    assert {"mmse", "moca", "cookie theft", "wechsler", "sdmt", "cvlt", "hvlt", "cerad", "mini-cog", "ad8"} <= named
    assert sum(len(work.fingerprints) for work in protected.works()) >= 30
    assert "Wechsler" in str(list(protected.names_in("taken from the WAIS")))
    assert not list(protected.names_in("I wait for the cat in my warm house"))


def test_the_registry_lies_with_the_instruments():
    assert licences.REGISTRY.parent == FOLDER == Path(protected.LIST).parent
