"""The last wall: what PostgreSQL itself lets the app role see, whatever the code above asks for."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
import sqlalchemy as sa

from builders import NOW, as_owner, participant, put, recording, session, spoken
from cognitive_assessment.records.speech import Transcript
from cognitive_assessment.store import (
    acting,
    drawings,
    identities,
    invitations,
    passkeys,
    roles,
    scores,
    second_factors,
    sign_in_steps,
    sign_in_uses,
    sign_ins,
    users,
)
from cognitive_assessment.store import tables as t
from cognitive_assessment.store.engine import make_engine, transaction

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
# What only the owner reads: the chain of the log.
OF_THE_OWNER = {"audit_chain"}
# What names nobody: a row is not seen until it has ended, and then it is anybody's to forget.
OF_NOBODY = {"used_identity_tokens"}
GUARDED = [table for table in t.metadata.sorted_tables if table.name not in WITHOUT_PERSONS | OF_THE_OWNER | OF_NOBODY]
# What only its owner and, to end it, an administrator come to.
ACCOUNT = {"second_factors", "recovery_codes", "passkeys", "passkey_challenges", "sign_in_steps", "sign_in_uses"}


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
            connection.execute(sa.insert(t.organisations).values(id=self.id, name=name))
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
        connection.execute(sa.insert(t.events).values(id=uuid.uuid4(), session_id=self.session["id"], kind="x", at=NOW))
        scores.add_result(connection, self.session["id"], [], {}, seal=None, unseal=None)
        values = {name: {} for name in ("values", "evidence", "versions")}
        connection.execute(
            sa.insert(t.scores).values(
                id=uuid.uuid4(), question_id=row["id"], status="scored", rule="r", outcome="done", **values
            )
        )
        sign_ins.start(connection, self.person["id"], lasts=NOW - NOW)
        acting.act_as(connection, self.staff["clinician"])
        connection.execute(
            sa.insert(t.overrides).values(
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
        self._make_account(connection, self.staff["clinician"])
        with as_owner(connection):
            gone = {"organisation_id": self.id, "erased_at": NOW, "reason": "asked for"}
            connection.execute(sa.insert(t.erasures).values(user_id=uuid.uuid4(), erased_by="operator", **gone))
            connection.execute(sa.insert(t.recording_erasures).values(recording_id=uuid.uuid4(), **gone))

    def _make_account(self, connection: sa.Connection, user_id: uuid.UUID) -> None:
        """Everything that protects an account, and a sign-in that waits."""
        token = sign_ins.start(connection, user_id, lasts=NOW - NOW)
        sign_in_uses.start(connection, token, user_id, browser="Chromium", method="password")
        sign_in_steps.start(connection, user_id, "enrol")
        second_factors.propose(connection, user_id, b"sealed")
        second_factors.replace_recovery_codes(connection, user_id, [f"code of {user_id}"])
        passkeys.keep_challenge(connection, user_id.bytes, user_id)
        passkeys.add(
            connection, user_id=user_id, name="Key", credential_id=user_id.bytes, public_key=b"public", sign_count=0
        )


@pytest.fixture
def ours(connection):
    return Place(connection, "ours")


@pytest.fixture
def theirs(connection):
    return Place(connection, "theirs")


def seen(connection: sa.Connection, user_id: uuid.UUID | None) -> dict[str, int]:
    """How many rows of each table somebody sees, where there are any."""
    acting.act_as(connection, user_id)
    counts = {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in GUARDED
    }
    return {name: count for name, count in counts.items() if count}


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
OF_ALL = dict.fromkeys({"organisations", "consent_texts"}, 1)
OF_CARE = dict.fromkeys(CLINICAL | {"invitations", "consents"}, 1) | {"sign_ins": 2}
OWN_OF_PARTICIPANT = dict.fromkeys(CLINICAL | {"users", "invitations", "consents", "sign_ins"}, 1)
SEEN = {
    "clinician": OF_CARE | dict.fromkeys(ACCOUNT, 1) | {"users": 2},
    "researcher": dict.fromkeys(CLINICAL - {"transcripts", "drawings"}, 1) | {"users": 1},
    "administrator": OF_CARE
    | dict.fromkeys({"sign_in_steps", "passkey_challenges", "erasures", "recording_erasures"}, 1)
    | {"users": 5},
    "operator": {"users": 1},
}


def test_nobody_sees_nothing(connection, ours):
    del ours
    assert seen(connection, None) == seen(connection, uuid.uuid4()) == {}


def test_a_participant_sees_their_own_rows_and_no_more(connection, ours, theirs):
    del theirs
    assert seen(connection, ours.person["id"]) == OWN_OF_PARTICIPANT | OF_ALL


@pytest.mark.parametrize("role", SEEN)
def test_each_role_sees_its_part_of_its_own_organisation(connection, ours, theirs, role):
    del theirs
    found = seen(connection, ours.staff[role])
    assert (found.pop("audit_log", 0) > 0) == (role == "administrator")
    assert found == SEEN[role] | OF_ALL


def test_every_table_is_seen_by_somebody_and_the_chain_of_the_log_by_nobody_who_serves(connection):
    named = {*OWN_OF_PARTICIPANT, *OF_ALL, "audit_log"}.union(*SEEN.values())
    assert named == {table.name for table in GUARDED}
    for name in OF_THE_OWNER:
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), connection.begin_nested():
            connection.execute(sa.text(f"SELECT FROM {name}"))


def test_a_login_of_the_role_that_serves_sees_no_more(committed, database):
    """Not only the owner who has stepped down to its rights."""
    del committed
    with transaction() as connection:
        places = [Place(connection, name) for name in ("ours", "theirs")]
    engine = make_engine(database.app_url)
    with engine.connect() as login:
        assert seen(login, None) == {}
        for place in places:
            assert seen(login, place.person["id"]) == OWN_OF_PARTICIPANT | OF_ALL
            for role, expected in SEEN.items():
                found = seen(login, place.staff[role])
                assert found.pop("audit_log", 0) > 0 or role != "administrator"
                assert found == expected | OF_ALL
    engine.dispose()


def test_a_researcher_sees_identities_once_the_organisation_allows_it(connection, ours, theirs):
    del theirs
    acting.act_as(connection, ours.staff["administrator"])
    connection.execute(sa.update(t.organisations).values(researchers_see_identities=True))
    assert seen(connection, ours.staff["researcher"]) == dict.fromkeys(CLINICAL, 1) | {"users": 2} | OF_ALL


def test_who_was_deactivated_sees_nothing(connection, ours):
    acting.act_as(connection, ours.staff["administrator"])
    statement = sa.update(t.users).where(t.users.c.id == ours.staff["clinician"])
    assert connection.execute(statement.values(deactivated_at=sa.func.now())).rowcount == 1
    assert seen(connection, ours.staff["clinician"]) == {}


def attempts(table: sa.Table) -> dict[str, sa.Executable]:
    """An UPDATE and a DELETE of every row. Neither reads a row, so no policy about reading shields what it reaches."""
    may_change = re.search(r"UPDATE \(([^)]*)\)", roles.RIGHTS.get(table.name, ""))
    columns = [table.c[name] for name in may_change[1].split(", ")] if may_change else [*table.c]
    column = next(
        column for column in columns if column.nullable or column.server_default is not None or not may_change
    )
    return {
        "UPDATE": sa.text(f'UPDATE "{table.name}" SET {column.name} = DEFAULT'),
        "DELETE": sa.delete(table),
    }


def may(table: sa.Table, operation: str) -> bool:
    return operation in roles.RIGHTS.get(table.name, "")


def reach(connection: sa.Connection, place: Place, table: sa.Table, operation: str) -> tuple[int, set[str]]:
    """How many rows everybody of a place changes or removes, and where rows lay that are not there any more."""
    count, before, gone = 0, places(connection, table), set()
    for user_id in (*place.staff.values(), place.person["id"]):
        acting.act_as(connection, user_id)
        attempt = connection.begin_nested()
        count += connection.execute(attempts(table)[operation]).rowcount
        gone |= before - places(connection, table)
        attempt.rollback()
    return count, gone


@pytest.mark.parametrize("operation", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("table", GUARDED, ids=lambda table: table.name)
def test_nothing_can_be_changed_or_removed_across_organisations(connection, theirs, table, operation):
    """What the role that serves may change or remove at all it reaches in its own organisation, and in no other."""
    before = places(connection, table)
    ours = Place(connection, "ours")
    assert before < places(connection, table)
    if may(table, operation):
        count, gone = reach(connection, ours, table, operation)
        assert count > 0
        assert not gone & before
    else:
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            reach(connection, theirs, table, operation)


def test_any_open_policy_of_changing_or_removing_is_found(connection, theirs):
    """The test above is red for each of them that lets everybody come to every row."""
    before = {table.name: places(connection, table) for table in GUARDED}
    ours = Place(connection, "ours")
    query = sa.text(
        "SELECT tablename, policyname, cmd FROM pg_policies WHERE policyname <> 'owner'"
        " AND cmd IN ('UPDATE', 'DELETE', 'ALL')"
    )
    opened = 0
    for name, policy, command in connection.execute(query).all():
        if name in OF_NOBODY:
            continue
        table = t.metadata.tables[name]
        for operation in {"UPDATE", "DELETE"} & ({command} if command != "ALL" else {"UPDATE", "DELETE"}):
            if not may(table, operation):
                continue
            attempt = connection.begin_nested()
            with as_owner(connection):
                check = "" if command == "DELETE" else "WITH CHECK (true)"
                connection.execute(sa.text(f"ALTER POLICY {policy} ON {name} USING (true) {check}"))
            assert reach(connection, ours, table, operation)[1] & before[name], (name, policy, operation)
            attempt.rollback()
            opened += 1
    assert opened >= sum(may(table, operation) for table in GUARDED for operation in ("UPDATE", "DELETE"))


def places(connection: sa.Connection, table: sa.Table) -> set[str]:
    """Where the rows of a table lie, which any change of them changes."""
    with as_owner(connection):
        return set(connection.execute(sa.text(f'SELECT ctid::text FROM "{table.name}"')).scalars())


def test_a_used_token_of_a_provider_is_there_until_it_has_ended_whoever_asks(connection, ours):
    table, a_minute = t.used_identity_tokens, dt.timedelta(minutes=1)
    live, ended = (dt.datetime.now(dt.UTC) + by for by in (a_minute, -a_minute))
    everybody = (None, *ours.staff.values(), ours.person["id"])
    for user_id in everybody:
        acting.act_as(connection, ours.staff["clinician"])
        assert identities.use_token(connection, f"{user_id} live", live)
        assert identities.use_token(connection, f"{user_id} ended", ended)
        acting.act_as(connection, user_id)
        assert connection.execute(sa.select(table.c.ends_at)).scalars().all() == ([ended] if user_id else [])
        assert connection.execute(sa.delete(table)).rowcount == (1 if user_id else 0)
        for query in (sa.select(table.c.token_hash), sa.update(table).values(ends_at=ended)):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), connection.begin_nested():
                connection.execute(query)
    acting.act_as(connection, None)
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), connection.begin_nested():
        identities.use_token(connection, "of nobody", live)
    assert len(places(connection, table)) == len(everybody)
    with as_owner(connection):
        connection.execute(sa.text("ALTER POLICY ended_forgotten ON used_identity_tokens USING (true)"))
    assert connection.execute(sa.delete(table)).rowcount == len(everybody), "an open policy is found"


def test_nobody_gives_themselves_a_role_or_another_organisation(connection, ours, theirs):
    for change in ({"role": "administrator"}, {"organisation_id": theirs.id}):
        acting.act_as(connection, ours.staff["operator"])
        attempt = connection.begin_nested()
        with pytest.raises(sa.exc.ProgrammingError, match=r"row-level security|permission denied"):
            connection.execute(sa.update(t.users).values(**change))
        attempt.rollback()


def test_nobody_answers_for_somebody_else(connection, ours, theirs):
    acting.act_as(connection, ours.person["id"])
    for of in (theirs.session, ours.session | {"id": uuid.uuid4()}):
        attempt = connection.begin_nested()
        with pytest.raises((sa.exc.ProgrammingError, sa.exc.IntegrityError)):
            connection.execute(
                sa.insert(t.events).values(id=uuid.uuid4(), session_id=of["id"], kind="page_hidden", at=NOW)
            )
        attempt.rollback()


def test_nobody_draws_for_somebody_else(connection, ours, theirs):
    with as_owner(connection):
        connection.execute(sa.delete(t.drawings))
        places = sa.select(t.questions.c.id).where(t.questions.c.session_id == theirs.session["id"])
        question_id = connection.execute(places).scalar_one()
    for user_id in (ours.person["id"], *theirs.staff.values()):
        acting.act_as(connection, user_id)
        attempt = connection.begin_nested()
        with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
            connection.execute(sa.insert(t.drawings).values(question_id=question_id, sealed=b"forged"))
        attempt.rollback()


def test_without_its_policies_the_wall_would_fall(connection, ours, theirs):
    """What the tests above see is the policies' doing: without the row security, or with an open policy, it fails."""
    del theirs
    acting.act_as(connection, ours.staff["clinician"])
    with as_owner(connection):
        connection.execute(sa.text("DROP POLICY sessions_seen ON sessions"))
    assert "sessions" not in seen(connection, ours.staff["clinician"])
    with as_owner(connection):
        connection.execute(sa.text("CREATE POLICY open ON sessions FOR SELECT USING (true)"))
    found = seen(connection, ours.staff["clinician"])
    assert found["sessions"] == 2
    assert found["scores"] == 2  # what hangs on a session is seen by whoever sees the session, by one rule


def test_the_name_may_be_that_of_the_identity_provider(connection, ours):
    with as_owner(connection):
        statement = sa.update(t.users).where(t.users.c.id == ours.staff["clinician"])
        connection.execute(statement.values(clerk_id="user_2abc"))
    connection.execute(sa.text("SET LOCAL app.current_user_id = 'user_2abc'"))
    assert connection.execute(sa.select(sa.func.acting_user())).scalar() == ours.staff["clinician"]
    policies = connection.execute(sa.text("SELECT polname FROM pg_policy WHERE polrelid = 'users'::regclass")).scalars()
    assert "users_policy" in set(policies)


def test_the_metadata_names_every_table(connection):
    names = set(connection.execute(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars())
    assert names == {table.name for table in t.metadata.sorted_tables} | WITHOUT_PERSONS
