"""What a process may load: the web process stays small, and `cas --help` is quick."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys

import click
import pytest

from cognitive_assessment.cli.main import COMMANDS
from cognitive_assessment.ops.ports import free_port

HEAVY = ("numpy", "av", "faster_whisper", "ctranslate2", "onnxruntime", "sklearn", "joblib")


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys; print(*sorted(name.split('.')[0] for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_web_process_loads_nothing_that_measures():
    loaded = loaded_by("from cognitive_assessment.api import server, app; app.create_app()")
    assert loaded.isdisjoint(HEAVY)
    assert "flask" in loaded


@pytest.mark.parametrize(
    "statement",
    [
        "from cognitive_assessment.api import server, app; app.create_app()",
        "from cognitive_assessment.jobs import worker, app; app.make_app('postgresql://nobody@127.0.0.1:1/none')",
        "from cognitive_assessment.ops.alerts import watch",
    ],
)
def test_what_is_off_is_not_loaded(statement):
    assert loaded_by(statement).isdisjoint({"opentelemetry", "sentry_sdk", "redis"})


def test_the_supervisor_loads_nothing_that_measures():
    assert loaded_by("from cognitive_assessment.cli import serve").isdisjoint({*HEAVY, "flask"})


def test_help_loads_no_command():
    loaded = loaded_by("from cognitive_assessment.cli import main; main.cli(['--help'], standalone_mode=False)")
    assert loaded.isdisjoint({*HEAVY, "flask", "sqlalchemy", "procrastinate"})


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_there_and_explains_itself(name):
    module, one_line = COMMANDS[name]
    command = importlib.import_module(f"cognitive_assessment.cli.{module}").command
    assert isinstance(command, click.Command)
    assert re.match(r"^[A-Z].*\.$", one_line)
    for one in (command, *getattr(command, "commands", {}).values()):
        assert one.help
        unexplained = [
            p.name for p in one.params if isinstance(p, click.Option) and not (p.help or p.name == "profile")
        ]
        assert not unexplained


@pytest.mark.parametrize("module", ["jobs.worker", "api.server"])
def test_no_process_serves_as_the_owner_of_the_tables(module, tmp_path):
    """With the owner's address alone it says what it needs; it does not pass by row-level security."""
    environment = {
        "PATH": os.environ["PATH"],
        "CAS_DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgresql://owner:secret@127.0.0.1:1/cas",
        "CAS_PORT": str(free_port()),
    }
    command = [sys.executable, "-m", f"cognitive_assessment.{module}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode != 0
    assert "needs CAS_DATABASE_APP_URL" in done.stderr
