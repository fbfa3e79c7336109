from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from builders import as_owner, organisation, owner_transaction, participant, put, session, spoken
from cognitive_assessment.store import acting, audit, second_factors, users
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.tables import metadata, scores


def newest(connection):
    with as_owner(connection):
        return audit.listing(connection, limit=1)[0]


def test_a_change_is_audited_with_who_and_without_what_a_person_is_called(connection):
    person = participant(connection)
    with as_owner(connection):
        connection.execute(sa.text("UPDATE users SET display_name = 'P-9' WHERE id = :id"), {"id": person["id"]})
    logged = newest(connection)
    assert (logged["table_name"], logged["operation"], logged["user_id"]) == ("users", "UPDATE", str(person["id"]))
    assert logged["organisation_id"] == person["organisation_id"]
    assert logged["old_values"] == logged["new_values"] == {"id": str(person["id"]), "display_name": "(in the row)"}


def test_no_answer_name_address_or_secret_is_in_the_log(connection):
    person = participant(connection, label="Mrs Example")
    of = session(connection, person)
    put(connection, of, spoken(of["id"]))
    with as_owner(connection):
        users.add_staff(
            connection,
            organisation_id=person["organisation_id"],
            email="ada@example.org",
            display_name="Dr Ada",
            password="correct horse battery staple",
            role="clinician",
        )
        text = str(connection.execute(sa.text("SELECT jsonb_agg(to_jsonb(a)) FROM audit_log a")).scalar())
    assert text.count("INSERT") >= 4
    for told in ("Mrs Example", "ada@example.org", "Dr Ada", "argon2", "onset_latency", "text_version"):
        assert told not in text


MARK = "quite distinctive"
NUMBERS = {sa.Float: 0.4711471, sa.Integer: 47114711, sa.BigInteger: 47114712}
AUDITED = "SELECT relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE tgfoid = 'record_audit'::regproc"


def told(connection, row):
    with as_owner(connection):
        return connection.execute(sa.select(sa.func.audited(sa.cast(row, JSONB)))).scalar()


def test_nothing_that_a_machine_or_a_person_made_of_an_answer_is_in_the_log(connection):
    person = participant(connection)
    row, _ = put(connection, session(connection, person), spoken(uuid.uuid4()))
    made = {"values": {"points": 0.4711}, "evidence": [MARK], "versions": {"software": "0.1.0"}, "reason": MARK}
    found = {"status": "needs_review", "outcome": "doubtful", "expected": 0.4712, "probability_right": 0.4713}
    score = {"id": uuid.uuid4(), "question_id": row["id"], "rule": "digit_span@1", "interval_90": [0.4714, 0.4715]}
    connection.execute(sa.insert(scores).values(**score, **made, **found))
    logged = newest(connection)["new_values"]
    assert (logged["rule"], logged["versions"]) == ("digit_span@1", {"software": "0.1.0"})
    assert logged["question_id"] == str(row["id"])
    for trace in ("0.471", MARK, "needs_review", "doubtful"):
        assert trace not in str(logged)


def test_no_other_free_text_number_or_document_of_any_audited_table_is_in_the_log(connection):
    """Also one of a column that is added later: what may be told is listed, not what may not."""
    tables = set(connection.execute(sa.text(AUDITED)).scalars())
    assert {"users", "sessions", "questions", "scores", "results", "overrides", "drawings"} <= tables
    shown = set()
    for table in (metadata.tables[name] for name in tables):
        kinds = (sa.Text, sa.Float, sa.Integer, JSONB)
        columns = [c for c in table.c if isinstance(c.type, kinds)]
        row = {c.name: next((n for kind, n in NUMBERS.items() if isinstance(c.type, kind)), MARK) for c in columns}
        shown |= {name for name, value in (told(connection, row) or {}).items() if value != "(in the row)"}
    assert shown == {
        *("role", "state", "operation", "done_by", "data_choice", "origin", "version", "rule", "versions"),
        *("recogniser", "recordings_kept_days", "persons_kept_days", "second_factor_reset_proof", "scan_finding"),
    }


def test_what_a_job_writes_is_the_workers_doing(connection):
    of = session(connection, participant(connection))
    acting.work_on(connection, of="session", row_id=of["id"])
    connection.execute(sa.text("INSERT INTO results VALUES (gen_random_uuid(), :id, '[]', '{}')"), {"id": of["id"]})
    assert newest(connection)["user_id"] == "worker"


def test_what_the_owner_does_is_named_after_the_role(connection):
    organisation(connection)
    assert newest(connection)["user_id"] == "cas_owner"


def test_the_log_keeps_how_somebody_proved_who_they_are_each_time(connection):
    owning = organisation(connection)["id"]
    email, words = "ada@example.org", "seven purple lamps at noon"
    with as_owner(connection):
        users.add_staff(
            connection,
            organisation_id=owning,
            email="ada@example.org",
            display_name="",
            password=words,
            role="operator",
        )
        for _ in range(2):
            second_factors.reset(connection, email, words, proof="video-call", by="operator ada")
        told = connection.execute(
            sa.text("SELECT count(*) FROM audit_log WHERE new_values->>'second_factor_reset_proof' = 'video-call'")
        ).scalar_one()
        assert newest(connection)["user_id"] == "operator ada"
    assert told == 2


def test_a_read_is_noted_with_what_was_shown(connection):
    person = participant(connection)
    acting.note_read(connection, "results", session_id="s")
    logged = newest(connection)
    assert (logged["operation"], logged["table_name"], logged["new_values"]) == ("READ", "results", {"session_id": "s"})
    assert logged["user_id"] == str(person["id"])


@pytest.fixture
def chained(committed):
    """Five rows and more, each of its own transaction."""
    for number in range(5):
        with transaction() as connection:
            participant(connection, label=f"P-{number}")


def verdict(**options):
    with owner_transaction() as connection:
        return audit.verify(connection, **options)


def tamper(statement):
    with owner_transaction() as connection:
        ids = list(connection.execute(sa.text("SELECT id FROM audit_log ORDER BY id")).scalars())
        assert connection.execute(sa.text(statement), {"id": ids[2], "last": ids[-1]}).rowcount
    return ids


def written_anew():
    """What whoever owns the database can do: another content, and a chain that goes with it."""
    with owner_transaction() as connection:
        connection.execute(sa.text("UPDATE audit_log SET user_id = 'somebody else'"))
        connection.execute(sa.text("DELETE FROM audit_chain"))
        connection.execute(sa.text("SELECT add_to_chain(a) FROM (SELECT * FROM audit_log ORDER BY id) a"))


@pytest.mark.usefixtures("chained")
class TestChain:
    def test_an_untouched_log_is_whole_and_stays_so_as_it_grows(self):
        first = verdict()
        assert first.faults == ()
        assert first.row_count >= 6
        with transaction() as connection:
            participant(connection, label="P-9")
        later = verdict(seen={"first": first.head})
        assert (later.faults, later.gone) == ((), ())
        assert later.head.position > first.head.position

    def test_what_is_rolled_back_leaves_no_gap(self):
        with transaction() as connection:
            undone = connection.begin_nested()
            participant(connection, label="P-9")
            undone.rollback()
        with transaction() as connection:
            participant(connection, label="P-10")
        assert verdict().faults == ()

    def test_a_removed_row_is_named(self):
        ids = tamper("DELETE FROM audit_log WHERE id = :id")
        assert verdict().faults == (f"Row {ids[2]} was removed.",)

    def test_a_changed_row_is_named(self):
        ids = tamper("UPDATE audit_log SET user_id = 'somebody else' WHERE id = :id")
        (fault,) = verdict().faults
        assert fault.startswith(f"Row {ids[2]} (INSERT of users")
        assert fault.endswith("was changed.")

    def test_a_row_put_in_beside_the_chain_is_named(self):
        with owner_transaction() as connection:
            connection.execute(sa.text("ALTER TABLE audit_log DISABLE TRIGGER chain"))
            row_id = connection.execute(
                sa.text("INSERT INTO audit_log (table_name, operation) VALUES ('users', 'READ') RETURNING id")
            ).scalar()
            connection.execute(sa.text("ALTER TABLE audit_log ENABLE TRIGGER chain"))
        assert verdict().faults == (f"Row {row_id} was put in beside the chain.",)

    def test_a_row_removed_together_with_its_link_is_seen(self):
        tamper("WITH gone AS (DELETE FROM audit_log WHERE id = :id) DELETE FROM audit_chain WHERE audit_id = :id")
        assert any("of the chain are missing" in fault for fault in verdict().faults)

    def test_an_end_that_was_cut_off_with_its_links_shows_against_the_remembered_one(self):
        head = verdict().head
        tamper("WITH gone AS (DELETE FROM audit_log WHERE id = :last) DELETE FROM audit_chain WHERE audit_id = :last")
        assert verdict().faults == ()
        assert verdict(seen={"before": head}).gone == ("before",)

    def test_one_that_was_written_anew_does_not_have_the_end_of_before(self):
        head = verdict().head
        written_anew()
        later = verdict(seen={"before": head, "now": verdict().head})
        assert (later.faults, later.gone, later.head.position) == ((), ("before",), head.position)

    def test_transactions_at_once_make_one_chain(self):
        import threading

        def grow() -> None:
            for _ in range(10):
                with transaction() as connection:
                    participant(connection)

        threads = [threading.Thread(target=grow) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = verdict()
        assert found.faults == ()
        assert found.head.position == found.row_count
