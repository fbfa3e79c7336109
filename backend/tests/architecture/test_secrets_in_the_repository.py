"""A secret that somebody writes into a file is found before it is anywhere else."""

from __future__ import annotations

import random
import shutil
import string
import subprocess
import sys

import pytest

from cognitive_assessment.config import REPOSITORY_ROOT

SCRIPT = REPOSITORY_ROOT / "scripts" / "find_secrets.py"


def made_up(alphabet, length):
    """Something that no other file holds, so that nothing here is a secret itself; the same at each run."""
    return "".join(random.Random(length).choices(alphabet, k=length))  # nothing is kept secret by it


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", folder], check=True)
    shutil.copy(REPOSITORY_ROOT / ".secrets.baseline", folder)
    (folder / "harmless.py").write_text('"""Nothing."""\n\nPASSPHRASE = "seven purple lamps at noon"\n')
    return folder


def look(folder, *options):
    subprocess.run(["git", "-C", folder, "add", "-A"], check=True)
    return subprocess.run([sys.executable, SCRIPT, *options, folder], capture_output=True, text=True, check=False)


def test_nothing_is_found_where_nothing_is(repository):
    found = look(repository)
    assert (found.returncode, found.stdout) == (0, "")


@pytest.mark.parametrize(
    ("name", "line", "alphabet", "length"),
    [
        (".env", "CAS_MASTER_KEY={}", "0123456789abcdef", 64),
        ("settings.py", 'MASTER_KEY = "{}"', "0123456789abcdef", 64),
        ("deploy.yml", "  password: {}", string.ascii_letters + string.digits, 24),
        ("client.ts", "const token = 'ghp_{}';", string.ascii_letters + string.digits, 36),
        ("notes.md", "postgresql://cas_owner:{}@db.internal/cas", string.ascii_letters, 20),
        ("bucket.sh", "export KEY=AKIA{}", string.ascii_uppercase + "234567", 16),
    ],
)
def test_a_secret_is_found_by_file_and_line_and_is_not_told_itself(repository, name, line, alphabet, length):
    secret = made_up(alphabet, length)
    (repository / name).write_text("# first\n" + line.format(secret) + "\n")
    found = look(repository)
    assert found.returncode == 1
    assert f"{name}:2: " in found.stdout
    assert secret not in found.stdout + found.stderr
    assert "take it out" in found.stderr


def test_a_private_key_is_found(repository):
    (repository / "server.key").write_text("-----BEGIN RSA PRIVATE " + "KEY-----\nMIIB\n")
    assert "server.key:1: Private Key" in look(repository).stdout


def test_what_was_found_harmless_may_move_and_what_is_new_beside_it_may_not(repository):
    line = f'API_KEY = "{made_up(string.ascii_letters, 30)}"\n'
    file = repository / "made.py"
    file.write_text(line)
    assert look(repository).returncode == 1
    assert look(repository, "--accept").returncode == 0
    file.write_text("# one line further down\n\n" + line)
    assert look(repository).returncode == 0
    file.write_text(line + line.replace("API", "OTHER").replace('= "', f'= "{made_up(string.ascii_letters, 9)}'))
    assert "made.py:2: " in look(repository).stdout
