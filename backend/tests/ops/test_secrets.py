"""Secrets are strong, differ, are readable by nobody else, and are never printed unasked."""

from __future__ import annotations

import json
import stat
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cognitive_assessment import config
from cognitive_assessment.cli.main import cli
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.ops import secrets
from cognitive_assessment.ops.backups import files

MADE_ELSEWHERE = {
    "CAS_DATABASE_APP_URL",
    "CAS_S3_SECRET_ACCESS_KEY",
    "CLERK_SECRET_KEY",
    "CLERK_WEBHOOK_SIGNING_SECRET",
    "DATABASE_URL",
}


def test_every_secret_setting_is_made_and_accepted(tmp_path):
    assert {one.name for one in config.SETTINGS if one.is_secret} - MADE_ELSEWHERE == set(secrets.MAKERS)
    first, second = secrets.generate(), secrets.generate()
    assert all(first[name] != second[name] for name in first)
    settings = config.build(first)
    assert settings.master_key is not None
    assert files.identity_of(tmp_path, settings.backup_identity) is not None


@pytest.mark.parametrize("form", ["env", "json"])
def test_they_are_written_privately_and_not_printed(tmp_path, form):
    path = tmp_path / "new"
    done = CliRunner().invoke(cli, ["secrets", "generate", "--format", form, "--out", str(path)])
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    values = json.loads(text) if form == "json" else dict(line.split("=", 1) for line in text.splitlines())
    assert set(values) == set(secrets.MAKERS)
    assert not any(value in done.output for value in values.values())
    again = CliRunner().invoke(cli, ["secrets", "generate", "--out", str(path)])
    assert again.exit_code == 1
    assert path.read_text() == text


def test_they_are_printed_when_asked():
    done = CliRunner().invoke(cli, ["secrets", "generate", "--show", "--format", "json"])
    assert set(json.loads(done.output)) == set(secrets.MAKERS)


def test_the_script_does_the_same(tmp_path):
    script = [sys.executable, REPOSITORY_ROOT / "scripts" / "generate_secrets.py"]
    done = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "secrets.env").exists()
