"""`make audit`: known weaknesses of the packages, their licences, what is installed, and secrets in the repository.

What cannot be asked (an advisory service out of reach) is said and is no success: the exit code is then 3, or 0 with
`--offline`, which asks nobody. What is wrong ends with 1.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LICENCES_PAGE = ROOT / "docs" / "reference" / "package-licences.md"
LOCKS = [ROOT / "backend" / name for name in ("requirements.lock", "requirements-dev.lock")]
AUDIT_LOCK = ROOT / "backend" / "requirements-audit.lock"
NPM_LOCK = ROOT / "frontend" / "package-lock.json"
SERIOUS = {"high", "critical"}
MADE_ANEW_WITHIN_DAYS = 90  # as SECURITY.md says
PERMISSIVE = re.compile(
    r"apache|\bmit\b|\bbsd|\bisc\b|0bsd|\bpsf|python software foundation|unlicense|cc0|zlib|hpnd|blueoak|mit-0"
    r"|\bwtfpl|public domain|\bofl\b|python-2\.0|mit-cmu|\bpostgresql",
    re.IGNORECASE,
)
# what a key looks like, each from its maker's own description
SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*\n?[A-Za-z0-9+/=]{20}"),
    "an age identity": re.compile(r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{50}"),
    "a key of Amazon": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of Vercel Blob": re.compile(r"vercel_blob_rw_[A-Za-z0-9]{8,}_[A-Za-z0-9]{24,}"),
    "a token of GitHub": re.compile(r"\b(?:gh[opsur]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})"),
    "a key of Clerk or Stripe": re.compile(r"\bsk_(?:live|test)_[A-Za-z0-9]{24,}"),
    "a token of Slack": re.compile(r"\bxox[abpr]-[A-Za-z0-9-]{20,}"),
    "a database's password": re.compile(r"postgres(?:ql)?://\w+:(?!x+@|secret@|\.\.\.)[A-Za-z0-9]{16,}@"),
}


@dataclass
class Outcome:
    """What one part found."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_asked: str | None = None


def normal(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(paths: Iterable[Path]) -> dict[str, dict[str, bool]]:
    """Every Python package in the lists: its versions (each Python may have its own), and whether each has a hash."""
    found: dict[str, dict[str, bool]] = {}
    for path in paths:
        for name, version, rest in re.findall(
            r"^([\w.-]+)==([\w.+!-]+)([^\n]*(?:\n {4}[^\n]*)*)", path.read_text(), re.MULTILINE
        ):
            found.setdefault(normal(name), {})[version] = "--hash=sha256:" in rest
    return found


def python_weaknesses(report: dict[str, Any]) -> Outcome:
    """What pip-audit found; a package that it could not look up was not audited, whatever its exit code says."""
    outcome = Outcome()
    packages = report["dependencies"]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    if skipped:
        outcome.not_asked = f"{len(skipped)} of {len(packages)} Python packages could not be looked up"
    for one in packages:
        for weakness in one.get("vulns", []):
            mended = ", ".join(weakness["fix_versions"]) or "nothing yet"
            outcome.faults.append(f"{one['name']} {one['version']}: {weakness['id']}, mended in {mended}")
    return outcome


def npm_weaknesses(report: dict[str, Any]) -> Outcome:
    """What `npm audit` found: high and critical ones are faults, others are told."""
    if "vulnerabilities" not in report:
        return Outcome(not_asked="npm's advisories could not be asked")
    outcome = Outcome()
    for name, one in report["vulnerabilities"].items():
        told = f"{name} {one['range']}: {one['severity']}"
        (outcome.faults if one["severity"] in SERIOUS else outcome.notes).append(told)
    return outcome


def ask_pip_audit() -> Outcome:
    """Run pip-audit, installed apart as its own list says, on the list of what serves."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / "bin" / "python")
        install = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
        subprocess.run([*install, "--require-hashes", "-r", str(AUDIT_LOCK)], check=True, stderr=subprocess.DEVNULL)
        ask = ["--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
        files = [word for path in LOCKS for word in ("-r", str(path))]
        done = subprocess.run([python, "-m", "pip_audit", *ask, *files], capture_output=True, text=True, check=False)
    try:
        return python_weaknesses(json.loads(done.stdout))
    except (ValueError, KeyError):
        return Outcome(not_asked=f"pip-audit could not ask: {(done.stderr.strip().splitlines() or ['no answer'])[-1]}")


def ask_npm() -> Outcome:
    """Run `npm audit` on the front end's list."""
    done = subprocess.run(
        ["npm", "audit", "--json"], cwd=ROOT / "frontend", capture_output=True, text=True, check=False
    )
    try:
        return npm_weaknesses(json.loads(done.stdout))
    except ValueError:
        return Outcome(not_asked="npm's advisories could not be asked")


def integrity() -> Outcome:
    """Whether what is installed is what was locked. This finds no weakness; it says that the lists can be relied on."""
    outcome, packages = Outcome(), locked(LOCKS)
    installed = {normal(one.metadata["Name"]): one.version for one in metadata.distributions()}
    outcome.faults += [f"{name} has no hash in its list" for name, them in packages.items() if not all(them.values())]
    for name, version in sorted(installed.items()):
        if name in packages and version not in packages[name]:
            outcome.faults.append(f"{name} {version} is installed, {' or '.join(packages[name])} is locked")
        if name not in packages and name not in {"cognitive-assessment", "pip", "setuptools", "wheel"}:
            outcome.faults.append(f"{name} {version} is installed and not locked")
    for place, one in json.loads(NPM_LOCK.read_text())["packages"].items():
        if place and not one.get("link") and ("integrity" not in one or "resolved" in one):
            outcome.faults.append(f"{place} has no hash in package-lock.json, or the address of a registry")
    outcome.notes.append(f"{len(installed)} Python packages are installed as locked, unless said otherwise")
    return outcome


def freshness(ages_days: dict[str, float]) -> Outcome:
    """Whether each list was made anew as often as SECURITY.md says, so that nothing in it is left behind for long."""
    return Outcome(
        faults=[
            f"{name} was made {days:.0f} days ago; {MADE_ANEW_WITHIN_DAYS} are allowed: make update, make lock"
            for name, days in ages_days.items()
            if days > MADE_ANEW_WITHIN_DAYS
        ]
    )


def ages_of_lists() -> dict[str, float]:
    """Days since each list was last changed in the repository."""
    ages: dict[str, float] = {}
    for path in (*LOCKS, NPM_LOCK):
        ask = ["git", "log", "-1", "--format=%ct", "--", str(path)]
        done = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True)
        ages[path.name] = (time.time() - int(done.stdout)) / 86_400
    return ages


def python_licences() -> Iterator[tuple[str, str]]:
    """Name and licence of every Python package that is installed."""
    for one in metadata.distributions():
        about = one.metadata
        classifiers = [text.split(" :: ")[-1] for text in about.get_all("Classifier") or [] if "License ::" in text]
        licence = about.get("License-Expression") or "; ".join(classifiers) or (about.get("License") or "")[:80]
        # what says nothing in its metadata has mostly the text of its licence beside them, under its name
        text = "" if licence else one.read_text("licenses/LICENSE") or one.read_text("LICENSE") or ""
        yield normal(about["Name"]), " ".join((licence or text.strip()[:40]).split()) or "not said"


def npm_licences() -> Iterator[tuple[str, str]]:
    """Name and licence of every npm package that is locked."""
    for place, one in json.loads(NPM_LOCK.read_text())["packages"].items():
        if place:
            yield place.rsplit("node_modules/", 1)[-1], str(one.get("license", "not said"))


def is_permissive(licence: str) -> bool:
    """Whether a licence lets anybody use, change and pass on; of a choice, one such is enough; `and` wants all."""
    choices = re.split(r"\s+or\s+", licence.strip("()"), flags=re.IGNORECASE)
    return any(
        all(
            PERMISSIVE.search(part) and "gpl" not in part.lower() for part in re.split(r"\s+and\s+", choice, flags=re.I)
        )
        for choice in choices
    )


def licences(found: Iterable[tuple[str, str]], page: str) -> Outcome:
    """Licences that are not permissive, unless the page names the package and says why."""
    excused = {normal(name) for name in re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)}
    outcome, count, met = Outcome(), 0, set()
    for name, licence in sorted(set(found)):
        count += 1
        if is_permissive(licence):
            continue
        # a package's builds for each system carry its name and that of the system
        leave = {one for one in excused if normal(name) == one or normal(name).startswith(f"{one}-")}
        met |= leave
        if not leave:
            outcome.faults.append(f"{name}: {licence}, which {LICENCES_PAGE.name} does not allow")
    outcome.notes.append(f"{count} packages; by leave of the page: {', '.join(sorted(met))}")
    outcome.notes += [f"{name} is on the page and needs no leave" for name in sorted(excused - met)]
    return outcome


def secrets_in(texts: Iterable[tuple[str, str]]) -> Outcome:
    """Where something looks like a key; what it is, never itself."""
    outcome = Outcome()
    for place, text in texts:
        outcome.faults += [f"{place}: looks like {what}" for what, form in SECRETS.items() if form.search(text)]
    return outcome


def every_text_ever() -> Iterator[tuple[str, str]]:
    """Every text file that is or was in the repository, as far back as this copy reaches."""
    listed = subprocess.run(
        ["git", "rev-list", "--all", "--objects"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = dict(line.split(" ", 1) for line in listed.stdout.splitlines() if " " in line)
    reading = ["git", "cat-file", "--batch", "--buffer"]
    # the ids come from a file, so that neither side waits for the other to read
    with tempfile.TemporaryFile() as wanted:
        wanted.write("".join(f"{object_id}\n" for object_id in names).encode())
        wanted.seek(0)
        with subprocess.Popen(reading, cwd=ROOT, stdin=wanted, stdout=subprocess.PIPE) as running:
            for line in running.stdout or ():
                object_id, kind, size = line.decode().split()
                content = running.stdout.read(int(size) + 1) if running.stdout else b""
                if kind == "blob" and b"\0" not in content[:8000]:
                    yield f"{names[object_id]} ({object_id[:8]})", content.decode(errors="replace")


def main(words: list[str]) -> int:
    """Look at everything, tell what was found, and answer with the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offline", action="store_true", help="ask no service for known weaknesses")
    is_offline = parser.parse_args(words).offline
    parts: dict[str, Callable[[], Outcome]] = {
        "known weaknesses of Python packages": ask_pip_audit,
        "known weaknesses of npm packages": ask_npm,
        "installed as locked": integrity,
        "lists made anew in time": lambda: freshness(ages_of_lists()),
        "licences": lambda: licences([*python_licences(), *npm_licences()], LICENCES_PAGE.read_text()),
        "secrets in the repository and its history": lambda: secrets_in(every_text_ever()),
    }
    outcomes = []
    for name, look in parts.items():
        asks = look in (ask_pip_audit, ask_npm)
        outcome = Outcome(not_asked="not asked: --offline") if is_offline and asks else look()
        state = "WRONG" if outcome.faults else "NOT ASKED" if outcome.not_asked else "well"
        print(f"{state:<10}{name}{f': {outcome.not_asked}' if outcome.not_asked else ''}")
        for line in [*outcome.faults, *outcome.notes]:
            print(f"            {line}")
        outcomes.append(outcome)
    if any(outcome.faults for outcome in outcomes):
        return 1
    return 3 if any(outcome.not_asked for outcome in outcomes) and not is_offline else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
