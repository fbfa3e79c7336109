"""The last wall: what PostgreSQL itself lets the app role see, whatever the code above asks for."""

from __future__ import annotations

import contextlib
import uuid

import pytest
import sqlalchemy as sa

from builders import NOW, as_owner, participant, put, recording, session, spoken
from cognitive_assessment.records.speech import Transcript
from cognitive_assessment.store import acting, drawings, invitations, scores, sign_ins, users
from cognitive_assessment.store.tables import (
    audit_log,
    consents,
    events,
    metadata,
    organisations,
    overrides,
    questions,
    recordings,
    results,
    sessions,
    transcripts,
)
from cognitive_assessment.store.tables import drawings as drawings_table
from cognitive_assessment.store.tables import invitations as invitations_table
from cognitive_assessment.store.tables import scores as scores_table
from cognitive_assessment.store.tables import sign_ins as sign_ins_table
from cognitive_assessment.store.tables import users as users_table

# No personal data: states of machines, numbers of jobs whose arguments are ids, the schema's own number.
WITHOUT_PERSONS = {
    "alembic_version",
    "job_faults",
    "maintenance",
    "model_checks",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
}
OF_PERSONS = (
    users_table,
    consents,
    sign_ins_table,
    invitations_table,
    sessions,
    questions,
    recordings,
    transcripts,
    drawings_table,
    scores_table,
    results,
    overrides,
    events,
)


def uncovered(connection: sa.Connection) -> set[str]:
    query = sa.text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT"
        " (relrowsecurity AND relforcerowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid))"
    )
    return set(connection.execute(query).scalars())


def test_every_table_with_personal_data_is_covered_and_forced(connection):
    assert uncovered(connection) == WITHOUT_PERSONS


def test_a_table_that_is_left_open_is_found(connection):
    with as_owner(connection):
        connection.execute(sa.text("CREATE TABLE diaries (id int)"))
        connection.execute(sa.text("ALTER TABLE scores NO FORCE ROW LEVEL SECURITY"))
    assert uncovered(connection) - WITHOUT_PERSONS == {"diaries", "scores"}


class Place:
    """One organisation with staff of every role and a participant of whom there is everything."""

    def __init__(self, connection: sa.Connection, name: str) -> None:
        self.id = uuid.uuid4()
        self.staff = {}
        with as_owner(connection):
            connection.execute(sa.insert(organisations).values(id=self.id, name=name))
            for role in users.STAFF_ROLES:
                self.staff[role] = users.add_staff(
                    connection,
                    organisation_id=self.id,
                    email=f"{role}@{name}.example",
                    display_name=role,
                    password="correct horse battery staple",
                    role=role,
                )["id"]
        self.person = participant(connection, of=self.id)
        self.session = session(connection, self.person)
        question_id = uuid.uuid4()
        sound = recording(connection, self.session, question_id=question_id)
        row, _ = put(connection, self.session, spoken(sound["id"]), question_id=question_id)
        scores.add_transcript(
            connection, sound["id"], Transcript("", (), "test", "en", None, None, None), seal=lambda *_: b""
        )
        drawings.put(connection, row["id"], [], seal=lambda *_: b"sealed", unseal=lambda *_: [])
        connection.execute(sa.insert(events).values(id=uuid.uuid4(), session_id=self.session["id"], kind="x", at=NOW))
        scores.add_result(connection, self.session["id"], [], {})
        values = {name: {} for name in ("values", "evidence", "versions")}
        connection.execute(
            sa.insert(scores_table).values(
                id=uuid.uuid4(), question_id=row["id"], status="scored", rule="r", outcome="done", **values
            )
        )
        sign_ins.start(connection, self.person["id"], lasts=NOW - NOW)
        acting.act_as(connection, self.staff["clinician"])
        connection.execute(
            sa.insert(overrides).values(
                id=uuid.uuid4(), question_id=row["id"], reason="x", made_by=self.staff["clinician"]
            )
        )
        invitations.add(
            connection,
            organisation_id=self.id,
            user_id=self.person["id"],
            invited_by=self.staff["clinician"],
            battery="brief",
            locale="en",
            expires_at=NOW,
        )


@pytest.fixture
def ours(connection):
    return Place(connection, "ours")


@pytest.fixture
def theirs(connection):
    return Place(connection, "theirs")


def seen(connection: sa.Connection, user_id: uuid.UUID | None) -> dict[str, int]:
    """How many rows of each table somebody sees."""
    acting.act_as(connection, user_id)
    tables = {table.name: table for table in (*OF_PERSONS, organisations, audit_log)}
    return {
        name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for name, table in tables.items()
    }


CLINICAL = {
    "sessions",
    "questions",
    "recordings",
    "transcripts",
    "drawings",
    "scores",
    "results",
    "overrides",
    "events",
}


def test_nobody_sees_nothing(connection, ours):
    del ours
    assert set(seen(connection, None).values()) == {0}
    assert set(seen(connection, uuid.uuid4()).values()) == {0}


def test_a_participant_sees_their_own_rows_and_no_more(connection, ours, theirs):
    del theirs
    found = seen(connection, ours.person["id"])
    assert found == {table.name: 1 for table in OF_PERSONS} | {"organisations": 1, "audit_log": 0}


@pytest.mark.parametrize(
    ("role", "tables"),
    [
        ("clinician", {**dict.fromkeys(CLINICAL | {"invitations", "sign_ins", "consents"}, 1), "users": 2}),
        ("researcher", {**dict.fromkeys(CLINICAL, 1), "users": 1}),
        ("administrator", {**dict.fromkeys(CLINICAL | {"invitations", "sign_ins", "consents"}, 1), "users": 5}),
        ("operator", {"users": 1}),
    ],
)
def test_each_role_sees_its_part_of_its_own_organisation(connection, ours, theirs, role, tables):
    del theirs
    found = seen(connection, ours.staff[role])
    assert (found.pop("audit_log") > 0) == (role == "administrator")
    assert {name: count for name, count in found.items() if count} == tables | {"organisations": 1}


def test_a_researcher_sees_identities_once_the_organisation_allows_it(connection, ours):
    acting.act_as(connection, ours.staff["administrator"])
    connection.execute(sa.update(organisations).values(researchers_see_identities=True))
    assert seen(connection, ours.staff["researcher"])["users"] == 2


def test_who_was_deactivated_sees_nothing(connection, ours):
    acting.act_as(connection, ours.staff["administrator"])
    statement = sa.update(users_table).where(users_table.c.id == ours.staff["clinician"])
    assert connection.execute(statement.values(deactivated_at=sa.func.now())).rowcount == 1
    assert set(seen(connection, ours.staff["clinician"]).values()) == {0}


@pytest.mark.parametrize("table", OF_PERSONS, ids=lambda table: table.name)
def test_nothing_can_be_changed_or_removed_across_organisations(connection, theirs, table):
    """An UPDATE or DELETE of everything, where the app role may do it at all, touches no row of the others."""
    del theirs
    before = places(connection, table)
    ours = Place(connection, "ours")
    assert before < places(connection, table)
    column = next(column for column in table.c if not column.primary_key)
    for user_id in (*ours.staff.values(), ours.person["id"]):
        for statement in (sa.update(table).values({column.name: column}), sa.delete(table)):
            acting.act_as(connection, user_id)
            attempt = connection.begin_nested()
            with contextlib.suppress(sa.exc.ProgrammingError):  # refused by a right or a policy
                connection.execute(statement)
                assert before <= places(connection, table)
            attempt.rollback()


def places(connection: sa.Connection, table: sa.Table) -> set[str]:
    """Where the rows of a table lie, which any change of them changes."""
    with as_owner(connection):
        return set(connection.execute(sa.text(f'SELECT ctid::text FROM "{table.name}"')).scalars())


def test_nobody_gives_themselves_a_role_or_another_organisation(connection, ours, theirs):
    for change in ({"role": "administrator"}, {"organisation_id": theirs.id}):
        acting.act_as(connection, ours.staff["operator"])
        attempt = connection.begin_nested()
        with pytest.raises(sa.exc.ProgrammingError, match=r"row-level security|permission denied"):
            connection.execute(sa.update(users_table).values(**change))
        attempt.rollback()


def test_nobody_answers_for_somebody_else(connection, ours, theirs):
    acting.act_as(connection, ours.person["id"])
    for of in (theirs.session, ours.session | {"id": uuid.uuid4()}):
        attempt = connection.begin_nested()
        with pytest.raises((sa.exc.ProgrammingError, sa.exc.IntegrityError)):
            connection.execute(
                sa.insert(events).values(id=uuid.uuid4(), session_id=of["id"], kind="page_hidden", at=NOW)
            )
        attempt.rollback()


def test_nobody_draws_for_somebody_else(connection, ours, theirs):
    with as_owner(connection):
        connection.execute(sa.delete(drawings_table))
        places = sa.select(questions.c.id).where(questions.c.session_id == theirs.session["id"])
        question_id = connection.execute(places).scalar_one()
    for user_id in (ours.person["id"], *theirs.staff.values()):
        acting.act_as(connection, user_id)
        attempt = connection.begin_nested()
        with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
            connection.execute(sa.insert(drawings_table).values(question_id=question_id, sealed=b"forged"))
        attempt.rollback()


def test_without_its_policies_the_wall_would_fall(connection, ours, theirs):
    """What the tests above see is the policies' doing: without the row security, or with an open policy, it fails."""
    del theirs
    acting.act_as(connection, ours.staff["clinician"])
    with as_owner(connection):
        connection.execute(sa.text("DROP POLICY sessions_seen ON sessions"))
    assert seen(connection, ours.staff["clinician"])["sessions"] == 0
    with as_owner(connection):
        connection.execute(sa.text("CREATE POLICY open ON sessions FOR SELECT USING (true)"))
    found = seen(connection, ours.staff["clinician"])
    assert found["sessions"] == 2
    assert found["scores"] == 2  # what hangs on a session is seen by whoever sees the session, by one rule


def test_the_name_may_be_that_of_the_identity_provider(connection, ours):
    with as_owner(connection):
        statement = sa.update(users_table).where(users_table.c.id == ours.staff["clinician"])
        connection.execute(statement.values(clerk_id="user_2abc"))
    connection.execute(sa.text("SET LOCAL app.current_user_id = 'user_2abc'"))
    assert connection.execute(sa.select(sa.func.acting_user())).scalar() == ours.staff["clinician"]
    policies = connection.execute(sa.text("SELECT polname FROM pg_policy WHERE polrelid = 'users'::regclass")).scalars()
    assert "users_policy" in set(policies)


def test_the_metadata_names_every_table(connection):
    names = set(connection.execute(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars())
    assert names == {table.name for table in metadata.sorted_tables} | WITHOUT_PERSONS
