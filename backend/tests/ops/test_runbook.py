"""The runbook's own commands, executed as they stand."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cognitive_assessment.config import REPOSITORY_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]


def test_every_command_of_the_runbook_works():
    script = REPOSITORY_ROOT / "scripts" / "prove_runbook.py"
    command = [sys.executable, script, "--only", "commands"]  # the claims name tests that run by themselves
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1440)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every command works." in done.stdout
