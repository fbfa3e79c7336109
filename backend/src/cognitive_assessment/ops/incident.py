"""The sheet that an incident is worked through on, filled in with what the system knows of itself.

It is made for the moment in which something is away, so whatever cannot be asked is named as such. Nothing in it is
about a person.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

from cognitive_assessment import private_files
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError, InvalidSettings, Unavailable
from cognitive_assessment.ops import database_access, doctor, embedded_database, overview, running_system
from cognitive_assessment.ops.alerts import messages
from cognitive_assessment.ops.versions import versions
from cognitive_assessment.store import system_counts
from cognitive_assessment.store.engine import make_engine

Severity = Literal["critical", "major", "minor"]
FOLDER = "incidents"
# how soon people hear again
NEWS_AFTER = {
    "critical": dt.timedelta(minutes=15),
    "major": dt.timedelta(minutes=60),
    "minor": dt.timedelta(hours=4),
}


def new(settings: Settings, *, severity: Severity, title: str, eta: str, now: dt.datetime) -> Path:
    """Write a sheet into the data folder's `incidents/`, readable by its owner alone; returns where it is."""
    folder = settings.data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}-{severity}.md"
    private_files.write_private(path, sheet(settings, severity=severity, title=title, eta=eta, now=now))
    return path


def require_webhook(settings: Settings) -> str:
    """The chat's address; raises `InvalidSettings` where none is set."""
    if settings.alert_webhook_url is None:
        raise InvalidSettings("No chat can be told: no webhook is set.", remedy="Set CAS_ALERT_WEBHOOK_URL.")
    return settings.alert_webhook_url


def post(settings: Settings, path: Path, *, severity: Severity) -> None:
    """Tell the chat what the sheet tells people; raises `Unavailable` if it does not take it."""
    title, _, rest = path.read_text().partition("\n")
    told = rest.partition("## What to tell people\n")[2].partition("\n\n")[0].splitlines()
    message = messages.incident(title.removeprefix("# "), severity, told, settings)
    fault = messages.send(require_webhook(settings), message)
    if fault is not None:
        raise Unavailable(f"The chat was not told: {fault}.", remedy=f"Tell people by hand; the words stand in {path}.")


def sheet(settings: Settings, *, severity: Severity, title: str, eta: str, now: dt.datetime) -> str:
    """The text of a sheet: what to tell people, what is known now, what was done, and what comes after."""
    checks = _checks(settings)
    unwell = [name for name, is_well, _ in checks if not is_well]
    lines = [
        f"# {title}",
        "",
        "## What to tell people",
        "Status: Investigating",
        f"Impact: {_impact(unwell)} {_open_sessions(settings)}",
        f"ETA: {eta}",
        f"Updates: next at {now + NEWS_AFTER[severity]:%Y-%m-%d %H:%M} UTC",
        "",
        "Answers that were given are kept in the browsers and will be sent by themselves.",
        "",
        "## What is known",
        f"- Severity: {severity}; begun {now:%Y-%m-%d %H:%M:%S} UTC",
        *(f"- {'well' if is_well else 'NOT WELL'}: {name}: {message}" for name, is_well, message in checks),
        f"- Versions: {', '.join(f'{name} {version}' for name, version in versions().items())}",
        "",
        "## Newest errors",
        *(_errors(settings) or ["None in the log."]),
        "",
        "## What was done",
        "| time (UTC) | who | what |",
        "| --- | --- | --- |",
        f"| {now:%H:%M} | | this sheet was opened |",
        "",
        "## Afterwards",
        "- Cause:",
        "- Found by (alert, staff, participant):",
        "- What was lost, and how that was checked:",
        "- Who has to be told (where data were seen, in the EU the authority within 72 hours):",
        "- What is changed so that it does not happen again, by whom, until when:",
        "",
    ]
    return "\n".join(lines)


def _checks(settings: Settings) -> list[tuple[str, bool, str]]:
    try:
        running_system.supervisor(settings.data_dir)
    except CognitiveAssessmentError as error:
        return [("supervisor", False, error.message)]
    try:
        found = list(doctor.examine_running(settings))
    except CognitiveAssessmentError as error:
        return [("running system", False, error.message)]
    return [(finding.name.strip(), finding.is_well, finding.message) for finding in found]


def _impact(unwell: list[str]) -> str:
    if not unwell:
        return "Every check of the system itself is well."
    return f"Not well: {', '.join(unwell)}."


def _open_sessions(settings: Settings) -> str:
    """How many sessions are under way; nothing is started in order to count them."""
    is_there = not settings.has_embedded_database or embedded_database.find_running(settings.data_dir) is not None
    if not is_there:
        return "Sessions under way cannot be counted: the database does not run."
    try:
        with database_access.database(settings) as access:
            engine = make_engine(access.owner_url)
            with engine.connect() as connection:
                counts = system_counts.read(connection)["sessions"]
            engine.dispose()
    except CognitiveAssessmentError as error:
        return f"Sessions under way cannot be counted: {error.message}"
    count = sum(one["started"] - one["completed"] for one in counts if not one["is_simulated"])
    return f"Sessions begun and not completed: {count}."


def _errors(settings: Settings) -> list[str]:
    return [f"- {one['at']} {one['part']}: {one['message']}" for one in overview.newest_errors(settings)]
