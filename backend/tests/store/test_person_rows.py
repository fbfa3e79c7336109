"""Whoever asks for everything gets it: each table that leads to a person is given, or excused by name."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from builders import as_owner, participant, put, recording, session, spoken
from cognitive_assessment.store import acting, person_rows
from cognitive_assessment.store.tables import metadata, passkeys, recording_erasures


def tables_of_persons() -> set[str]:
    """Every table from which references lead to `users`, and those that keep a person's number without one."""
    found = {"users", "erasures", "recording_erasures"}
    while True:
        more = {
            table.name
            for table in metadata.sorted_tables
            for key in table.foreign_keys
            if key.column.table.name in found
        } - found
        if not more:
            return found
        found |= more


def test_every_table_of_persons_is_given_or_excused(connection):
    person = participant(connection)
    with as_owner(connection):
        given = set(person_rows.of_person(connection, person["id"]))
    assert tables_of_persons() - given == person_rows.WITHOUT_CONTENT


def test_keys_are_not_given_and_others_of_a_list_are_not_named(connection):
    person = participant(connection)
    of = session(connection, person)
    question_id = uuid.uuid4()
    sound = recording(connection, of, question_id=question_id)
    put(connection, of, spoken(sound["id"]), question_id=question_id)
    stranger, none = str(uuid.uuid4()), str(uuid.uuid4())
    with as_owner(connection):
        for shown in ([str(of["id"]), stranger], [none]):
            acting.note_read(connection, "sessions", session_ids=shown)
        key = {"id": uuid.uuid4(), "user_id": person["id"], "name": "Telephone", "sign_count": 0}
        connection.execute(sa.insert(passkeys).values(credential_id=b"1", public_key=b"2", **key))
        gone = {"recording_id": sound["id"], "organisation_id": person["organisation_id"], "reason": "old"}
        connection.execute(sa.insert(recording_erasures).values(erased_at=sa.func.now(), **gone))
        acting.act_as(connection, None)
        acting.note_read(connection, "recordings", recording_id=str(sound["id"]))
        given = person_rows.of_person(connection, person["id"])
    assert [(row["name"], "public_key" in row) for row in given["passkeys"]] == [("Telephone", False)]
    assert [row["reason"] for row in given["recording_erasures"]] == ["old"]
    reads = [row["new_values"] for row in given["audit_log"] if row["operation"] == "READ"]
    assert reads == [{"session_ids": [str(of["id"])]}, {"session_ids": []}, {"recording_id": str(sound["id"])}]
    assert stranger not in repr(given)
