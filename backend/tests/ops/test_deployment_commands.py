"""A version is put into service, and the one before it again, from a checkout of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cognitive_assessment import config
from cognitive_assessment.errors import Conflict, NotFound, Unavailable
from cognitive_assessment.ops import deployment, running_system
from systems import wait_until

GIT = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]


def commit(root: Path, version: str) -> str:
    (root / "version").write_text(version)
    (root / "Makefile").write_text("install:\n\t@test $$(cat version) != broken && cp version installed\n")
    for words in (["add", "version", "Makefile"], ["commit", "--quiet", "-m", version]):
        subprocess.run([*GIT, *words], cwd=root, check=True, capture_output=True)
    return subprocess.run(
        [*GIT, "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    subprocess.run([*GIT, "init", "--quiet"], cwd=folder, check=True)
    return folder


def say(_: str) -> None:
    return


@pytest.mark.slow
def test_a_version_goes_into_service_and_the_one_before_comes_back(make_system, root):
    system = make_system().start()
    wait_until(lambda: system.cas("status").returncode == 0, 120, every_s=0.5)
    settings = config.build(system.environment)
    with pytest.raises(Unavailable, match="git rev-parse failed"):
        deployment.deploy(settings, root.parent, say)
    first = commit(root, "one")
    served = system.serving_process
    assert deployment.deploy(settings, root, say).commit == first
    assert not served.is_running()
    with pytest.raises(NotFound, match="No other version"):
        deployment.roll_back(settings, root, say)
    second = commit(root, "two")
    deployment.deploy(settings, root, say)
    (root / "version").write_text("changed by hand")
    with pytest.raises(Conflict, match="changed by hand"):
        deployment.roll_back(settings, root, say)
    (root / "version").write_text("two")
    assert deployment.roll_back(settings, root, say).commit == first
    assert (root / "installed").read_text() == "one"
    assert [one.commit for one in deployment.remembered(system.data_dir)] == [first, second, first]
    commit(root, "broken")
    before = running_system.supervisor(system.data_dir).children()
    with pytest.raises(Unavailable, match="make install"):
        deployment.deploy(settings, root, say)
    assert running_system.supervisor(system.data_dir).children() == before  # nothing was started anew
    assert "ready after" in system.cas("deploy", "--list").stdout


def test_what_was_cut_off_by_a_full_disk_is_passed_over(tmp_path):
    (tmp_path / "deployments.jsonl").write_text('{"commit": "a", "at": "2026-01-01", "duration_s": 1.0}\n{"comm')
    assert [one.commit for one in deployment.remembered(tmp_path)] == ["a"]
    assert deployment.shown(tmp_path)[0]["commit"] == "a"
