"""The claims of `runbook_claims.yaml`: their proofs are run, and each is told as what was seen of it.

`works here` and `works with vendor` are said only of a claim all of whose proofs were run and went well. A test that
was skipped, a journey that was left out, a command that could not fail and a part that is not built each make it
`not`, with the reason; what went well only when it was run once more is told as that.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
BACKEND, FRONTEND = ROOT / "backend", ROOT / "frontend"
CLAIMS = Path(__file__).with_name("runbook_claims.yaml")
COMMAND_LIMIT_S = 900
KINDS = ("run", "test", "vitest", "journey")
# a command that was not understood, that may not be run, and that is not there: never what was to be shown
NOT_RUN = {2, 126, 127}
_CURL = re.compile(r"\bcurl\b[^|;&\n]*")
_LOOKS_AT_STATUS = re.compile(r"--fail\b|--fail-with-body\b|\s-[A-Za-z]*f|%\{http_code\}")


@dataclass(frozen=True)
class Claim:
    """One promise: its number, what it says, what shows it, and what is not there."""

    number: str
    says: str
    proofs: tuple[Mapping[str, Any], ...]
    stand_in: str | None = None
    note: str | None = None
    missing: str | None = None

    @property
    def group(self) -> str:
        """The number of the group that it stands in."""
        return self.number.partition(".")[0]


@dataclass(frozen=True)
class Ran:
    """What a command said, and what is wrong with it, if anything."""

    said: str = ""
    wrong: str | None = None


@dataclass
class Outcomes:
    """What each named test said: nothing is wrong, or what is; and what was wrong at first with what went well then."""

    tests: dict[str, str | None] = field(default_factory=dict)
    at_first: dict[str, str] = field(default_factory=dict)
    vitest: dict[str, str | None] = field(default_factory=dict)
    journey: dict[str, str | None] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> str | None:
        """What is wrong with a proof that was run before, or that it was not run."""
        found: dict[str, str | None] = getattr(self, "tests" if kind == "test" else kind)
        return found.get(name, f"{name} was not run")


def read() -> tuple[dict[str, str], list[Claim]]:
    """The titles of the groups, and every claim in its order."""
    document = yaml.safe_load(CLAIMS.read_text())
    claims = [
        Claim(number=number, **{**given, "proofs": tuple(given["proofs"])})
        for number, given in document["claims"].items()
    ]
    return document["groups"], claims


def named(claims: Iterable[Claim], kind: str) -> list[str]:
    """Every proof of a kind, once, in order."""
    return list(dict.fromkeys(str(proof[kind]) for claim in claims for proof in claim.proofs if kind in proof))


def cannot_fail(proof: Mapping[str, Any]) -> str | None:
    """Why a command would go well whatever the system does, if it would."""
    command = proof["run"]
    if any(not _LOOKS_AT_STATUS.search(one) for one in _CURL.findall(command)):
        return "curl goes well with 404 and 503 too: --fail, or the status in its words"
    if proof.get("exit") == "any" and not proof.get("says"):
        return "any exit code will do, and no words have to appear"
    return None


def run_command(proof: Mapping[str, Any], environment: Mapping[str, str], *, limit_s: int = COMMAND_LIMIT_S) -> Ran:
    """Run a command as an operator would, where one that fails in the midst of a pipe has failed."""
    if cannot := cannot_fail(proof):
        return Ran(wrong=cannot)
    try:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", proof["run"]],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=limit_s,
        )
    except subprocess.TimeoutExpired:
        return Ran(wrong=f"not within {limit_s} s")
    said = done.stdout + done.stderr
    return Ran(said, _wrong(proof, done.returncode, said))


def _wrong(proof: Mapping[str, Any], code: int, said: str) -> str | None:
    wanted = proof.get("exit", 0)
    last = " / ".join(said.strip().splitlines()[-3:])
    if code != wanted and (wanted != "any" or code in NOT_RUN):
        return f"exit code {code}: {last}"
    if "says" in proof and not re.search(proof["says"], said, re.MULTILINE):
        return f"it did not say {proof['says']!r}: {last}"
    if "Traceback" in said and "Traceback" not in str(proof.get("says")) and wanted != 1:
        return last
    return None


def run_tests(names: list[str]) -> tuple[dict[str, str | None], dict[str, str]]:
    """Run tests of the server, two at a time, and what fails once more by itself.

    Returns what is wrong with each, and what was wrong at first with those that went well at the second try.
    """
    found = _run_tests(names, at_once=2)
    failed = {name: wrong for name, wrong in found.items() if wrong and "was skipped" not in wrong}
    if not failed:
        return found, {}
    print(f"Running {len(failed)} of them once more by themselves", flush=True)
    again = _run_tests(list(failed), at_once=0)
    return {**found, **again}, {name: wrong for name, wrong in failed.items() if again[name] is None}


def _run_tests(names: list[str], *, at_once: int) -> dict[str, str | None]:
    if not names:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        # a folder of its own: another run of pytest by the same user closes the common one to the database's user
        words = ["-n", str(at_once), "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        words.append(f"--basetemp={folder}/made")
        words += [f"tests/{name}" for name in names]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *words], cwd=BACKEND, capture_output=True, text=True, check=False
        )
        if not report.exists():
            return dict.fromkeys(names, f"pytest did not run: {done.stdout[-300:]}{done.stderr[-300:]}")
        cases = list(ET.parse(report).getroot().iter("testcase"))  # noqa: S314  # written by our own run
    return {name: _verdict(name, [case for case in cases if _is_of(case, name)]) for name in names}


def _is_of(case: ET.Element, name: str) -> bool:
    file, _, inside = name.partition("::")
    module = "tests." + file.removesuffix(".py").replace("/", ".")
    of_class = case.get("classname", "")
    if of_class != module and not of_class.startswith(f"{module}."):
        return False
    parts = [*of_class.removeprefix(module).strip(".").split("."), case.get("name", "").partition("[")[0]]
    wanted = [part for part in inside.split("::") if part]
    return [part for part in parts if part][: len(wanted)] == wanted


def _verdict(name: str, cases: list[ET.Element]) -> str | None:
    if not cases:
        return f"{name} was not run"
    for case in cases:
        for kind in ("failure", "error"):
            if (found := case.find(kind)) is not None:
                return f"{case.get('name')} fails: {(found.get('message') or '').splitlines()[:1]}"
    # a case of a test may not apply, as long as another case of the same test was run
    ran = {_function(case) for case in cases if case.find("skipped") is None}
    left_out = [case for case in cases if _function(case) not in ran]
    if not left_out:
        return None
    reason = left_out[0].find("skipped")
    return f"{_function(left_out[0])} was skipped: {'' if reason is None else reason.get('message')}"


def _function(case: ET.Element) -> str:
    return f"{case.get('classname')}.{case.get('name', '').partition('[')[0]}"


def run_vitest(names: list[str]) -> dict[str, str | None]:
    """Run test files of the pages."""
    return {name: _last_words(["npx", "vitest", "run", name], os.environ) for name in names}


def run_journeys(names: list[str]) -> dict[str, str | None]:
    """Run journeys in a real browser, if there is one."""
    if not names:
        return {}
    found = subprocess.run(
        ["bash", str(ROOT / "scripts" / "ensure_browser.sh")], capture_output=True, text=True, check=False
    )
    if found.returncode:
        return dict.fromkeys(names, "no browser here, and none can be installed")
    environment = {**os.environ, "CAS_BROWSER": found.stdout.strip().splitlines()[-1]}
    return {name: _last_words(["npm", "run", "--silent", "e2e", "--", name], environment) for name in names}


def _last_words(words: list[str], environment: Mapping[str, str]) -> str | None:
    done = subprocess.run(
        words, cwd=FRONTEND, env=dict(environment), capture_output=True, text=True, check=False, timeout=COMMAND_LIMIT_S
    )
    last = (done.stdout + done.stderr).strip().splitlines()[-4:]
    return f"{words[-1]} fails: {' / '.join(last)}" if done.returncode else None


def judge(claim: Claim, outcomes: Outcomes, environment: Mapping[str, str]) -> list[str]:
    """Run the commands of a claim and gather what was seen of the rest; what is wrong, or nothing."""
    wrong = [claim.missing] if claim.missing else []
    for proof in claim.proofs:
        kind = next(one for one in KINDS if one in proof)
        if kind == "run":
            problem = run_command(proof, environment).wrong
            found = f"`{' '.join(proof['run'].split())[:70]}`: {problem}" if problem else None
        else:
            found = outcomes.of(kind, proof[kind])
        if found:
            wrong.append(found)
    if not claim.proofs and not claim.missing:
        wrong.append("nothing shows it")
    return wrong
