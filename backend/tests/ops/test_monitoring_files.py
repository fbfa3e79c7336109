"""What watches the system names only what the system really exports."""

from __future__ import annotations

import re

import pytest

import exported
from cognitive_assessment.config import REPOSITORY_ROOT

REFERENCE = REPOSITORY_ROOT / "docs" / "reference" / "metrics.md"


@pytest.fixture
def families(committed, data_dir):
    return exported.families(data_dir)


def test_the_reference_names_every_metric_with_its_kind_and_its_labels(families):
    rows = re.findall(r"^\| `(cas_\w+)` \| (\w+) \| (.*?) \|", REFERENCE.read_text(), re.MULTILINE)
    told = {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    real = {name for family in families for name in [_named(family)]}
    assert set(told) == real
    for family in families:
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        kind, told_labels = told[_named(family)]
        assert kind == family.type
        assert labels <= told_labels, family.name


def _named(family):
    return family.name + ("_total" if family.type == "counter" else "")
