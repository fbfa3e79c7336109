"""One-time codes of an app and recovery codes: set up, asked for, used once, lost, and guessed at."""

from __future__ import annotations

import datetime as dt

import pyotp
import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from api_clients import PASSWORD, Person, code_of, make_staff, require_problem
from builders import owner_transaction
from cognitive_assessment import blobs, config
from cognitive_assessment.accounts import one_time_codes
from cognitive_assessment.store import acting, users
from cognitive_assessment.store.engine import make_engine, transaction
from cognitive_assessment.store.tables import recovery_codes, second_factors, sign_in_steps
from soft_passkey import SoftPasskey


@pytest.fixture
def required(app, monkeypatch):
    """A system whose staff need a second factor."""
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "on")
    config.settings.cache_clear()


@pytest.fixture
def as_owner(database):
    """Read and change what the role that serves may not."""
    owner = make_engine(database.owner_url)

    def run(statement):
        with owner.begin() as connection:
            found = connection.execute(sa.text(statement))
            return [dict(row) for row in found.mappings()] if found.returns_rows else []

    yield run
    owner.dispose()


def sign_in(app, *, email="ada@example.org", password=PASSWORD):
    client = app.test_client(use_cookies=False)
    answer = client.post("/api/sign-in", json={"email": email, "password": password})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    body = answer.get_json()
    return Person(client, body["token"], body["user"] or {}), body


def enrol(person):
    """Set up one-time codes; returns their secret, the recovery codes, and who is signed in afterwards."""
    secret = person("POST", "/api/me/one-time-codes").get_json()["secret"]
    confirmed = person("POST", "/api/me/one-time-codes/confirm", json={"code": code_of(secret, -1)})
    assert confirmed.status_code == 200, confirmed.get_data(as_text=True)
    body = confirmed.get_json()
    return secret, body["recovery_codes"], Person(person.client, body["token"] or person.token)


def prove(person, code):
    return person("POST", "/api/sign-in/second-factor", json={"code": code})


def test_a_code_is_asked_for_after_the_password_and_works_once(app, staff):
    other, _ = sign_in(app)
    secret, recovery, _ = enrol(staff)
    require_problem(other("GET", "/api/me"), 401)  # a changed protection ends the other sign-ins
    assert len(set(recovery)) == 10
    pending, body = sign_in(app)
    assert (body["next"], body["user"]) == ("second_factor", None)
    assert body["methods"] == ["one_time_code", "recovery_code"]
    code = code_of(secret)
    done = prove(pending, f" {code[:3]} {code[3:]} ")
    assert done.status_code == 200
    full = Person(pending.client, done.get_json()["token"])
    assert full.token != pending.token
    assert full("GET", "/api/sessions").status_code == 200
    require_problem(prove(pending, code_of(secret, 1)), 401)  # the sign-in that waited is over
    again, _ = sign_in(app)
    require_problem(prove(again, code), 401, "not_signed_in")
    assert prove(again, code_of(secret, 1)).status_code == 200


def by_operator(staff, administrator):
    del staff, administrator
    with owner_transaction() as connection:
        users.set_password(connection, "ada@example.org", "another good long passphrase")


def by_themselves(staff, administrator):
    del administrator
    body = {"current_password": PASSWORD, "new_password": "another good long passphrase"}
    assert staff("POST", "/api/me/password", json=body).status_code == 204


def by_administrator(staff, administrator):
    for is_active in (False, True):
        body = {"is_active": is_active}
        assert administrator("PATCH", f"/api/staff/{staff.user['id']}", json=body).status_code == 200


def by_signing_out_elsewhere(staff, administrator):
    del administrator
    assert staff("DELETE", "/api/me/sign-ins").status_code == 204


@pytest.mark.parametrize("end", [by_operator, by_themselves, by_administrator, by_signing_out_elsewhere])
def test_a_step_that_waits_ends_with_the_sign_ins(app, staff, monkeypatch, end, as_owner):
    """Whoever knew the old password and waits at the door does not come in after it was changed."""
    administrator = make_staff(app, "root@example.org", role="administrator")
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "on")
    config.settings.cache_clear()
    waiting, body = sign_in(app)
    assert body["next"] == "enrol"
    secret = waiting("POST", "/api/me/one-time-codes").get_json()["secret"]
    assert waiting("POST", "/api/me/passkeys/options").status_code == 200
    end(staff, administrator)
    require_problem(waiting("POST", "/api/me/one-time-codes"), 401)
    require_problem(waiting("POST", "/api/me/one-time-codes/confirm", json={"code": code_of(secret)}), 401)
    assert as_owner("SELECT 1 AS found FROM sign_in_steps UNION ALL SELECT 2 FROM passkey_challenges") == []


@pytest.mark.parametrize("next_step", ["second_factor", "enrol"])
def test_a_password_alone_opens_nothing_at_all(app, staff, monkeypatch, next_step):
    if next_step == "second_factor":
        enrol(staff)
    else:
        monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "on")
        config.settings.cache_clear()
    pending, body = sign_in(app)
    assert body["next"] == next_step
    opens = {"/api/sign-in", "/api/sign-out", "/api/sign-in/passkey", "/api/sign-in/passkey/options"}
    opens |= {"/api/sign-in/second-factor", "/api/sign-in/new-password"}
    if next_step == "enrol":
        opens |= {f"/api/me/{path}" for path in ("one-time-codes", "one-time-codes/confirm")}
        opens |= {f"/api/me/{path}" for path in ("passkeys", "passkeys/options")}
    public = (
        "/api/health",
        "/api/questions",
        "/api/browser-settings",
        "/api/openapi.json",
        "/api/docs",
        "/api/invitations/",
    )
    tried = 0
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<uuid:", "<").replace("<path:", "<")
        for name in rule.arguments:
            path = path.replace(f"<{name}>", "00000000-0000-4000-8000-000000000000")
        if not path.startswith("/api/") or path.startswith(public) or path == "/api/invitations/look":
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if method == "POST" and path in opens:
                continue
            tried += 1
            status = pending(method, path, json={} if method != "GET" else None).status_code
            assert status in {401, 404, 412, 415, 422}, (method, path, status)
    assert tried > 15
    for path in ("/api/me", "/api/me/account", "/api/sessions", "/api/invitations"):
        require_problem(pending("GET", path), 401, "not_signed_in")


def test_in_a_browser_the_step_is_kept_in_a_cookie_of_its_own_until_it_is_done(app, staff):
    secret, _, _ = enrol(staff)
    client = app.test_client()
    first = client.post("/api/sign-in", json={"email": "ada@example.org", "password": PASSWORD})
    [cookie] = first.headers.getlist("Set-Cookie")
    assert cookie.startswith("cas_sign_in_step=")
    for word in ("HttpOnly", "SameSite=Strict", "Path=/;", "Max-Age=600"):
        assert word in cookie
    assert client.get("/api/me").status_code == 401
    ours = {"Origin": "http://localhost"}
    away = client.post("/api/sign-in/second-factor", json={"code": code_of(secret)}, headers={"Origin": "https://x.y"})
    require_problem(away, 403, "cross_site")
    done = client.post("/api/sign-in/second-factor", json={"code": code_of(secret)}, headers=ours)
    assert done.status_code == 200
    assert client.get_cookie("cas_sign_in_step") is None
    assert client.get("/api/me").get_json()["user"]["email"] == "ada@example.org"


def test_a_step_that_waits_too_long_is_over(app, staff, as_owner):
    secret, _, _ = enrol(staff)
    pending, _ = sign_in(app)
    as_owner("UPDATE sign_in_steps SET ends_at = now() - interval '1 second'")
    require_problem(prove(pending, code_of(secret)), 401)
    sign_in(app)
    assert len(as_owner("SELECT * FROM sign_in_steps")) == 1  # what is over is forgotten


def test_a_recovery_code_works_once_however_it_is_typed(app, staff):
    _, recovery, _ = enrol(staff)
    pending, _ = sign_in(app)
    assert prove(pending, f" {recovery[3].lower().replace('-', ' ')} ").status_code == 200
    pending, _ = sign_in(app)
    require_problem(prove(pending, recovery[3]), 401)
    done = prove(pending, recovery[4])
    full = Person(pending.client, done.get_json()["token"])
    assert full("GET", "/api/me/account").get_json()["recovery_code_count"] == 8
    fresh = full("POST", "/api/me/recovery-codes").get_json()["recovery_codes"]
    pending, _ = sign_in(app)
    require_problem(prove(pending, recovery[5]), 401)
    assert prove(pending, fresh[5]).status_code == 200


def test_a_recovery_code_is_of_one_account_alone(app, staff, foreign_staff):
    enrol(staff)
    _, recovery, _ = enrol(foreign_staff)
    pending, _ = sign_in(app)
    require_problem(prove(pending, recovery[0]), 401)


def test_what_the_database_keeps_of_factors_can_be_used_by_nobody(app, staff, as_owner):
    secret, recovery, _ = enrol(staff)
    _, body = sign_in(app)
    kept = b"".join(
        bytes(row[column])
        for table, column in (
            ("second_factors", "sealed_secret"),
            ("recovery_codes", "code_hash"),
            ("sign_in_steps", "token_hash"),
        )
        for row in as_owner(f"SELECT {column} FROM {table}")
    )
    assert len(kept) > 300
    for word in (secret, *recovery, body["token"]):
        assert word.encode() not in kept
        assert word.replace("-", "").encode() not in kept


def test_the_secret_is_sealed_under_a_key_that_the_master_key_wraps(app, staff, as_owner, monkeypatch):
    secret, _, _ = enrol(staff)
    [row] = as_owner("SELECT sealed_secret, user_id FROM second_factors")
    cipher = blobs.key_ring().of(row["user_id"]).for_row(blobs.ONE_TIME_CODES)
    assert one_time_codes.unseal(cipher, row["sealed_secret"], str(row["user_id"])) == secret
    monkeypatch.setenv("CAS_MASTER_KEY", "0123456789abcdef" * 4)
    for cache in (config.settings, blobs.master_key, blobs.key_ring):
        cache.cache_clear()
    pending, _ = sign_in(app)
    require_problem(prove(pending, code_of(secret)), 503, "unavailable")


def test_codes_cannot_be_guessed(app, staff):
    secret, _, _ = enrol(staff)
    pending, _ = sign_in(app)
    answers = [prove(pending, "000000") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 2
    afresh, _ = sign_in(app)  # a new password does not buy new guesses
    require_problem(prove(afresh, code_of(secret)), 429)


@pytest.mark.parametrize("code", ["", "x", "-", "é" * 6, "\uff11" * 6, "0" * 80, "\u0000" * 6, None, 7])
def test_what_is_no_code_is_refused_in_words(app, staff, code):
    enrol(staff)
    pending, _ = sign_in(app)
    answer = prove(pending, code)
    assert answer.status_code in {401, 422}
    require_problem(answer, answer.status_code)


def test_where_it_is_required_it_is_set_up_before_anything_else(app, required):
    staff = make_staff(app, "ada@example.org")
    secret, recovery, full = enrol(staff)
    assert (len(recovery), full.token != staff.token) == (10, True)
    assert full("GET", "/api/sessions").status_code == 200
    require_problem(staff("POST", "/api/me/one-time-codes"), 401)  # the step is over
    require_problem(full("DELETE", "/api/me/one-time-codes"), 409)
    account = full("GET", "/api/me/account").get_json()
    assert (account["has_one_time_codes"], account["is_second_factor_required"]) == (True, True)
    assert sign_in(app)[1]["next"] == "second_factor"
    assert secret


def test_where_it_is_not_required_it_can_be_taken_away(app, staff):
    _, _, full = enrol(staff)
    assert full("GET", "/api/me/account").get_json()["is_second_factor_required"] is False
    assert full("DELETE", "/api/me/one-time-codes").status_code == 204
    assert full("GET", "/api/me/account").get_json()["recovery_code_count"] == 0
    assert sign_in(app)[1]["next"] is None


def add_passkey(person):
    options = person("POST", "/api/me/passkeys/options").get_json()
    body = {"name": "Laptop", "credential": SoftPasskey().create(options)}
    return person("POST", "/api/me/passkeys", json=body)


def remove_passkey(person):
    (there,) = person("GET", "/api/me/account").get_json()["passkeys"]
    return person("DELETE", f"/api/me/passkeys/{there['id']}")


def remove_codes(person):
    return person("DELETE", "/api/me/one-time-codes")


def test_whatever_is_changed_of_the_factors_ends_the_other_sign_ins(app, staff):
    _, recovery, full = enrol(staff)
    for change in (add_passkey, remove_passkey, add_passkey, remove_codes):
        pending, _ = sign_in(app)
        other = Person(pending.client, prove(pending, recovery.pop()).get_json()["token"])
        waiting, _ = sign_in(app)
        assert other("GET", "/api/me").status_code == 200
        assert change(full).status_code < 300
        require_problem(other("GET", "/api/me"), 401)
        require_problem(prove(waiting, recovery[0]), 401)
        assert full("GET", "/api/me").status_code == 200


@pytest.mark.parametrize(
    ("environment", "is_required"),
    [
        ({}, False),
        ({"CAS_PUBLIC_URL": "http://localhost:8000"}, False),
        ({"CAS_PUBLIC_URL": "https://clinic.example.org"}, True),  # behind a proxy on this machine
        ({"CAS_HOST": "0.0.0.0", "CAS_PUBLIC_URL": "https://clinic.example.org"}, True),
        ({"CAS_HOST": "0.0.0.0", "CAS_PUBLIC_URL": "http://localhost:8000"}, True),
        ({"CAS_REQUIRE_SECOND_FACTOR": "on"}, True),
        ({"CAS_PUBLIC_URL": "https://clinic.example.org", "CAS_REQUIRE_SECOND_FACTOR": "off"}, False),
    ],
)
def test_it_is_required_unless_only_this_machine_gets_in(environment, is_required):
    assert config.build(environment).require_second_factor is is_required


def test_a_wrong_code_sets_nothing_up_and_guessing_has_an_end(app, staff):
    staff("POST", "/api/me/one-time-codes")
    confirm = [staff("POST", "/api/me/one-time-codes/confirm", json={"code": "000000"}) for _ in range(6)]
    assert require_problem(confirm[0], 422)["errors"][0]["field"] == "code"
    require_problem(confirm[5], 429)
    assert sign_in(app)[1]["next"] is None


def test_a_new_proposal_takes_the_place_of_one_that_was_never_confirmed(staff):
    first = staff("POST", "/api/me/one-time-codes").get_json()["secret"]
    staff("POST", "/api/me/one-time-codes")
    require_problem(staff("POST", "/api/me/one-time-codes/confirm", json={"code": code_of(first)}), 422)
    enrol(staff)
    require_problem(staff("POST", "/api/me/one-time-codes"), 409)


def test_protection_changes_only_soon_after_signing_in(staff, as_owner):
    as_owner("UPDATE sign_ins SET created_at = now() - interval '16 minutes'")
    for method, path in (("POST", "one-time-codes"), ("POST", "recovery-codes"), ("DELETE", "one-time-codes")):
        require_problem(staff(method, f"/api/me/{path}"), 403, "sign_in_again")


def test_accounts_are_for_staff(participant, nobody):
    for method, path in (("GET", "account"), ("POST", "one-time-codes"), ("POST", "recovery-codes")):
        require_problem(participant(method, f"/api/me/{path}"), 404)
        require_problem(nobody(method, f"/api/me/{path}"), 401)


def test_rows_of_factors_are_reached_in_the_name_of_their_owner_alone(app, staff, foreign_staff):
    enrol(staff)
    sign_in(app)
    seen = {}
    for who in (staff.user["id"], foreign_staff.user["id"], None):
        with transaction() as connection:
            acting.act_as(connection, who)
            seen[who] = [
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in (second_factors, recovery_codes, sign_in_steps)
            ]
            if who != staff.user["id"]:
                for table in (second_factors, recovery_codes, sign_in_steps):
                    assert connection.execute(sa.delete(table)).rowcount == 0
    assert seen == {staff.user["id"]: [1, 10, 1], foreign_staff.user["id"]: [0, 0, 0], None: [0, 0, 0]}


def test_the_log_tells_who_changed_what_protects_an_account_and_nothing_of_it(app, staff, as_owner):
    _, recovery, full = enrol(staff)
    pending, _ = sign_in(app)
    prove(pending, recovery[0])
    full("DELETE", "/api/me/one-time-codes")
    logged = as_owner(
        "SELECT table_name, operation, user_id, organisation_id, old_values, new_values FROM audit_log "
        "WHERE table_name IN ('second_factors', 'recovery_codes') ORDER BY id"
    )
    told = [(one["table_name"], one["operation"]) for one in logged]
    assert told == [
        ("second_factors", "UPDATE"),
        ("recovery_codes", "DELETE"),
        ("second_factors", "DELETE"),
        *[("recovery_codes", "DELETE")] * 9,
    ]
    for one in logged:
        assert one["user_id"] == staff.user["id"]
        assert one["organisation_id"] is not None
        assert (one["old_values"], one["new_values"]) == (None, {"user_id": staff.user["id"]})


def test_a_sealed_secret_is_of_one_account_alone():
    cipher = blobs.DataKey(bytes(32)).for_row(blobs.ONE_TIME_CODES)
    sealed = one_time_codes.seal(cipher, "SECRET", "a")
    assert one_time_codes.unseal(cipher, sealed, "a") == "SECRET"
    with pytest.raises(InvalidTag):
        one_time_codes.unseal(cipher, sealed, "b")


def test_a_recovery_code_that_was_misread_is_the_same_code():
    assert one_time_codes.plain_recovery_code("obiq a2c3 0b1q-8IOB") == "OBIQ-A2C3-OBIQ-BIOB"


def test_a_code_of_a_clock_that_differs_by_a_minute_is_refused():
    secret, now = one_time_codes.new_secret(), dt.datetime.now(dt.UTC)
    for steps, is_taken in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        code = pyotp.TOTP(secret).at(int(now.timestamp()) + 30 * steps)
        assert (one_time_codes.matching_step(secret, code, now) is not None) == is_taken


def test_a_code_in_other_digits_is_a_wrong_code(staff):
    staff("POST", "/api/me/one-time-codes")
    for code in ("\u0660" * 6, "\uff11\uff12\uff13\uff14\uff15\uff16"):
        require_problem(staff("POST", "/api/me/one-time-codes/confirm", json={"code": code}), 422)


def test_the_codes_are_those_of_rfc_6238():
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        now = dt.datetime.fromtimestamp(seconds, dt.UTC)
        assert one_time_codes.matching_step(secret, code, now) == seconds // 30
