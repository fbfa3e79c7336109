"""Prove the runbook on a real system made for it: its commands, and every claim of `runbook_claims.yaml`.

First every command block of docs/RUNBOOK.md that is marked `run`, in order: `works`, or `FAILS` with what it said. A
block marked `may-fail WORDS` has a command whose exit code says something of the machine: it must still be one that
the program understands, say these words (a regular expression) and end without a stack trace. For one that is marked
`stopped` the system is stopped, and has to be well again when it is started afterwards. Then one line a claim:
`works here`, `works with vendor (stand-in: ...)`, or `not` with the reason; and a table.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runbook_proofs import Claim, Outcomes, judge, named, read, run_command, run_journeys, run_tests, run_vitest

ROOT = Path(__file__).resolve().parent.parent
RUNBOOK = ROOT / "docs" / "RUNBOOK.md"
BLOCK = re.compile(r"^( *)```run( stopped)?(?: (may-fail)(?: ([^\n]+))?)?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{2,3} (.*)$", re.MULTILINE)
LIMIT_S = 300
START_LIMIT_S = 120
sys.path.insert(0, str(ROOT / "backend" / "tests"))

import scanners  # noqa: E402  # the tests know best how to run a whole system
from systems import System, wait_until  # noqa: E402


def commands(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Section and command, with the words that it has to say where it may fail, in the order of the runbook."""
    for block in BLOCK.finditer(text):
        section = [found.group(1) for found in HEADING.finditer(text, 0, block.start())][-1]
        _, is_stopped, may_fail, says, lines = block.groups()
        how = ({"exit": "any", "says": says} if may_fail else {}) | ({"stopped": True} if is_stopped else {})
        for line in lines.splitlines():
            if line.strip():
                yield section, {"run": line.strip(), **how}


def run(proof: dict[str, Any], environment: dict[str, str]) -> str | None:
    """Run one command as an operator would; returns what is wrong, if anything."""
    ran = run_command(proof, environment, limit_s=LIMIT_S)
    if ran.wrong:
        return f"{ran.wrong}\n{ran.said}".strip()
    return None if ran.said.strip() or "logs" in proof["run"] else "it said nothing"


def run_while_stopped(proof: dict[str, Any], environment: dict[str, str], system: System) -> str | None:
    """The same of a command that no system may run beside; it has to be well again afterwards."""
    system.stop()
    problem = run(proof, environment)
    system.start()
    wait_until(lambda: system.cas("status").returncode == 0, START_LIMIT_S)
    return problem


def prove_commands(system: System) -> int:
    """Run every marked command of the page; returns how many fail."""
    failures, section = 0, ""
    environment = {**system.environment, "SYSTEM_URL": system.url}
    for of_section, proof in commands(RUNBOOK.read_text()):
        if of_section != section:
            section = of_section
            print(f"\n{section}")
        problem = run_while_stopped(proof, environment, system) if "stopped" in proof else run(proof, environment)
        print(f"  {'works' if problem is None else 'FAILS'}  {proof['run'][:110]}", flush=True)
        if problem is not None:
            failures += 1
            print("         " + "\n         ".join(problem.splitlines()[-8:]))
    print(f"\n{failures} commands fail." if failures else "\nEvery command works.", flush=True)
    return failures


def prove_claims(system: System, groups: dict[str, str], claims: list[Claim], *, journeys: bool) -> int:
    """Judge every claim; returns how many are not shown to work."""
    tests, pages, browser = (named(claims, kind) for kind in ("test", "vitest", "journey"))
    print(f"\nRunning {len(tests)} tests of the server, {len(pages)} of the pages, {len(browser)} journeys", flush=True)
    outcomes = Outcomes(*run_tests(tests), run_vitest(pages))
    if journeys:
        outcomes.journey = run_journeys(browser)
    else:
        outcomes.journey = dict.fromkeys(browser, "the journey in a browser was left out (--without-journeys)")
    first = str(Path(sys.executable).parent)
    environment = {
        **system.environment,
        "SYSTEM_URL": system.url,
        "PATH": os.pathsep.join([first, os.environ.get("PATH", os.defpath)]),
    }
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for claim in claims:
        if not counts[claim.group]:
            print(f"\n{claim.group}. {groups[claim.group]}")
        wrong = judge(claim, outcomes, environment)
        kind = "not" if wrong else "with vendor" if claim.stand_in else "here"
        counts[claim.group][kind] += 1
        told = {"here": "works here", "with vendor": f"works with vendor (stand-in: {claim.stand_in})", "not": "not"}
        print(f"  {claim.number:<5} {told[kind]:<12} {claim.says}", flush=True)
        for line in [*(f"because: {one}" for one in wrong), *tried_twice(claim, outcomes)]:
            print(f"        {line}")
        if claim.note:
            print(f"        note: {' '.join(claim.note.split())}")
    print_table(groups, counts)
    if outcomes.at_first:
        print(f"{len(outcomes.at_first)} of {len(tests)} tests went well only at the second try.")
    return sum(count["not"] for count in counts.values())


def tried_twice(claim: Claim, outcomes: Outcomes) -> list[str]:
    """What of a claim went well only when it was run once more by itself, and what was wrong before."""
    tests = [str(proof["test"]) for proof in claim.proofs if "test" in proof]
    return [
        f"at the second try: {name}; at first: {outcomes.at_first[name]}" for name in tests if name in outcomes.at_first
    ]


def print_table(groups: dict[str, str], counts: dict[str, collections.Counter[str]]) -> None:
    """The counts of each group, and in all."""
    print(f"\n{'':<26} works here  with vendor  not")
    for number, count in counts.items():
        title = f"{number}. {groups[number]}"
        print(f"{title:<26} {count['here']:>10} {count['with vendor']:>12} {count['not']:>4}")
    total: collections.Counter[str] = sum(counts.values(), collections.Counter())
    print(f"{'in all':<26} {total['here']:>10} {total['with vendor']:>12} {total['not']:>4}")


def options() -> argparse.Namespace:
    """What is to be proven."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["commands", "claims"], help="Only this half.")
    parser.add_argument(
        "--claim", action="append", metavar="N", help="Only this claim, 4.5, or group, 4; can be repeated."
    )
    parser.add_argument("--without-journeys", action="store_true", help="Leave the browser out; its claims are `not`.")
    return parser.parse_args()


def main() -> int:
    """Serve, prove, and exit with 1 if a command fails or a claim is not shown to work."""
    chosen = options()
    groups, claims = read()
    if chosen.claim:
        claims = [claim for claim in claims if claim.number in chosen.claim or claim.group in chosen.claim]
    failures = 0
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as around:
        settings = {"CAS_BLOB_MIRROR": str(Path(folder) / "second")}  # kept as on a machine with a second disk
        if scanners.CLAMD is not None:
            (Path(folder) / "clamd").mkdir()
            clamd = around.enter_context(scanners.running(Path(folder) / "clamd"))
            settings["CAS_SCANNER"] = f"unix://{clamd.path}"
        system = System(Path(folder) / "var", settings=settings).start()
        try:
            wait_until(lambda: system.cas("status").returncode == 0, START_LIMIT_S)
            if chosen.only != "claims" and not chosen.claim:
                failures += prove_commands(system)
            if chosen.only != "commands":
                failures += prove_claims(system, groups, claims, journeys=not chosen.without_journeys)
        finally:
            system.stop()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
