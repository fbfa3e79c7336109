"""Nothing is kept without consent; what was agreed to can be shown; whoever withdraws is heard at once."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from api_clients import (
    OPENING,
    TEXT,
    Person,
    Upload,
    leave_out_the_rest,
    make_staff,
    require_problem,
    session_body,
    skipped_body,
)
from builders import NOW, agree, as_owner, owner_transaction, participant, recording, session
from cognitive_assessment.consent import ConsentText, standard
from cognitive_assessment.errors import NoConsent
from cognitive_assessment.store import consents, job_queue, person_rows
from cognitive_assessment.store.tables import consent_texts, events, organisations
from cognitive_assessment.store.tables import consents as consents_table
from cognitive_assessment.store.tables import sessions as sessions_table

# A change of the words needs a new version, so that everybody is asked anew.
RELEASED = {"2026-11": "07877614275300320c5301be8385e6875a13ee54a0d0007b1c46159b86d9511b"}


def now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


def give(person: Person, sha256: str = TEXT.sha256):
    return person("POST", "/api/me/consent", json={"sha256": sha256, "given_at": now()})


def withdraw(person: Person, data: str = "keep"):
    return person("POST", "/api/me/consent/withdraw", json={"data": data, "at": now()})


def asked(person: Person) -> dict:
    return person("GET", "/api/me/consent").get_json()


def begin(person: Person, **changes):
    return person("POST", "/api/sessions", json=session_body(**changes))


def skip(person: Person, session: dict):
    return person("PUT", f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}", json=skipped_body())


def rows_of(table: sa.Table) -> list[dict]:
    with owner_transaction() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def test_the_standard_words_are_those_of_their_version():
    assert TEXT.sha256 == RELEASED[TEXT.version], "the words have changed: give them a new version"
    assert standard("en-GB") == standard("xx") == TEXT
    assert ConsentText.of(TEXT.document()).sha256 == TEXT.sha256


def test_what_was_shown_is_kept_with_when_how_and_by_whom(invite):
    person = invite()
    before = asked(person)
    assert (before["state"], before["is_to_ask"], before["history"]) == ("none", True, [])
    assert before["text"] == {**TEXT.document(), "sha256": TEXT.sha256}
    answer = give(person)
    assert answer.status_code == 201
    assert give(person).get_json() == answer.get_json(), "the same again is harmless"
    (kept,) = answer.get_json()["history"]
    assert (kept["operation"], kept["done_by"], kept["version"]) == ("given", "participant", TEXT.version)
    (row,) = rows_of(consents_table)
    assert str(row["recorded_by"]) == person.user["id"]
    (words,) = rows_of(consent_texts)
    assert ConsentText.of(words) == TEXT


def test_a_session_begins_with_a_consent_to_the_present_words_only(invite):
    person = invite()
    body = require_problem(begin(person, consent=None), 409, "no_consent")
    assert "GET /api/me/consent" in body["remedy"]
    other = {"text_version": "2020-01", "sha256": "0" * 64, "given_at": now()}
    assert "changed" in require_problem(begin(person, consent=other), 409, "conflict")["detail"]
    require_problem(give(person, "0" * 64), 409, "conflict")
    require_problem(give(person, "none"), 422)
    assert give(person).status_code == 201
    assert begin(person, consent=None).status_code == 201, "it was given before"


def test_after_a_withdrawal_the_session_is_over_and_nothing_more_is_kept(participant, session, upload):
    assert upload.create(10).status_code == 201
    assert skip(participant, session).status_code == 201
    done = withdraw(participant)
    assert (done.status_code, done.get_json()["ended_sessions"], done.get_json()["data_choice"]) == (200, 1, "keep")
    assert withdraw(participant).get_json()["ended_sessions"] == 0, "repeating it is harmless"
    require_problem(upload.patch(0, OPENING), 409, "no_consent")
    require_problem(Upload(participant, session["id"]).create(5), 409, "no_consent")
    require_problem(skip(participant, session), 409, "no_consent")
    require_problem(begin(participant, consent=None), 409, "no_consent")
    found = participant("GET", f"/api/sessions/{session['id']}").get_json()
    assert (found["state"], len(found["answered"])) == ("withdrawn", 1), "what was given is kept"
    assert asked(participant)["is_to_ask"] is True
    assert withdraw(participant, "erase").get_json()["data_choice"] == "erase", "erasure can still be asked for"
    assert withdraw(participant).get_json()["data_choice"] == "erase"
    assert begin(participant).status_code == 201, "who agrees anew takes part anew"
    require_problem(upload.patch(0, OPENING), 409, "no_consent")
    require_problem(Upload(participant, session["id"]).create(5), 409, "no_consent")
    require_problem(skip(participant, session), 409)
    assert upload.offset() == 0, "what was withdrawn stays so"


def test_after_a_withdrawal_the_session_has_no_end_no_result_and_no_word_more(participant, session):
    path = f"/api/sessions/{session['id']}"
    count = leave_out_the_rest(participant, session)
    event = {"id": str(uuid.uuid4()), "kind": "focus_lost", "at": now(), "detail": {}}
    calls = {
        "complete": {"question_count": count},
        "events": {"events": [event]},
        "satisfaction": {"rating": 5, "comment": "A word more."},
    }
    withdraw(participant)
    for agreed_anew in (False, True):
        for call, body in calls.items():
            require_problem(participant("POST", f"{path}/{call}", json=body), 409, "no_consent")
        assert agreed_anew or give(participant).status_code == 201
    (kept,) = rows_of(sessions_table)
    assert (kept["state"], kept["completed_at"], kept["satisfaction"]) == ("withdrawn", None, None)
    assert rows_of(events) == []
    with owner_transaction() as connection:
        assert "todo" not in job_queue.counts(connection)
        with pytest.raises(sa.exc.ProgrammingError, match="stays so"), connection.begin_nested():
            connection.execute(sa.update(sessions_table).values(state="open"))


def test_what_is_told_after_the_end_is_kept_until_consent_is_withdrawn(participant, session):
    path = f"/api/sessions/{session['id']}"
    complete = {"question_count": leave_out_the_rest(participant, session)}
    assert participant("POST", f"{path}/complete", json=complete).status_code == 202
    assert participant("POST", f"{path}/satisfaction", json={"rating": 5}).status_code == 204
    withdraw(participant)
    assert participant("POST", f"{path}/complete", json=complete).status_code == 202, "the same again is harmless"
    require_problem(participant("POST", f"{path}/satisfaction", json={"rating": 1}), 409, "no_consent")
    assert [row["satisfaction"]["rating"] for row in rows_of(sessions_table)] == [5]


def test_nothing_is_there_to_withdraw_before_anything_was_given(invite):
    require_problem(withdraw(invite()), 409, "conflict")
    assert withdraw(invite("P-2"), "erase").status_code == 200
    require_problem(invite("P-3")("POST", "/api/me/consent/withdraw", json={"data": "sell", "at": now()}), 422)


def test_staff_beside_a_participant_record_both_and_are_named(invite, staff, foreign_staff, stranger):
    person = invite()
    path = f"/api/participants/{person.user['id']}"
    body = {"sha256": TEXT.sha256, "given_at": now()}
    given = staff("POST", f"{path}/consent", json=body)
    assert (given.status_code, given.get_json()["consent"]["history"][0]["done_by"]) == (201, "staff")
    assert asked(person)["is_to_ask"] is False
    assert begin(person, consent=None).status_code == 201
    ended = staff("POST", f"{path}/consent/withdraw", json={"data": "erase", "at": now()}).get_json()
    require_problem(staff("POST", f"{path}/consent", json=body), 409)  # only they themselves can take that back
    assert (ended["ended_sessions"], ended["done_by"]) == (1, "staff")
    listed = staff("GET", "/api/sessions").get_json()["sessions"]
    assert listed[0]["result_status"] == "withdrawn"
    for outsider in (foreign_staff, stranger):
        require_problem(outsider("POST", f"{path}/consent", json=body), 404)
        require_problem(outsider("POST", f"{path}/consent/withdraw", json={"data": "keep", "at": now()}), 404)
    require_problem(staff("GET", f"/api/participants/{staff.user['id']}"), 404)


def test_what_is_said_beside_staff_is_recorded_by_them_and_takes_no_erasure_back(app, staff):
    made = staff("POST", "/api/invitations", json={"participant_label": "P-1"}).get_json()
    here = f"/api/invitations/{made['invitation_id']}/begin-here"

    def signed_in(answer):
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return Person(app.test_client(use_cookies=False), answer.get_json()["token"])

    beside = signed_in(staff("POST", here))
    assert begin(beside).status_code == 201
    assert [(row["done_by"], str(row["recorded_by"])) for row in rows_of(consents_table)] == [
        ("staff", staff.user["id"])
    ]
    assert withdraw(beside, "erase").get_json()["done_by"] == "staff"
    assert "by their own link" in require_problem(give(beside), 409, "conflict")["remedy"]
    require_problem(begin(beside), 409, "conflict")
    require_problem(staff("POST", here), 409, "conflict")
    accept = {"token": made["token"]}
    alone = signed_in(app.test_client(use_cookies=False).post("/api/invitations/accept", json=accept))
    assert give(alone).get_json()["history"][0]["done_by"] == "participant", "by their own link they may"
    assert withdraw(alone, "erase").get_json()["done_by"] == "participant"
    assert beside("GET", "/api/me").status_code == 401, "what staff had begun is over"
    assert alone("GET", "/api/me").status_code == 200
    require_problem(staff("POST", here), 409, "conflict")


def test_who_is_no_staff_any_more_records_nothing(app, staff):
    administrator = make_staff(app, "root@example.org", role="administrator")
    made = staff("POST", "/api/invitations", json={"participant_label": "P-1"}).get_json()
    token = staff("POST", f"/api/invitations/{made['invitation_id']}/begin-here").get_json()["token"]
    person = Person(app.test_client(use_cookies=False), token)
    path = f"/api/staff/{staff.user['id']}"
    assert administrator("PATCH", path, json={"is_active": False}).status_code == 200
    require_problem(give(person), 409, "conflict")
    assert rows_of(consents_table) == []


def test_an_organisation_has_its_own_words_and_a_new_version_asks_anew(app, participant, session):
    administrator = make_staff(app, "root@example.org", role="administrator")
    own = {"title": "Consent", "paragraphs": ["One.", "Two."], "agreement": "Yes."}
    published = administrator("PUT", "/api/organisation/consent-text", json=own).get_json()
    assert (published["is_own"], published["text"]["version"], published["standard"]["version"]) == (
        True,
        "own-1",
        TEXT.version,
    )
    found = asked(participant)
    assert (found["is_to_ask"], found["text"]["paragraphs"]) == (True, ["One.", "Two."])
    assert skip(participant, session).status_code == 201, "what was agreed to before still holds for what is under way"
    require_problem(give(participant), 409, "conflict")  # the words of before
    assert give(participant, found["text"]["sha256"]).status_code == 201
    assert [one["version"] for one in asked(participant)["history"]] == ["own-1", TEXT.version]
    again = administrator("PUT", "/api/organisation/consent-text", json=own).get_json()
    assert again["text"]["version"] == "own-1", "the same words are no new version"
    assert asked(participant)["is_to_ask"] is False


def test_the_words_of_one_organisation_are_not_those_of_another(app):
    other = uuid.uuid4()
    with owner_transaction() as connection:
        connection.execute(sa.insert(organisations).values(id=other, name="Third"))
    ours, theirs = (
        make_staff(app, f"root@{name}.example", role="administrator", organisation_id=of)
        for name, of in (("ours", None), ("theirs", other))
    )
    ours("PUT", "/api/organisation/consent-text", json={"title": "A", "paragraphs": ["B"], "agreement": "C"})
    assert theirs("GET", "/api/organisation/consent-text").get_json()["is_own"] is False


@pytest.mark.parametrize(
    "change",
    [{"title": " "}, {"paragraphs": []}, {"paragraphs": [""]}, {"agreement": ""}, {"locale": "../en"}],
    ids=str,
)
def test_words_that_say_nothing_are_refused(app, change):
    administrator = make_staff(app, "root@example.org", role="administrator")
    body = {"title": "Consent", "paragraphs": ["One."], "agreement": "Yes.", **change}
    require_problem(administrator("PUT", "/api/organisation/consent-text", json=body), 422)


def test_rows_of_consent_only_grow_for_the_owner_too(connection):
    person = participant_row(connection)
    for statement in ("UPDATE consents SET told_at = now()", "DELETE FROM consents"):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), connection.begin_nested():
            connection.execute(sa.text(statement))
    with as_owner(connection):
        for table in ("consents SET done_by = 'staff'", "consent_texts SET title = ''"):
            with pytest.raises(sa.exc.ProgrammingError, match="only grows"), connection.begin_nested():
                connection.execute(sa.text(f"UPDATE {table}"))
        given = person_rows.of_person(connection, person["id"])
    assert [row["operation"] for row in given["consents"]] == ["given"]
    assert [row["sha256"] for row in given["consent_texts"]] == [TEXT.sha256]


def test_nobody_agrees_for_somebody_else(connection):
    person, other = participant_row(connection), participant(connection, label="P-2")
    row = {"id": uuid.uuid4(), "user_id": person["id"], "organisation_id": person["organisation_id"], "told_at": NOW}
    row |= {"operation": "withdrawn", "data_choice": "erase"}
    for claimed in (
        {"done_by": "participant", "recorded_by": person["id"]},
        {"done_by": "participant", "recorded_by": other["id"]},
        {"done_by": "staff", "recorded_by": other["id"]},
    ):
        with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), connection.begin_nested():
            connection.execute(sa.insert(consents_table).values(**row, **claimed))


def test_the_store_keeps_no_recording_without_consent(connection):
    person = participant(connection)
    of = session(connection, person)
    by = {"by": "participant", "recorded_by": person["id"], "told_at": NOW}
    consents.withdraw(connection, person, data="keep", **by)
    with pytest.raises(NoConsent):
        recording(connection, of, question_id=uuid.uuid4())


def test_who_asked_to_be_erased_is_found_until_they_agree_anew(connection):
    person = participant_row(connection)
    by = {"by": "participant", "recorded_by": person["id"], "told_at": NOW}
    consents.withdraw(connection, person, data="erase", **by)
    assert [row["user_id"] for row in asked_for(connection)] == [person["id"]]
    agree(connection, person)
    assert asked_for(connection) == []


def asked_for(connection):
    with as_owner(connection):
        return consents.erasures_asked_for(connection)


def participant_row(connection):
    person = participant(connection)
    agree(connection, person)
    return person
