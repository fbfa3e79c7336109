"""The page about keys and algorithms lists what the code uses, each where it is used, and nothing else."""

from __future__ import annotations

import ast
import random
import re

import pyotp
import pytest

from cognitive_assessment.accounts import one_time_codes
from cognitive_assessment.config import REPOSITORY_ROOT, SETTINGS
from cognitive_assessment.ops.secrets import MAKERS

SOURCES = REPOSITORY_ROOT / "backend" / "src" / "cognitive_assessment"
PAGE = REPOSITORY_ROOT / "docs" / "reference" / "cryptography.md"
# whose names stand for cryptography wherever they are imported
LIBRARIES = {
    "argon2",
    "clerk_backend_api",
    "cryptography",
    "hashlib",
    "hmac",
    "jwt",
    "pyotp",
    "pyrage",
    "ssl",
    "standardwebhooks",
    "webauthn",
}
# of these libraries, and no cryptography: they write and read addresses, options and text
PLAIN = {
    "clerk_backend_api.VerifyTokenOptions",
    "jwt.get_unverified_header",
    "pyrage.Identity.from_str",
    "webauthn.AuthenticatorSelectionCriteria",
    "webauthn.PublicKeyCredentialDescriptor",
    "webauthn.base64url_to_bytes",
    "webauthn.options_to_json",
    "webauthn.parse_client_data_json",
}
DOTTED = re.compile(r"[\w.]+")
ROW = re.compile(r"^\| ([^|]+) \| ((?:`[^`|]+`(?:, )?)+) \| ((?:`[\w/]+\.py`(?:, )?)+) \| [^|]+ \|$", re.MULTILINE)


def listed() -> dict[str, set[str]]:
    """What is used in code, by the name it has there, with the files that use it."""
    found: dict[str, set[str]] = {}
    for _, names, files in ROW.findall(PAGE.read_text()):
        for name in re.findall(r"`([^`]+)`", names):
            found.setdefault(name, set()).update(re.findall(r"`([^`]+)`", files))
    return found


def used() -> dict[str, set[str]]:
    """Every call of something of these libraries, as `library.name`, with the files that make it."""
    found: dict[str, set[str]] = {}
    for file in sorted(SOURCES.rglob("*.py")):
        names: dict[str, str] = {}
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in LIBRARIES:
                names |= {one.asname or one.name: f"{node.module.split('.')[0]}.{one.name}" for one in node.names}  # type: ignore[union-attr]
            if isinstance(node, ast.Import):
                names |= {one.name: one.name for one in node.names if one.name in LIBRARIES}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                head, *rest = called.split(".")
                name = ".".join([names.get(head, ""), *rest])
                if head in names and DOTTED.fullmatch(called) and name not in PLAIN:
                    found.setdefault(name, set()).add(str(file.relative_to(SOURCES)))
    return found


def test_every_algorithm_is_listed_with_the_files_that_use_it_and_none_that_is_not_used():
    assert listed() == used()


def test_every_key_of_the_settings_has_its_place_in_the_policy():
    page = PAGE.read_text()
    secret = {one.name for one in SETTINGS if one.is_secret}
    assert secret >= set(MAKERS)
    assert {name for name in secret if f"`{name}`" not in page} == set()


@pytest.mark.parametrize("make", [one_time_codes.new_secret, one_time_codes.new_recovery_codes, pyotp.random_base32])
def test_codes_and_seeds_do_not_come_from_a_generator_that_can_be_foreseen(make):
    made = []
    for _ in range(2):
        random.seed(7)
        made.append(make())
    assert made[0] != made[1]


def test_what_can_be_foreseen_is_used_for_tasks_and_simulated_people_alone():
    found = set()
    for file in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and re.match(
                r"(random|np\.random)\.(?!SystemRandom)", ast.unparse(node.func)
            ):
                found.add(file.relative_to(SOURCES).parts[0])
    assert found <= {"instruments", "simulation", "models", "cli"}
    assert "instruments" in found
