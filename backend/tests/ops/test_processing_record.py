"""The record of processing is made from what is set, and names every table that holds something of a person."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest

from cognitive_assessment import config
from cognitive_assessment.consent import processing
from cognitive_assessment.ops import processing_record
from cognitive_assessment.store.tables import metadata

OF_MACHINES = {"model_checks", "job_faults", "maintenance"}
ORGANISATION = {
    "name": "Clinic",
    "contacts": {"controller": "Clinic, Ulm"},
    "recordings_kept_days": None,
    "persons_kept_days": None,
    "researchers_see_identities": False,
}


def made(settings=None, **changes):
    accounts = [
        {"role": "clinician", "deactivated_at": None},
        {"role": "clinician", "deactivated_at": dt.datetime.now(dt.UTC)},
    ]
    return processing_record.made(settings or config.settings(), ORGANISATION | changes, accounts)


def kept(record, title):
    return next(one["kept"] for one in record["categories"] if title in one["title"])


def safeguard(record, words):
    return next(one for one in record["safeguards"] if words in one["words"])


def test_every_table_with_something_of_a_person_is_named():
    named = {table for one in processing.described()["categories"] for table in one["tables"]}
    assert named == set(metadata.tables) - OF_MACHINES


def test_time_limits_are_those_of_the_organisation(data_dir):
    assert kept(made(), "Voice").startswith("No limit is set")
    record = made(recordings_kept_days=30, persons_kept_days=365)
    assert kept(record, "Voice") == "30 days after it was made"
    assert kept(record, "Who they are").startswith("365 days after the last session, or when the participant")


def test_recipients_are_those_of_the_settings(data_dir):
    inside = made()["recipients"]
    assert inside[0]["who"] == "1 of the role clinician", "a closed account receives nothing"
    assert not any(one["is_outside"] for one in inside)
    settings = dataclasses.replace(
        config.settings(),
        s3_bucket="b",
        s3_region="eu-central-1",
        oidc_issuer="https://id.example.org",
        database_app_url="postgresql+psycopg://a:secret@db.example.org/cas",
    )
    record = made(settings)
    outside = [one for one in record["recipients"] if one["is_outside"]]
    assert [one["where"] for one in outside] == ["eu-central-1", "db.example.org", "https://id.example.org"]
    assert "a:secret" not in json.dumps(record)


@pytest.mark.parametrize("holds", [True, False])
def test_safeguards_are_looked_up(data_dir, holds):
    settings = dataclasses.replace(config.settings(), require_second_factor=holds)
    record = made(settings, researchers_see_identities=not holds)
    assert safeguard(record, "Staff need a second factor")["holds"] is holds
    assert safeguard(record, "no names")["holds"] is holds
    assert safeguard(record, "There is a backup")["holds"] is False
    assert record["contacts"]["controller"] == "Clinic, Ulm"
