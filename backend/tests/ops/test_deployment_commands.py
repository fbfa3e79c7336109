"""A version is put into service, and the one before it again, from a checkout of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

import cognitive_assessment
from cognitive_assessment import config
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.errors import Conflict, NotFound, Unavailable
from cognitive_assessment.ops import deployment, running_system
from cognitive_assessment.store import schema
from systems import MODELS, System, wait_until

GIT = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]


def commit(root: Path, version: str) -> str:
    (root / "version").write_text(version)
    (root / "Makefile").write_text("install:\n\t@test $$(cat version) != broken && cp version installed\n")
    for words in (["add", "--all"], ["commit", "--quiet", "-m", version]):
        subprocess.run([*GIT, *words], cwd=root, check=True, capture_output=True)
    return subprocess.run(
        [*GIT, "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout of this very software, whose packages are those of the tests."""
    folder = tmp_path / "checkout"
    sources = Path(cognitive_assessment.__file__).parent
    shutil.copytree(sources, folder / "backend" / "src" / sources.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY_ROOT / "backend" / "pyproject.toml", folder / "backend")
    (folder / ".gitignore").write_text("__pycache__\ninstalled\n")
    subprocess.run([*GIT, "init", "--quiet"], cwd=folder, check=True)
    return folder


@pytest.fixture
def start(make_system: Callable[..., System], root: Path) -> Callable[[], System]:
    """Starts the version that lies in the checkout, and waits until it is ready."""

    def started() -> System:
        pages = str(REPOSITORY_ROOT / "frontend" / "out")
        sources = str(root / "backend" / "src")
        system = make_system(PYTHONPATH=sources, CAS_MODELS_DIR=str(MODELS), CAS_FRONTEND_DIR=pages).start()
        wait_until(lambda: is_ready(system), 120, every_s=0.5)
        wait_until(lambda: deployment.remembered(system.data_dir))
        return system

    return started


def is_ready(system: System) -> bool:
    return requests.get(f"{system.url}/api/health/ready", timeout=10).ok


def database_of(system: System) -> dict[str, str]:
    found: dict[str, str] = system.health()["checks"]["database"]
    return found


def say(_: str) -> None:
    return


needs_models = pytest.mark.skipif(not (MODELS / "manifest.json").exists(), reason="models/ has not been made")


@pytest.mark.slow
@needs_models
def test_a_version_goes_into_service_and_the_one_before_comes_back(start, root):
    first = commit(root, "one")
    system = start()
    settings = config.build(system.environment)
    with pytest.raises(Unavailable, match="git rev-parse failed"):
        deployment.deploy(settings, root.parent, say)
    with pytest.raises(NotFound, match="No other version"):
        deployment.roll_back(settings, root, say)
    second = commit(root, "two")
    served = system.serving_process
    assert deployment.deploy(settings, root, say).commit == second
    assert not served.is_running()
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


MIGRATION = '''"""One table more."""

from alembic import op

revision = "9001"
down_revision = "{before}"


def upgrade():
    op.execute("CREATE TABLE later (id uuid PRIMARY KEY)")
'''


@pytest.mark.slow
@needs_models
def test_an_update_that_carries_a_migration_goes_into_service_and_back_and_starts_again(start, root):
    first = commit(root, "one")
    system = start()
    versions = root / "backend" / "src" / "cognitive_assessment" / "store" / "migrations" / "versions"
    (versions / "9001_later.py").write_text(MIGRATION.format(before=max(schema.known_migrations())))
    second = commit(root, "two")
    assert database_of(system) == {"status": "healthy", "message": "Connected"}  # pulled, and not yet put into service
    assert is_ready(system)
    done = system.cas("deploy")
    assert done.returncode == 0, done.stderr
    assert database_of(system) == {"status": "healthy", "message": "Connected"}
    assert "current  9001" in system.cas("db", "status").stdout
    done = system.cas("restore", "app", "--yes")
    assert (done.returncode, "9001, is of a newer version" in done.stderr) == (0, True), done.stderr
    assert [one.commit for one in deployment.remembered(system.data_dir)] == [first, second, first]
    require_it_serves_a_newer_database(system)
    system.stop()
    system.start()
    assert "9001, is of a newer version" in system.said
    wait_until(lambda: is_ready(system), 120, every_s=0.5)
    require_it_serves_a_newer_database(system)


def require_it_serves_a_newer_database(system: System) -> None:
    assert database_of(system)["message"].startswith("Connected. Its schema, 9001, is of a newer version")
    assert database_of(system)["status"] == "healthy"
    assert is_ready(system)
    done = system.cas("db", "status")
    assert (done.returncode, "is of a newer version" in done.stdout) == (0, True), done.stderr


def test_only_who_may_read_everything_reads_what_was_in_service_and_a_start_again_is_no_other_version(tmp_path):
    path = tmp_path / "deployments.jsonl"
    path.touch(mode=0o644)
    for commit_of_start in ("a", "a", "b"):
        deployment.remember_start(tmp_path, commit_of_start, 1.0)
    assert [one.commit for one in deployment.remembered(tmp_path)] == ["a", "b"]
    assert path.stat().st_mode & 0o077 == 0


def test_what_was_cut_off_by_a_full_disk_is_passed_over(tmp_path):
    (tmp_path / "deployments.jsonl").write_text('{"commit": "a", "at": "2026-01-01", "duration_s": 1.0}\n{"comm')
    assert [one.commit for one in deployment.remembered(tmp_path)] == ["a"]
    assert deployment.shown(tmp_path)[0]["commit"] == "a"
