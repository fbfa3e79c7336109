"""What watches the system names only what the system really exports."""

from __future__ import annotations

import json
import re

import pytest
import yaml

import exported
import monitoring
from cognitive_assessment.config import REPOSITORY_ROOT

REFERENCE = REPOSITORY_ROOT / "docs" / "reference" / "metrics.md"
HOWTO = REPOSITORY_ROOT / "docs" / "howto" / "watch-the-system.md"


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


@pytest.fixture
def series(families):
    recorded = {rule["record"] for rule in monitoring.rules(monitoring.RECORDING)}
    return exported.series(families) | recorded | {"up", "ALERTS"}


def test_every_rule_asks_only_for_what_is_exported(series):
    rules = monitoring.rules(monitoring.ALERTS, monitoring.RECORDING)
    asked = {name: monitoring.metrics_in(rule["expr"]) for rule in rules for name in [_title(rule)]}
    assert {name: sorted(names - series) for name, names in asked.items() if names - series} == {}
    assert all(asked.values())


@pytest.mark.parametrize("file", monitoring.DASHBOARDS, ids=lambda file: file.stem)
class TestDashboard:
    def test_it_asks_only_for_what_is_exported(self, file, series):
        asked = monitoring.expressions(json.loads(file.read_text()))
        assert len(asked) > 40
        unknown = {one: sorted(monitoring.metrics_in(one) - series) for one in asked}
        assert {one: names for one, names in unknown.items() if names} == {}
        assert all(monitoring.metrics_in(one) for one in asked)

    def test_every_expression_is_one_that_prometheus_reads(self, file, tmp_path):
        asked = monitoring.expressions(json.loads(file.read_text()))
        rules = [{"record": f"of_dashboard:{number}", "expr": one} for number, one in enumerate(asked)]
        (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
        done = monitoring.promtool("check", "rules", tmp_path / "rules.yml")
        assert done.returncode == 0, done.stdout + done.stderr

    def test_it_can_be_provisioned(self, file):
        dashboard = json.loads(file.read_text())
        source = yaml.safe_load((monitoring.DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())
        uid = source["datasources"][0]["uid"]
        panels = dashboard["panels"]
        assert {p["datasource"]["uid"] for p in panels if p["type"] != "row"} == {uid}
        assert len({p["id"] for p in panels}) == len(panels)
        assert all(p["gridPos"]["x"] + p["gridPos"]["w"] <= 24 for p in panels)


def test_datadog_is_told_of_exactly_what_is_exported(families):
    told = yaml.safe_load((monitoring.DEPLOY / "datadog" / "openmetrics.yaml").read_text())["instances"][0]["metrics"]
    assert sorted(told) == sorted(family.name for family in families)


def test_every_alert_says_how_soon_what_to_do_first_and_where_to_read_on():
    runbook = (REPOSITORY_ROOT / "docs" / "RUNBOOK.md").read_text()
    sections = {title.lower().replace(" ", "-") for title in re.findall(r"^#{2,3} (.*)$", runbook, re.MULTILINE)}
    for rule in monitoring.rules(monitoring.ALERTS):
        assert rule["labels"]["severity"] == rule["group"], rule["alert"]
        assert rule["labels"]["about"]
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["annotations"]["action"].endswith(".")
        assert rule["annotations"]["runbook"] in sections, rule["alert"]


def test_every_alert_has_a_case_on_both_sides_of_its_threshold():
    fires, keeps_still = set(), set()
    for file in monitoring.RULE_TESTS:
        for case in yaml.safe_load(file.read_text())["tests"]:
            for expected in case["promql_expr_test"]:
                alert = re.search(r'alertname="(\w+)"', expected["expr"]).group(1)
                (fires if expected["exp_samples"] else keeps_still).add(alert)
    alerts = {rule["alert"] for rule in monitoring.rules(monitoring.ALERTS)}
    assert fires == keeps_still == alerts


def test_the_page_for_operators_lists_every_alert_as_it_is():
    rows = re.findall(r"^\| `(Cas\w+)` \| (\w+) \|.*\| (\S.*?) \|$", HOWTO.read_text(), re.MULTILINE)
    told = {name: (severity, waits) for name, severity, waits in rows}
    rules = monitoring.rules(monitoring.ALERTS)
    assert told == {rule["alert"]: (rule["labels"]["severity"], rule.get("for", "at once")) for rule in rules}


def test_promtool_accepts_the_configuration_and_the_rules():
    done = monitoring.promtool("check", "config", monitoring.DEPLOY / "prometheus" / "prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("file", monitoring.RULE_TESTS, ids=lambda file: file.stem)
def test_promtool_finds_every_alert_firing_and_keeping_still_as_it_should(file):
    done = monitoring.promtool("test", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout + done.stderr


@pytest.mark.slow
def test_a_changed_threshold_is_found_by_those_cases(tmp_path):
    for file in (monitoring.ALERTS, monitoring.RECORDING):
        (tmp_path / file.name).write_text(
            file.read_text().replace("cas:memory_used:ratio > 0.9", "cas:memory_used:ratio > 0.95")
        )
    (tmp_path / "tests").mkdir()
    case = tmp_path / "tests" / "critical.yml"
    case.write_text((monitoring.ALERTS.parent / "tests" / "critical.yml").read_text())
    done = monitoring.promtool("test", "rules", case)
    assert done.returncode == 1
    assert "CasMemoryExhausted" in done.stdout + done.stderr


def _title(rule):
    return rule.get("alert") or rule["record"]
