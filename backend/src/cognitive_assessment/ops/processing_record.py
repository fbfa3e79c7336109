"""The record of processing activities (GDPR, Article 30), from words that come with the system and from what is set.

Recipients, time limits and safeguards are not claimed but looked up: settings, rules of the organisation, backups.
"""

from __future__ import annotations

import collections
import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from cognitive_assessment.config import LOOPBACK, Settings
from cognitive_assessment.consent import processing
from cognitive_assessment.ops import retention, secret_ages
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.metrics import looked_up
from cognitive_assessment.store.rows import Row


def made(settings: Settings, organisation: Row, accounts: Sequence[Row]) -> dict[str, Any]:
    """The whole record of one organisation, as of now."""
    words = processing.described()
    limits = _time_limits(settings, organisation)
    recipients = [*_inside(organisation, accounts), *_outside(settings)]
    return {
        "made_at": dt.datetime.now(dt.UTC).isoformat(),
        "controller": organisation["name"],
        "contacts": {"controller": "", "representative": "", "protection_officer": "", **organisation["contacts"]},
        "purposes": words["purposes"],
        "basis": words["basis"],
        "categories": [
            {**{name: one[name] for name in ("subjects", "title", "what")}, "kept": limits[one["kept"]]}
            for one in words["categories"]
        ],
        "recipients": [one | {"is_outside": one["where"] is not None} for one in recipients],
        "retention": limits,
        "safeguards": list(_safeguards(settings, organisation)),
    }


def _time_limits(settings: Settings, organisation: Row) -> dict[str, str]:
    """By kind, after how long it goes; the rules are the organisation's own."""
    recordings, persons = organisation["recordings_kept_days"], organisation["persons_kept_days"]
    asked = "the participant or the organisation asks for erasure"
    person = f"No limit is set: until {asked}"
    if persons:
        person = f"{persons} days after the last session, or when {asked} before"
    return {
        "person": person,
        "recording": f"{recordings} days after it was made" if recordings else person,
        "account": "As long as the account is there; closed accounts stay, so that the log can name them",
        "sign_in": f"Staff {settings.staff_sign_in_hours} hours, participants 14 days, or until they sign out",
        "log": "No limit: it cannot be changed, and holds numbers only",
    }


def _inside(organisation: Row, accounts: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Staff by role; how many of each."""
    counts = collections.Counter(row["role"] for row in accounts if row["deactivated_at"] is None)
    sees = (
        "with names" if organisation["researchers_see_identities"] else "under a number, without what they said or drew"
    )
    what = {
        "clinician": "all data of the participants of the organisation",
        "researcher": f"results, {sees}",
        "administrator": "as a clinician; accounts and log",
        "operator": "the state of the machine; no health data",
    }
    for role, words in what.items():
        yield {"who": f"{counts[role]} of the role {role}", "what": words, "where": None}


def _outside(settings: Settings) -> Iterator[dict[str, Any]]:
    """Whoever else touches data, as the settings name them."""
    if settings.s3_bucket is not None:
        host = urlsplit(settings.s3_endpoint or "").hostname or "Amazon S3"
        what = "recordings and wrapped keys, encrypted: it cannot read them"
        yield {"who": f"Store of the recordings, {host}", "what": what, "where": settings.s3_region}
    database = urlsplit(settings.database_app_url or settings.database_url or "").hostname
    if database is not None and database not in LOOPBACK:
        yield {"who": f"Database server, {database}", "what": "all tables; transcripts are sealed", "where": database}
    if settings.clerk_jwt_key or settings.clerk_secret_key:
        yield {"who": "Clerk", "what": "that staff sign in, and their addresses", "where": settings.clerk_api_url}
    if settings.oidc_issuer is not None:
        yield {"who": "OpenID Connect issuer", "what": "that staff sign in", "where": settings.oidc_issuer}


def _safeguards(settings: Settings, organisation: Row) -> Iterator[dict[str, Any]]:
    """Each with whether it holds now; what is not switched on is said as well."""
    newest, proven = looked_up.proofs(settings)
    found = files.listed(settings.backup_dir)
    overdue = [
        name
        for name, age_s in secret_ages.remembered_ages_s(settings.data_dir).items()
        if age_s > secret_ages.DUE_AFTER.total_seconds()
    ]
    ran_at = retention.last_run_at(settings)
    is_local = urlsplit(settings.public_url).hostname in LOOPBACK
    yield _safeguard("Recordings, transcripts and second factors are encrypted under a key of each person", True)
    yield _safeguard("The database decides row by row who sees what, and refuses everything without a name", True)
    yield _safeguard("Who read or changed what is logged, in a chain that cannot be changed unnoticed", True)
    yield _safeguard("Pages and answers travel encrypted", is_local or settings.public_url.startswith("https://"))
    yield _safeguard("Staff need a second factor", settings.require_second_factor)
    yield _safeguard("Researchers see no names and no words", not organisation["researchers_see_identities"])
    yield _safeguard("There is a backup", bool(found), files.created_at(found[-1]).isoformat() if found else None)
    is_proven = newest is not None and bool(newest["is_proven"])
    yield _safeguard(
        "The last backup that was tried could be restored", is_proven, proven["proven_at"] if proven else None
    )
    yield _safeguard("No secret is older than 90 days", not overdue, ", ".join(overdue) or None)
    yield _safeguard(
        "What is due for deletion is deleted every night", ran_at is not None, ran_at.isoformat() if ran_at else None
    )


def _safeguard(words: str, holds: bool, detail: str | None = None) -> dict[str, Any]:
    return {"words": words, "holds": holds, "detail": detail}
