"""The programs that watch a system, and the files that they are given."""

from __future__ import annotations

import functools
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from cognitive_assessment.config import REPOSITORY_ROOT

DEPLOY = REPOSITORY_ROOT / "deploy"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
RECORDING = DEPLOY / "prometheus" / "recording.yml"
RULE_TESTS = sorted((DEPLOY / "prometheus" / "tests").glob("*.yml"))
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
_METRIC = re.compile(r"\b(cas[_:][a-z0-9_:]+|up|ALERTS)\b")


@functools.cache
def _programs() -> tuple[Path | None, str]:
    script = REPOSITORY_ROOT / "scripts" / "ensure_prometheus.sh"
    done = subprocess.run(["bash", script], capture_output=True, text=True, check=False, timeout=240)
    folder = done.stdout.strip().splitlines()[-1] if done.returncode == 0 else None
    return (Path(folder) if folder else None), (done.stderr.strip().splitlines() or [""])[-1]


def programs() -> Path:
    """The folder of promtool and prometheus; skips the test, naming why, where they cannot be had."""
    folder, why = _programs()
    if folder is None:
        pytest.skip(why)
    return folder


def require_alertmanager() -> None:
    """Skip the test, naming why, where there is no Alertmanager that runs."""
    if not (programs() / "alertmanager").exists():
        pytest.skip("Debian's Alertmanager reads its templates under /usr/share, where only root can put them.")


def promtool(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [programs() / "promtool", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)


def rules(*files: Path) -> list[dict[str, Any]]:
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    return [{**rule, "group": group["name"]} for group in groups for rule in group["rules"]]


def expressions(dashboard: Any) -> list[str]:
    """Every expression of a dashboard, however deep it stands."""
    if isinstance(dashboard, dict):
        own = [dashboard["expr"]] if "expr" in dashboard else []
        return own + [found for value in dashboard.values() for found in expressions(value)]
    return [found for value in dashboard for found in expressions(value)] if isinstance(dashboard, list) else []


def metrics_in(expression: str) -> set[str]:
    """The series that an expression of Prometheus asks for: names outside of labels and quotes."""
    without_text = re.sub(r'"[^"]*"', '""', expression)
    return set(_METRIC.findall(re.sub(r"\{[^}]*\}", "", without_text)))
