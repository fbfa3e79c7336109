"""Somebody got in: nobody is let in any more, and it can be said who read what, and of whom."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from builders import owner_transaction, participant, session
from cognitive_assessment import config
from cognitive_assessment.ops import lockdown, maintenance
from cognitive_assessment.store import acting, audit, invitations, organisations, sign_ins, users
from cognitive_assessment.store.engine import transaction
from systems import System

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def people(committed, data_dir):
    """A clinician and a participant, both signed in, and an open invitation."""
    with owner_transaction() as connection:
        organisation = organisations.ensure_first(connection)
        clinician = users.add_staff(
            connection,
            organisation_id=organisation["id"],
            email="ada@example.org",
            display_name="Dr Ada",
            password="correct horse battery staple",
            role="clinician",
        )
    with transaction() as connection:
        person = participant(connection)
        of = session(connection, person)
    with owner_transaction() as connection:
        for one in (clinician, person):
            sign_ins.start(connection, one["id"], lasts=dt.timedelta(days=1))
        invitations.add(
            connection,
            organisation_id=organisation["id"],
            user_id=person["id"],
            invited_by=clinician["id"],
            battery="brief",
            locale="en",
            expires_at=NOW + dt.timedelta(days=1),
        )
    return clinician, person, of


def test_every_door_closes_at_once_and_again_is_harmless(people, database):
    owner_url = database.owner_url
    assert lockdown.open_doors(owner_url) == {"sign-ins": 2, "invitations": 1}
    assert lockdown.lock(config.settings(), owner_url) == {"sign-ins": 2, "invitations": 1}
    assert lockdown.lock(config.settings(), owner_url) == {"sign-ins": 0, "invitations": 0}
    assert maintenance.is_locked_down(config.settings().data_dir)
    with owner_transaction() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM sign_ins")).scalar() == 0
        assert connection.execute(sa.text("SELECT count(*) FROM sessions")).scalar() == 1, "nothing is lost"


def test_maintenance_that_is_on_becomes_a_lockdown_and_ends_with_it(data_dir):
    maintenance.turn_on(data_dir)
    since = maintenance.since(data_dir)
    assert not maintenance.is_locked_down(data_dir)
    maintenance.turn_on(data_dir, is_lockdown=True)
    assert (maintenance.is_locked_down(data_dir), maintenance.since(data_dir)) == (True, since)
    maintenance.turn_on(data_dir)
    assert maintenance.is_locked_down(data_dir), "turning it on again opens nothing"
    maintenance.turn_off(data_dir)
    assert not maintenance.is_locked_down(data_dir)


def test_it_is_told_who_was_shown_what_and_whose_it_was(people):
    clinician, person, of = people
    with transaction() as connection:
        acting.act_as(connection, clinician["id"])
        acting.note_read(connection, "sessions", session_ids=[str(of["id"])])
        acting.note_read(connection, "results", session_id=str(of["id"]))
        acting.note_read(connection, "users", user_ids=[str(person["id"]), str(clinician["id"])])
    with owner_transaction() as connection:
        told = audit.reads(connection, since=NOW - dt.timedelta(minutes=1))
        assert {row["table_name"] for row in told} == {"sessions", "results", "users"}
        assert {(row["user_id"], row["role"], row["email"]) for row in told} == {
            (str(clinician["id"]), "clinician", "ada@example.org")
        }
        (shown,) = audit.shown(connection, since=NOW - dt.timedelta(minutes=1), by=str(clinician["id"]))
        assert (shown["id"], shown["times"]) == (person["id"], 3)
        assert audit.shown(connection, since=NOW - dt.timedelta(minutes=1), by="somebody else") == []
        assert audit.shown(connection, since=NOW + dt.timedelta(hours=1), by=None) == []


@pytest.mark.slow
def test_a_serving_system_is_locked_and_opened_again(system: System):
    staff = system.sign_in()
    someone = staff.invite("P-locked")
    rehearsed = system.cas("lockdown", "--dry-run")
    assert (rehearsed.returncode, "would end" in rehearsed.stdout) == (0, True), rehearsed.stderr
    declined = system.cas("lockdown", input="n\n")
    assert (declined.returncode, staff("GET", "/api/me").status_code) == (1, 200)
    try:
        locked = system.cas("lockdown", "--yes")
        assert locked.returncode == 0, locked.stderr
        assert [who("GET", "/api/me").status_code for who in (staff, someone)] == [401, 401]
        body = {"email": "staff@localhost.localdomain", "password": "whatever it is, it is not looked at"}
        assert staff("POST", "/api/sign-in", body).status_code == 503
        assert "locked down" in system.cas("maintenance", "status").stdout
        report = system.cas("audit", "report", "--participants", "--since", "2026-01-01")
        assert (report.returncode, "Traceback" in report.stderr) == (0, False)
    finally:
        assert system.cas("maintenance", "off").returncode == 0
    assert system.sign_in()("GET", "/api/me").ok
