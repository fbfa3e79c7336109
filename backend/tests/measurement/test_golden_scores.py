"""A rule that was written down gives what it gave: last year's score can be computed again, or has another version."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections import Counter

import pytest

from golden_scores import is_same, kept_rules, path_of, plainly, results_of, scores_of

RULES = kept_rules()
COMMAND = ".venv/bin/python backend/tests/golden_scores.py"
DIFFERS = "the rule {rule} gives another score than it did ({name}): give it a new version"


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_gives_what_it_gave(rule: str) -> None:
    assert path_of(rule).is_file(), f"{rule} has no golden file: {COMMAND} {rule}"
    for one in json.loads(path_of(rule).read_text(encoding="utf-8")):
        for case, score in scores_of(one):
            name = f"{one['part']['instrument']}/{case['item_id']}: {case['name']}"
            now = plainly(dataclasses.asdict(score))
            differing = [field for field in case["score"] if not is_same(case["score"][field], now[field])]
            assert not differing, f"{DIFFERS.format(rule=rule, name=name)}; {', '.join(differing)}"
        for was, result in zip(one["results"], results_of(one), strict=True):
            name = f"measures of {one['part']['instrument']}"
            assert is_same(was, result), DIFFERS.format(rule=rule, name=name)


@pytest.mark.parametrize("rule", RULES)
def test_the_golden_answers_reach_all_that_a_rule_can_say(rule: str) -> None:
    """Every rule has answers that are scored and that are not, and evidence of several kinds."""
    parts = json.loads(path_of(rule).read_text(encoding="utf-8"))
    scores = [case["score"] for one in parts for case in one["cases"]]
    assert len(Counter(score["status"] for score in scores)) >= 2
    assert len({json.dumps(score["values"], sort_keys=True) for score in scores}) >= 3
    assert len({row["label"] for score in scores for row in score["evidence"]}) >= 2
    assert all(one["results"] for one in parts)


def test_a_rule_of_before_is_kept_beside_each_new_version() -> None:
    for rule in RULES:
        name, _, version = rule.partition("@")
        assert {f"{name}@{earlier}" for earlier in range(1, int(version))} <= {*RULES}


def test_a_score_that_differs_is_seen() -> None:
    (one, *_) = json.loads(path_of("digit_span@1").read_text(encoding="utf-8"))
    was = one["cases"][0]["score"]
    for change in ({"status": "not_scorable"}, {"values": {"points": 0.5}}, {"reason": "Another."}, {"evidence": []}):
        assert not is_same(was, copy.deepcopy(was) | change)
    assert is_same({"a": [1.0, "x"]}, {"a": [1.0 + 1e-9, "x"]})
    assert not is_same({"a": 1.0}, {"a": 1.01})
    assert not is_same({"a": 1.0}, {"a": 1.0, "b": 2.0})
