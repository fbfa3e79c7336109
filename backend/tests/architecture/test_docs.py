"""Pages of the documentation lead to pages that are there, and name columns that are there."""

from __future__ import annotations

import re

import pytest

from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.store.tables import metadata

PAGES = [*sorted(REPOSITORY_ROOT.glob("*.md")), *sorted((REPOSITORY_ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
ARCHITECTURE = REPOSITORY_ROOT / "docs" / "explanation" / "architecture.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY_ROOT)))
def test_every_link_leads_somewhere(page):
    missing = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert missing == []


def test_every_table_is_described_by_columns_that_are_there():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", ARCHITECTURE.read_text(), re.MULTILINE))
    assert metadata.tables.keys() <= rows.keys()
    named = {name: set(re.findall(r"`(\w+)`", rows[name])) for name in metadata.tables}
    unknown = {name: columns - set(metadata.tables[name].columns.keys()) for name, columns in named.items()}
    assert {name: columns for name, columns in unknown.items() if columns} == {}
