"""Passkeys: set up, used after a password and instead of one, and every answer that proves nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from api_clients import PASSWORD, Person, make_staff, require_problem
from builders import owner_transaction
from cognitive_assessment import config
from cognitive_assessment.store.engine import transaction
from soft_passkey import PRESENT, SoftPasskey


def add(staff, passkey, name="Laptop"):
    options = staff("POST", "/api/me/passkeys/options").get_json()
    return staff("POST", "/api/me/passkeys", json={"name": name, "credential": passkey.create(options)})


def ask(person):
    answer = person("POST", "/api/sign-in/passkey/options")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def prove(person, credential):
    return person("POST", "/api/sign-in/passkey", json={"credential": credential})


def after_password(app):
    client = app.test_client(use_cookies=False)
    body = client.post("/api/sign-in", json={"email": "ada@example.org", "password": PASSWORD}).get_json()
    return Person(client, body["token"]), body


@pytest.fixture
def passkey(staff):
    made = SoftPasskey()
    answer = add(staff, made)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert len(answer.get_json()["recovery_codes"]) == 10
    return made


@pytest.mark.parametrize("is_taken", [True, False])
def test_rsa_keys_of_devices_are_asked_for_only_where_2048_bits_are_taken(staff, monkeypatch, is_taken):
    monkeypatch.setenv("CAS_RSA_2048", "on" if is_taken else "off")
    config.settings.cache_clear()
    asked = staff("POST", "/api/me/passkeys/options").get_json()["pubKeyCredParams"]
    assert [one["alg"] for one in asked] == [-8, -7, *([-257] if is_taken else [])]
    config.settings.cache_clear()


def test_a_passkey_is_asked_for_after_the_password_and_proves_it(app, staff, passkey):
    pending, body = after_password(app)
    assert (body["next"], body["methods"]) == ("second_factor", ["passkey", "recovery_code"])
    options = ask(pending)
    assert options["userVerification"] == "required"
    assert len(options["allowCredentials"]) == 1
    done = prove(pending, passkey.get(options))
    assert done.status_code == 200
    full = Person(pending.client, done.get_json()["token"])
    assert full("GET", "/api/sessions").status_code == 200
    assert full("GET", "/api/me/account").get_json()["passkeys"][0]["used_at"] is not None


def test_a_passkey_alone_lets_its_owner_in(nobody, staff, passkey):
    options = ask(nobody)
    assert options["allowCredentials"] == []
    done = prove(nobody, passkey.get(options))
    assert done.get_json()["user"]["email"] == "ada@example.org"
    assert Person(nobody.client, done.get_json()["token"])("GET", "/api/me").status_code == 200


def test_an_answer_works_once(nobody, passkey):
    answer = passkey.get(ask(nobody))
    assert prove(nobody, answer).status_code == 200
    require_problem(prove(nobody, answer), 401)


def test_an_answer_to_another_question_proves_nothing(app, nobody, passkey):
    require_problem(prove(nobody, passkey.get({"challenge": "AAAA"})), 401)
    pending, _ = after_password(app)
    require_problem(prove(nobody, passkey.get(ask(pending))), 401)  # asked of somebody else
    with transaction() as connection:
        connection.execute(sa.text("DELETE FROM passkey_challenges"))
    late = ask(nobody)
    with transaction() as connection:
        connection.execute(sa.text("DELETE FROM passkey_challenges"))
    require_problem(prove(nobody, passkey.get(late)), 401)


@pytest.mark.parametrize(
    "change",
    [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT}, {"flags": 0}],
    ids=["origin", "host", "person not verified", "nobody present"],
)
def test_a_passkey_of_another_site_or_without_its_person_proves_nothing(nobody, staff, passkey, change):
    for name, value in change.items():
        setattr(passkey, name, value)
    require_problem(prove(nobody, passkey.get(ask(nobody))), 401)
    other = SoftPasskey(**change)
    require_problem(add(staff, other), 422)


def test_a_copied_passkey_is_found_by_its_count(nobody, passkey):
    for _ in range(3):
        assert prove(nobody, passkey.get(ask(nobody))).status_code == 200
    passkey.sign_count = 0
    require_problem(prove(nobody, passkey.get(ask(nobody))), 401)


def test_another_key_under_the_same_name_proves_nothing(nobody, passkey):
    forged = SoftPasskey(credential_id=passkey.credential_id)
    require_problem(prove(nobody, forged.get(ask(nobody))), 401)
    require_problem(prove(nobody, SoftPasskey().get(ask(nobody))), 401)


def test_a_passkey_is_of_one_account(staff, foreign_staff, passkey):
    require_problem(add(foreign_staff, passkey), 409)
    mine = staff("GET", "/api/me/account").get_json()["passkeys"][0]["id"]
    require_problem(foreign_staff("DELETE", f"/api/me/passkeys/{mine}"), 404)
    assert staff("DELETE", f"/api/me/passkeys/{mine}").status_code == 204
    assert staff("GET", "/api/me/account").get_json()["passkeys"] == []


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": None},
        {"response": {"clientDataJSON": 7}},
        {"response": {"clientDataJSON": "e30"}, "rawId": 3},
        {"response": {"clientDataJSON": "not base64 !"}, "rawId": ""},
        {"rawId": "AAAA", "response": {"clientDataJSON": "bnVsbA"}},
    ],
    ids=str,
)
def test_what_is_no_answer_is_refused_in_words(staff, nobody, credential):
    require_problem(prove(nobody, credential), 422)
    body = {"name": "x", "credential": credential}
    require_problem(staff("POST", "/api/me/passkeys", json=body), 422)


def test_a_damaged_answer_proves_nothing(nobody, staff, passkey):
    for part in ("authenticatorData", "signature"):
        answer = passkey.get(ask(nobody))
        answer["response"][part] = "AAAA"
        require_problem(prove(nobody, answer), 401)
    options = staff("POST", "/api/me/passkeys/options").get_json()
    made = SoftPasskey().create(options)
    made["response"]["attestationObject"] = "AAAA"
    require_problem(staff("POST", "/api/me/passkeys", json={"name": "x", "credential": made}), 422)


@pytest.mark.parametrize(
    ("public_url", "host", "remedy"),
    [
        (None, "127.0.0.1:8000", "http://localhost:8000"),
        ("https://192.0.2.7", "192.0.2.7", "CAS_PUBLIC_URL"),
        ("https://[2001:db8::7]", "[2001:db8::7]", "CAS_PUBLIC_URL"),
    ],
)
def test_an_address_of_numbers_says_where_passkeys_work(app, staff, monkeypatch, public_url, host, remedy):
    if public_url:
        monkeypatch.setenv("CAS_PUBLIC_URL", public_url)
        config.settings.cache_clear()
    answer = staff("POST", "/api/me/passkeys/options", headers={"Host": host})
    assert remedy in require_problem(answer, 409)["remedy"]


def test_behind_a_public_name_passkeys_are_for_that_name_whatever_the_request_says(staff, nobody, monkeypatch):
    monkeypatch.setenv("CAS_PUBLIC_URL", "https://clinic.example.org")
    config.settings.cache_clear()
    require_problem(staff("POST", "/api/me/passkeys/options", headers={"Host": "evil.example"}), 421, "wrong_host")
    options = staff("POST", "/api/me/passkeys/options", headers={"Host": "127.0.0.1:8000"}).get_json()
    assert options["rp"]["id"] == "clinic.example.org"
    require_problem(add(staff, SoftPasskey()), 422)
    ours = SoftPasskey(origin="https://clinic.example.org", host="clinic.example.org")
    assert add(staff, ours).status_code == 200
    assert prove(nobody, ours.get(ask(nobody))).status_code == 200


def test_where_a_second_factor_is_required_a_passkey_is_one(app, monkeypatch):
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "on")
    config.settings.cache_clear()
    enrolling = make_staff(app, "ada@example.org")
    made = SoftPasskey()
    body = add(enrolling, made).get_json()
    assert len(body["recovery_codes"]) == 10
    full = Person(enrolling.client, body["token"])
    [kept] = full("GET", "/api/me/account").get_json()["passkeys"]
    require_problem(full("DELETE", f"/api/me/passkeys/{kept['id']}"), 409)  # the last one stays
    pending, body = after_password(app)
    assert (body["next"], body["methods"]) == ("second_factor", ["passkey", "recovery_code"])
    assert prove(pending, made.get(ask(pending))).status_code == 200


def test_the_passkey_of_a_closed_account_lets_nobody_in(nobody, staff, passkey):
    with owner_transaction() as connection:
        connection.execute(sa.text("UPDATE users SET deactivated_at = now()"))
    require_problem(prove(nobody, passkey.get(ask(nobody))), 401)


def test_who_signed_in_with_what_is_listed(app, nobody, staff, passkey):
    done = prove(nobody, passkey.get(ask(nobody))).get_json()
    listed = Person(nobody.client, done["token"])("GET", "/api/me/sign-ins").get_json()["sign_ins"]
    assert [one["method"] for one in listed] == ["passkey", "password"]
    assert [row["operation"] for row in audited()] == ["INSERT"]


def audited():
    query = "SELECT operation, new_values FROM audit_log WHERE table_name = 'passkeys' ORDER BY id"
    with owner_transaction() as connection:
        rows = [dict(row) for row in connection.execute(sa.text(query)).mappings()]
    assert all(row["new_values"].keys() == {"user_id"} for row in rows)
    return rows


def test_challenges_are_not_kept_for_ever(nobody, passkey):
    for _ in range(3):
        ask(nobody)
    with owner_transaction() as connection:
        connection.execute(sa.text("UPDATE passkey_challenges SET expires_at = now() - interval '1 second'"))
    ask(nobody)
    with owner_transaction() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM passkey_challenges")).scalar() == 1
