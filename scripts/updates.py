"""`make update` and `make update-major`: which packages have newer releases. Nothing is changed.

Python packages are resolved anew as `make lock` would do it; npm packages are asked one by one. A release is major when
its first number is higher, or its second one while the first is 0.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BACKEND, FRONTEND = ROOT / "backend", ROOT / "frontend"


def versions(text: str) -> dict[str, str]:
    """Name and version of each package in a list; of several for different releases of Python, the last."""
    return dict(re.findall(r"^([\w.-]+)==([\w.+!-]+)", text, re.MULTILINE))


def is_major(old: str, new: str) -> bool:
    """Whether a release may break what was built on the other."""
    before, after = ([int(part) for part in re.findall(r"\d+", version)[:2]] for version in (old, new))
    return before[:1] != after[:1] or (before[:1] == [0] and before != after)


def changed(old: dict[str, str], new: dict[str, str]) -> list[tuple[str, str, str]]:
    """Name, version now and newer version of what would change."""
    return [(name, old[name], new[name]) for name in sorted(old.keys() & new.keys()) if old[name] != new[name]]


def of_python() -> list[tuple[str, str, str]]:
    """What `make lock` would change if it might take every newer release."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        tools = Path(folder) / "bin"
        pip = [tools / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "uv"]
        subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)
        resolve = [tools / "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--no-header"]
        options = ["--no-emit-index-url", "--no-annotate", "--extra", "operator", "--extra", "dev", "--upgrade"]
        done = subprocess.run(
            [*resolve, *options, "pyproject.toml"], cwd=BACKEND, capture_output=True, text=True, check=False
        )
    if done.returncode:
        sys.exit(f"The Python packages could not be asked: {(done.stderr.strip().splitlines() or ['no answer'])[-1]}")
    return changed(versions((BACKEND / "requirements-dev.lock").read_text()), versions(done.stdout))


def of_npm() -> list[tuple[str, str, str]]:
    """What `npm outdated` says of the packages that we name ourselves; it exits with 1 when there are any."""
    done = subprocess.run(["npm", "outdated", "--json"], cwd=FRONTEND, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout or "{}")
    if "error" in found:
        sys.exit("The npm packages could not be asked.")
    return sorted((name, one.get("current", one["wanted"]), one["latest"]) for name, one in found.items())


def main(words: list[str]) -> None:
    """Print what is newer, and how to take it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--major", action="store_true", help="those that may break something, in place of the others")
    wants_major = parser.parse_args(words).major
    for title, found in (("Python", of_python()), ("npm", of_npm())):
        told = [one for one in found if is_major(one[1], one[2]) == wants_major]
        print(f"{title}: {len(told)} {'major' if wants_major else 'minor'} updates")
        for name, old, new in told:
            print(f"  {name:<40}{old:<18}-> {new}")
    print("Nothing was changed. docs/RUNBOOK.md, Updates, says how to take them.")


if __name__ == "__main__":
    main(sys.argv[1:])
