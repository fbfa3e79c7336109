"""Secrets are strong, differ, are readable by nobody else, and are never printed unasked."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cognitive_assessment import blobs, config
from cognitive_assessment.cli.main import cli
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.errors import InvalidInput, InvalidSettings
from cognitive_assessment.ops import secret_ages, secrets
from cognitive_assessment.ops.backups import files

MADE_ELSEWHERE = {
    "BLOB_READ_WRITE_TOKEN",
    "CAS_ALERT_WEBHOOK_URL",
    "CAS_BLOB_MIRROR",
    "CAS_DATABASE_APP_URL",
    "CAS_DATABASE_REPLICA_URL",
    "CAS_MASTER_KEY_BEFORE",
    "CAS_S3_SECRET_ACCESS_KEY",
    "CLERK_SECRET_KEY",
    "CLERK_WEBHOOK_SIGNING_SECRET",
    "DATABASE_URL",
    "REDIS_URL",
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


def test_the_next_month_they_go_into_a_file_with_its_date_and_nothing_is_written_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second, third = (CliRunner().invoke(cli, ["secrets", "generate"]) for _ in range(3))
    assert (first.exit_code, second.exit_code) == (0, 0)
    (dated,) = tmp_path.glob("secrets-20??-??-??.env")
    assert str(dated) in second.output
    assert "`cas secrets rotate --all`" in second.output
    assert (tmp_path / "secrets.env").read_text() != dated.read_text()
    assert stat.S_IMODE(dated.stat().st_mode) == 0o600
    assert third.exit_code == 1  # a second time on the same day
    assert len(list(tmp_path.iterdir())) == 2
    names = ["secrets.env", dated.name, dated.with_suffix(".json").name, "rotated.env"]
    ignored = subprocess.run(["git", "check-ignore", *names], cwd=REPOSITORY_ROOT, capture_output=True, check=False)
    assert ignored.stdout.decode().split() == names


def status(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["secrets", "status", *words])
    return done.exit_code, done.output


def test_the_age_of_each_secret_is_remembered_without_its_value(data_dir, monkeypatch):
    token = generated_token()
    monkeypatch.setenv("CAS_METRICS_TOKEN", token)
    config.settings.cache_clear()
    blobs.master_key()
    code, told = status()
    assert (code, "CAS_MASTER_KEY" in told, "CAS_METRICS_TOKEN" in told) == (0, True, True)
    ledger = data_dir / "secrets.json"
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o600
    assert token not in ledger.read_text() + told
    kept = json.loads(ledger.read_text())
    kept["known"]["CAS_METRICS_TOKEN"]["since"] = "2020-01-01T00:00:00+00:00"
    ledger.write_text(json.dumps(kept))
    assert secret_ages.remembered_ages_s(data_dir)["CAS_METRICS_TOKEN"] > 90 * 86400
    code, told = status()
    assert (code, "overdue since 2020-03-31" in told) == (1, True)
    monkeypatch.setenv("CAS_METRICS_TOKEN", generated_token())
    config.settings.cache_clear()
    assert status()[0] == 0  # a new value, a new age


def test_what_is_weak_or_used_twice_is_named(data_dir, monkeypatch):
    monkeypatch.setenv("CAS_METRICS_TOKEN", "a" * 19 + "b")
    monkeypatch.setenv("CAS_S3_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("CAS_S3_SECRET_ACCESS_KEY", "a" * 19 + "b")
    config.settings.cache_clear()
    code, told = status()
    assert (code, "weak: at most 20 bits" in told, "the same as CAS_S3_SECRET_ACCESS_KEY" in told) == (1, True, True)


def test_a_secret_of_another_environment_is_refused_and_the_start_with_it(data_dir, monkeypatch, tmp_path):
    (data_dir / "master.key").unlink()  # this one secret is all that the two have in common
    monkeypatch.setenv("CAS_METRICS_TOKEN", generated_token())
    config.settings.cache_clear()
    out = tmp_path / "staging.json"
    made = CliRunner().invoke(cli, ["secrets", "fingerprints", "--environment", "staging", "--out", str(out)])
    assert made.exit_code == 0, made.output
    assert os.environ["CAS_METRICS_TOKEN"] not in out.read_text()
    secret_ages.require_own(config.settings(), os.environ)
    code, told = status("--against", str(out))
    assert (code, "the same as in staging" in told) == (1, True)
    with pytest.raises(InvalidSettings, match="CAS_METRICS_TOKEN: the same as in staging"):
        secret_ages.require_own(config.settings(), os.environ)
    monkeypatch.setenv("CAS_METRICS_TOKEN", generated_token())
    secret_ages.require_own(config.settings(), os.environ)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"environment": "a", "fingerprints": 7}'])
def test_what_holds_no_fingerprints_is_refused_in_words(data_dir, tmp_path, text):
    (tmp_path / "other").write_text(text)
    with pytest.raises(InvalidInput, match="holds no fingerprints"):
        secret_ages.know(config.settings(), tmp_path / "other")


def generated_token() -> str:
    return secrets.generate()["CAS_METRICS_TOKEN"]
