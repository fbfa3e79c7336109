"""Put the version that lies in the folder into service, remember it, and go back to the one before.

The twin of a host's own deploy command, for a system that is served from a checkout: packages and pages are installed,
the schema is brought up to date, API and workers start anew. Going back takes the commit that was in service before,
also where the supervisor had simply been started with it; the schema stays, because migrations are made so that the
release before still runs with them.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Conflict, NotFound, Unavailable
from cognitive_assessment.ops import database_access, running_system
from cognitive_assessment.private_files import append_private

_FILE = "deployments.jsonl"
_INSTALL_LIMIT_S = 1800
_READY_LIMIT_S = 90.0
_SHOWN = 8

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Deployment:
    """A commit that was put into service, when, and how long that took until it was ready."""

    commit: str
    at: str
    duration_s: float


def deploy(settings: Settings, root: Path, say: Say) -> Deployment:
    """Install what lies in `root`, upgrade the schema, start anew, and wait until it is ready.

    Raises `Unavailable` if it cannot be installed, or is not ready in time; what ran before runs on until the restart.
    """
    began = time.monotonic()
    commit = _git(root, "rev-parse", "HEAD")
    say(f"Installing {commit[:12]}")
    _install(root)
    say("Bringing the schema up to date")
    with database_access.database(settings) as access:
        database_access.prepare(access, settings.data_dir)
        if (notice := database_access.schema_of(access.owner_url).notice) is not None:
            say(notice)
    say("Starting API and workers anew")
    if not running_system.restart(settings, limit_s=_READY_LIMIT_S):
        raise Unavailable("It is not ready.", remedy="`cas status` says why; `cas restore app` goes back.")
    return _remember(settings.data_dir, commit, time.monotonic() - began)


def roll_back(settings: Settings, root: Path, say: Say) -> Deployment:
    """Check out the commit that was in service before the present one, and deploy it.

    Raises `NotFound` if none is remembered, and `Conflict` if files were changed by hand, which would be lost.
    """
    present = _git(root, "rev-parse", "HEAD")
    before = next((one.commit for one in reversed(remembered(settings.data_dir)) if one.commit != present), None)
    if before is None:
        raise NotFound(
            f"No other version than {present[:12]} is known to have been in service.",
            remedy="Check out the commit that you want by hand, then `cas deploy`.",
        )
    if _git(root, "status", "--porcelain", "--untracked-files=no"):
        raise Conflict(f"Files in {root} were changed by hand.", remedy="`git stash` puts them aside.")
    say(f"Back from {present[:12]} to {before[:12]}")
    _git(root, "checkout", "--quiet", "--detach", before)
    return deploy(settings, root, say)


def commit_of(root: Path) -> str | None:
    """The commit that lies in `root`, or nothing where that is no checkout."""
    try:
        return _git(root, "rev-parse", "HEAD")
    except Unavailable:
        return None


def remember_start(data_dir: Path, commit: str, duration_s: float) -> None:
    """Remember that a whole system was started with this commit and became ready, unless it was in service already."""
    if [one.commit for one in remembered(data_dir)[-1:]] != [commit]:
        _remember(data_dir, commit, duration_s)


def _remember(data_dir: Path, commit: str, duration_s: float) -> Deployment:
    done = Deployment(commit, dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), round(duration_s, 1))
    append_private(data_dir / _FILE, json.dumps(asdict(done)) + "\n")
    (data_dir / _FILE).chmod(0o600)  # one that a version before has made could be read by everybody
    return done


def remembered(data_dir: Path) -> list[Deployment]:
    """What was put into service, oldest first; a line that was cut off is passed over."""
    found = []
    try:
        lines = (data_dir / _FILE).read_text().splitlines()
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            found.append(Deployment(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def shown(data_dir: Path) -> list[dict[str, object]]:
    """The newest ones, newest first."""
    return [asdict(one) for one in reversed(remembered(data_dir)[-_SHOWN:])]


def _install(root: Path) -> None:
    try:
        done = subprocess.run(
            ["make", "--silent", "install"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            timeout=_INSTALL_LIMIT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"`make install` in {root} did not end: {type(error).__name__}.") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it said nothing"]
        raise Unavailable(
            f"`make install` failed: {last[0]}", remedy="Nothing was started anew; what ran before still runs."
        )


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)
    except OSError as error:
        raise Unavailable("There is no git here.", remedy="Install git, or deploy by the image.") from error
    if done.returncode:
        raise Unavailable(
            f"git {words[0]} failed in {root}: {done.stderr.strip()}",
            remedy="`cas deploy` serves from a checkout; an image is exchanged by whoever runs it.",
        )
    return done.stdout.strip()
