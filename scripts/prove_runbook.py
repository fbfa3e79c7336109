"""Run every command block of docs/RUNBOOK.md that is marked `run`, in order, on a real system made for it.

Prints one line for each command: `works`, or `FAILS` with what it said. A block marked `may-fail` has commands whose
exit code says something of the machine; they must still end without a stack trace.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNBOOK = ROOT / "docs" / "RUNBOOK.md"
BLOCK = re.compile(r"^( *)```run( may-fail)?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{2,3} (.*)$", re.MULTILINE)
LIMIT_S = 300
sys.path.insert(0, str(ROOT / "backend" / "tests"))

from systems import System, wait_until  # noqa: E402  # the tests know best how to run a whole system


def commands() -> Iterator[tuple[str, str, bool]]:
    """Section, command and whether it may fail, in the order of the runbook."""
    text = RUNBOOK.read_text()
    for block in BLOCK.finditer(text):
        section = [found.group(1) for found in HEADING.finditer(text, 0, block.start())][-1]
        for line in block.group(3).splitlines():
            if line.strip():
                yield section, line.strip(), block.group(2) is not None


def run(command: str, system: System, *, may_fail: bool) -> str | None:
    """Run one command as an operator would; returns what is wrong, if anything."""
    environment = {**system.environment, "SYSTEM_URL": system.url}
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=LIMIT_S
    )
    said = done.stdout + done.stderr
    if "Traceback" in said:
        return said
    if done.returncode and not may_fail:
        return f"exit code {done.returncode}: {said.strip()}"
    return None if said.strip() or "logs" in command else "it said nothing"


def main() -> int:
    """Serve, prove, and say how many commands failed."""
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        system = System(Path(folder) / "var").start()
        try:
            wait_until(lambda: system.cas("status").returncode == 0, 120)
            section = ""
            for of_section, command, may_fail in commands():
                if of_section != section:
                    section = of_section
                    print(f"\n{section}")
                problem = run(command, system, may_fail=may_fail)
                print(f"  {'works' if problem is None else 'FAILS'}  {command[:110]}", flush=True)
                if problem is not None:
                    failures += 1
                    print("         " + "\n         ".join(problem.splitlines()[-8:]))
        finally:
            system.stop()
    print(f"\n{failures} commands fail." if failures else "\nEvery command works.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
