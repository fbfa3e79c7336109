"""The system evaluates its alerts as Prometheus does: the same files, and its own cases decided the same way."""

from __future__ import annotations

import itertools
import math
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import monitoring
from cognitive_assessment.errors import InvalidDefinition
from cognitive_assessment.ops.alerts import evaluation, rules
from cognitive_assessment.ops.alerts.engine import Engine
from cognitive_assessment.ops.alerts.expressions import duration_s, read
from cognitive_assessment.ops.alerts.samples import Samples, Series

CASES = [
    pytest.param(case, duration_s(document["evaluation_interval"]), id=case["name"])
    for file in monitoring.RULE_TESTS
    for document in [yaml.safe_load(file.read_text())]
    for case in document["tests"]
]


@pytest.mark.parametrize(
    ("ours", "theirs"), [(rules.ALERTS, monitoring.ALERTS), (rules.RECORDING, monitoring.RECORDING)]
)
def test_the_rules_are_the_very_files_that_prometheus_is_given(ours, theirs):
    assert rules.text_of(ours) == theirs.read_text(), f"copy {theirs} to ops/alerts/{ours}"


def test_every_alert_can_be_evaluated_and_put_into_words():
    assert {rule.name for rule in rules.alerts()} == {rule["alert"] for rule in monitoring.rules(monitoring.ALERTS)}
    for rule in rules.alerts():
        words = rules.in_words(
            rule.summary, {"folder": "data", "part": "api", "task": "t", "kind": "k", "place": "p"}, 0.5
        )
        assert "{{" not in words


@pytest.mark.parametrize(("case", "every_s"), CASES)
def test_every_case_of_prometheus_is_decided_the_same_way(case, every_s):
    step_s = duration_s(case["interval"])
    series = [(*_named(one["series"]), list(_values(one["values"]))) for one in case["input_series"]]
    for expected in case["promql_expr_test"]:
        end_s = sum(duration_s(part) for part in re.findall(r"\d+[smhd]", expected["eval_time"]))
        engine = Engine()
        for number in range(int(end_s // every_s) + 1):
            at = number * every_s
            found = [
                (name, labels, values[int(at // step_s)])
                for name, labels, values in series
                if at % step_s == 0 and at // step_s < len(values) and values[int(at // step_s)] is not None
            ]
            engine.look(at, found)
        alert = re.search(r'alertname="(\w+)"', expected["expr"])[1]
        firing = {one.rule.name for one in engine.firing()}
        assert (alert in firing) == bool(expected["exp_samples"]), sorted(firing)


def _named(text):
    name, labels = re.fullmatch(r"(\w+)(?:\{(.*)\})?", text).groups()
    return name, tuple(sorted(re.findall(r'(\w+)="([^"]*)"', labels or "")))


def _values(text):
    """Prometheus' short form: `0+60x3` is 0 60 120 180, `5x2` is 5 5 5, `_x2` is nothing twice."""
    for part in text.split():
        first, step, count = re.fullmatch(r"(_|[\d.]+)(?:\+([\d.]+))?(?:x(\d+))?", part).groups()
        if first == "_":
            yield from itertools.repeat(None, int(count or 1))
            continue
        for number in range(int(count or 0) + 1):
            yield float(first) + number * float(step or 0)


def _seen(*values, every_s=15.0):
    samples = Samples([read("x[1h]"), read("x")])
    for number, value in enumerate(values):
        samples.add(number * every_s, [("x", (), value)] if value is not None else [], of=["x"])
    return samples, (len(values) - 1) * every_s


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("increase(x[1m])", [0, 1, 2, 3, 4], 4.0),
        ("rate(x[1m])", [0, 15, 30, 45, 60], 1.0),
        ("increase(x[1m])", [5, 6, 1, 2, 3], 4.0),  # it began anew: 1 of the 6, 1, 1 and 1
        ("increase(x[1m])", [7], None),
        ("x", [1, None], None),
        ("x", [1, 2], 2.0),
        ("x > 3", [1, 2], None),
        ("2 * x + 1", [3], 7.0),
        ("x / 0", [3], math.inf),
        ("absent(x)", [1, None], 1.0),
        ("absent(x)", [1], None),
        ("round(x)", [2.5], 3.0),
        ("max_over_time(x[1m])", [4, 9, 2], 9.0),
    ],
)
def test_what_an_expression_is_was_worked_out_by_hand(expression, values, expected):
    samples, at = _seen(*values)
    assert evaluation.evaluate(read(expression), samples, at).get(()) == (
        pytest.approx(expected) if expected is not None else None
    )


@given(st.lists(st.integers(0, 50), min_size=5, max_size=60), st.integers(1, 30))
def test_a_counter_never_grows_by_less_than_nothing_and_about_as_much_as_was_added(steps, every_s):
    samples, at = _seen(*itertools.accumulate(steps), every_s=float(every_s))
    found = evaluation.evaluate(read("increase(x[1h])"), samples, at)[()]
    added = sum(steps[1:])
    assert added <= found + 1e-6
    assert found <= added * (1 + 1 / (len(steps) - 1)) + 1e-6


@pytest.mark.parametrize("text", ["x{", "x[5m", "deriv(x[5m])", "x ^ 2", "sum by (a x", "", "x and 3 or"])
def test_what_we_cannot_evaluate_is_refused_at_the_start(text):
    with pytest.raises(InvalidDefinition):
        read(text)


def test_what_is_long_ago_is_kept_now_and_then_and_survives_a_new_start(tmp_path):
    samples = Samples([read("x offset 7d"), read("y")])
    for minute in range(8 * 24 * 60):
        samples.add(minute * 60.0, [("x", (("a", "b"),), 1.0), ("y", (), 1.0)], of=["x", "y"])
    now = 8 * 24 * 3600.0
    ((_, kept),) = samples.select(read("x"))
    assert 2000 < len(kept.times) < 3500
    assert kept.at(now - 7 * 86_400) == 1.0
    ((_, short),) = samples.select(read("y"))
    assert len(short.times) < 20
    samples.save(tmp_path / "samples.jsonl")
    again = Samples([read("x offset 7d"), read("y")])
    with (tmp_path / "samples.jsonl").open("a") as kept_file:
        kept_file.write('["x", [["damaged"\n')
    again.load(tmp_path / "samples.jsonl", now)
    ((labels, loaded),) = again.select(read("x"))
    assert labels == (("a", "b"),)
    assert loaded.at(now - 7 * 86_400) == 1.0
    assert loaded.at(now) is None
    assert again.select(read("y")) == []


def test_a_series_that_has_ended_has_no_value():
    series = Series()
    series.add(0.0, 1.0)
    assert (series.at(299.0), series.at(301.0)) == (1.0, None)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.5, "0.5s"), (31.24, "31.2s"), (61, "1m 1s"), (3600, "1h 0m 0s"), (90_061, "1d 1h 1m 1s")]
)
def test_lengths_of_time_are_said_as_prometheus_says_them(seconds, words):
    assert rules.length(seconds) == words
