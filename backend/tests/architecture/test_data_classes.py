"""The page of classes names every table once, as the record of processing does, and tests that are there."""

from __future__ import annotations

import re

import sqlalchemy as sa

from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.consent import processing
from cognitive_assessment.store import words
from cognitive_assessment.store.tables import metadata

PAGE = REPOSITORY_ROOT / "docs" / "reference" / "data-classes.md"
TESTS = REPOSITORY_ROOT / "backend" / "tests"


def classes() -> dict[str, set[str]]:
    _, tables = PAGE.read_text().split("## Tables")
    rows = re.findall(r"^\| (\w+) \| ((?:`\w+`(?:, )?)+) \|$", tables.split("## Which")[0], re.MULTILINE)
    return {name: set(re.findall(r"`(\w+)`", listed)) for name, listed in rows}


def test_every_table_is_in_one_class():
    listed = [table for tables in classes().values() for table in tables]
    assert sorted(listed) == sorted(metadata.tables)


def test_every_class_has_its_requirements():
    described = re.findall(r"^\| (\w+) \| [^|]+ \| [^|]+ \| TLS \|", PAGE.read_text(), re.MULTILINE)
    assert described == list(classes())


def test_what_the_record_of_processing_calls_personal_is_in_no_open_class():
    personal = {table for one in processing.described()["categories"] for table in one["tables"]}
    assert personal & classes()["open"] <= {"consent_texts"}  # words that everybody may read
    assert set(metadata.tables) - personal <= classes()["open"]


def test_what_is_said_or_drawn_has_no_plain_column():
    """Beside the sealed one: ids, numbers and the names of what made it."""
    plain = {"id", "recording_id", "question_id", "recogniser", "details", "created_at"}
    for name in ("transcripts", "drawings"):
        table = metadata.tables[name]
        assert isinstance(table.c.sealed.type, sa.LargeBinary), name
        assert {column.name for column in table.columns} - {"sealed"} <= plain, name


def test_words_of_a_row_have_a_place_where_they_are_sealed():
    for name in words.TABLES:
        assert isinstance(metadata.tables[name].c.sealed.type, sa.LargeBinary), name
        assert f"of `{name}`" in PAGE.read_text(), name
    assert set(words.TABLES) <= classes()["health"]


def test_secrets_are_kept_as_hashes_sealed_or_public():
    """No column of these tables can hold a secret as text."""
    harmless = {"browser", "method", "name", "next", "battery", "locale"}
    for name in sorted(classes()["secret"]):
        for column in metadata.tables[name].columns:
            assert not isinstance(column.type, sa.Text) or column.name in harmless, (name, column.name)


def test_the_tests_that_are_named_are_there():
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE.read_text())
    assert len(named) > 8
    for file, test in named:
        assert f"def {test}(" in (TESTS / file).read_text(), (file, test)
