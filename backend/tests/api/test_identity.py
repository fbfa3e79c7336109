"""Sign-in by an identity provider, with real tokens of a real issuer on loopback."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import jwt
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from standardwebhooks import Webhook

import issuers
from api_clients import PASSWORD, Person, make_staff, require_problem
from builders import owner_transaction
from cognitive_assessment import config
from cognitive_assessment.accounts import provider_keys
from cognitive_assessment.api import access
from cognitive_assessment.cli.auth import command
from cognitive_assessment.errors import Unavailable
from cognitive_assessment.ops import maintenance
from cognitive_assessment.ops.metrics.events import events
from cognitive_assessment.store import users
from cognitive_assessment.store.tables import used_identity_tokens

WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"a secret of at least 24 bytes").decode()
PAST = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=2)
LONG_AGO = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=16)
EXCHANGE = ("POST", "/api/sign-in/identity")
FUTURE = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)


@pytest.fixture
def issuer():
    with issuers.running() as running:
        yield running


@pytest.fixture(params=["clerk without network", "clerk by its keys", "open id"])
def provider(request, issuer, monkeypatch):
    """The three ways in which a provider's keys are known."""
    values = {
        "clerk without network": {"CLERK_JWT_KEY": issuers.public_pem(issuer.key)},
        "clerk by its keys": {"CLERK_SECRET_KEY": issuers.SECRET_KEY, "CLERK_API_URL": issuer.url},
        "open id": {"CAS_OIDC_ISSUER": issuer.url, "CAS_OIDC_AUDIENCE": "cas"},
    }[request.param]
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    config.settings.cache_clear()
    issuer.audience = "cas" if request.param == "open id" else None  # a Clerk session names only its party
    return request.param


@pytest.fixture
def by_issuer(issuer, monkeypatch):
    """Tokens of the issuer are taken."""
    monkeypatch.setenv("CAS_OIDC_ISSUER", issuer.url)
    monkeypatch.setenv("CAS_OIDC_AUDIENCE", "cas")
    config.settings.cache_clear()


@pytest.fixture
def vouched(app, issuer):
    """Makes somebody who shows a token."""
    return lambda **changes: Person(app.test_client(use_cookies=False), issuer.token(**changes))


@pytest.fixture
def signed_in(vouched):
    """Makes somebody who has exchanged a token for a sign-in of ours."""

    def exchanged(**changes):
        shown = vouched(**changes)
        return Person(shown.client, shown(*EXCHANGE).get_json()["token"])

    return exchanged


@pytest.mark.usefixtures("staff")
def test_a_good_token_signs_in_and_is_linked_at_its_first_use(vouched, signed_in, provider, issuer):
    me = signed_in()("GET", "/api/me").get_json()["user"]
    assert me["email"] == "ada@example.org"
    with owner_transaction() as connection:
        (account,) = users.staff_of(connection, users.get(connection, me["id"])["organisation_id"])
    assert account["clerk_id"] == ("user_2abc" if provider.startswith("clerk") else f"{issuer.url} user_2abc")
    # from now on the subject counts, not the address
    assert signed_in(email=None)("GET", "/api/sessions").status_code == 200
    assert vouched(sub="user_other")(*EXCHANGE).status_code == 401


@pytest.mark.usefixtures("staff")
def test_a_session_token_of_clerk_is_bearer_of_calls_and_an_id_token_is_told_to_be_exchanged(provider, vouched):
    ada = vouched()
    if provider == "open id":
        for path in ("/api/me", "/api/sessions"):
            body = require_problem(ada("GET", path), 401, "not_signed_in")
            assert "POST /api/sign-in/identity" in str(body)
        assert ada("POST", "/api/me/one-time-codes").status_code == 401
        assert ada(*EXCHANGE).status_code == 200  # it was not used up by that
    assert [ada("GET", "/api/me").status_code for _ in range(2)] == [401 if provider == "open id" else 200] * 2


@pytest.mark.usefixtures("staff", "provider")
def test_a_token_signs_in_once(vouched):
    before, ada = failed(), vouched()
    assert ada(*EXCHANGE).status_code == 200
    body = require_problem(ada(*EXCHANGE), 401, "not_signed_in")
    assert ("used already" in str(body), "new one" in str(body), failed() - before) == (True, True, 1)
    assert vouched()(*EXCHANGE).status_code == 200


@pytest.mark.usefixtures("staff", "by_issuer")
def test_a_used_token_is_known_however_its_signature_is_written(app, issuer, vouched, monkeypatch):
    monkeypatch.setenv("CAS_RSA_2048", "on")
    config.settings.cache_clear()
    issuer.key = issuers.new_key(2048)
    token = vouched().token
    written = [f"{token}==", token]
    answers = [Person(app.test_client(use_cookies=False), one)(*EXCHANGE) for one in written]
    assert [answer.status_code for answer in answers] == [200, 401]


@pytest.mark.usefixtures("staff", "by_issuer")
@pytest.mark.parametrize("is_to_fail", [False, True], ids=["both go on", "the first is rolled back"])
def test_of_two_at_once_with_one_token_one_gets_in(app, vouched, monkeypatch, is_to_fail):
    assert vouched()(*EXCHANGE).status_code == 200  # linked: the two wait for nothing but the token
    token, has_used, go_on = vouched().token, threading.Event(), threading.Event()
    start = access.start_sign_in

    def held_up(connection, user, **how):
        if not has_used.is_set():
            has_used.set()
            assert go_on.wait(30)
            if is_to_fail:
                raise Unavailable("The database is busy.")
        return start(connection, user, **how)

    monkeypatch.setattr(access, "start_sign_in", held_up)
    waits = sa.text("SELECT 1 FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(Person(app.test_client(use_cookies=False), token), *EXCHANGE)
        try:
            assert has_used.wait(30)
            second = pool.submit(Person(app.test_client(use_cookies=False), token), *EXCHANGE)
            with owner_transaction() as connection:
                while not second.done() and not connection.execute(waits).all():
                    wait([second], timeout=0.01)
        finally:
            go_on.set()
        codes = [one.result().status_code for one in (first, second)]
    assert codes == ([503, 200] if is_to_fail else [200, 401])


@pytest.mark.usefixtures("staff", "by_issuer")
def test_of_a_used_token_a_hash_is_kept_until_it_has_ended_and_no_longer(vouched):
    ada = vouched(exp=dt.datetime.now(dt.UTC) + dt.timedelta(days=10**6))
    assert ada(*EXCHANGE).status_code == 200
    (kept,) = used()
    assert kept["token_hash"] == hashlib.sha256(ada.token.rpartition(".")[0].encode()).digest()
    assert kept["ends_at"] > dt.datetime.now(dt.UTC) + dt.timedelta(days=10**6)
    with owner_transaction() as connection:
        connection.execute(sa.text("UPDATE used_identity_tokens SET ends_at = now() - interval '1 second'"))
    assert vouched()(*EXCHANGE).status_code == 200
    (newer,) = used()
    assert newer["token_hash"] != kept["token_hash"]
    assert newer["ends_at"] > dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)


def used():
    with owner_transaction() as connection:
        return connection.execute(sa.select(used_identity_tokens)).mappings().all()


def failed():
    """How many failed sign-ins who watches was told of."""
    return events().sign_in_failures._value.get()


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"exp": PAST, "iat": PAST}, "expired"),
        ({"nbf": FUTURE}, "not (yet )?valid"),
        ({"exp": None}, "never ends|exp"),
        ({"sub": None}, "names nobody|sub"),
        ({"key": issuers.new_key()}, "another key|[Ss]ignature"),
        ({"email": None}, "no account"),
        ({"email_verified": False}, "no account"),
        ({"email_verified": "yes"}, "no account"),
        ({"email": "nobody@example.org"}, "no account"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_token_that_is_not_good_is_refused_and_why_is_told(provider, vouched, changes, told):
    for call in (("GET", "/api/me"), EXCHANGE)[provider == "open id" :]:
        body = require_problem(vouched(**changes)(*call), 401, "not_signed_in")
        assert re.search(told, body["detail"]), body["detail"]


@pytest.mark.usefixtures("staff")
def test_a_token_for_another_application_is_refused(provider, vouched):
    changes = {"aud": "other"} if provider == "open id" else {"azp": "https://evil.example"}
    for call in (("GET", "/api/me"), EXCHANGE):
        require_problem(vouched(**changes)(*call), 401, "not_signed_in")


@pytest.mark.usefixtures("staff", "by_issuer")
def test_an_rsa_key_of_less_than_128_bits_of_strength_is_taken_only_where_that_is_set(issuer, vouched, monkeypatch):
    issuer.key = issuers.new_key(2048)
    body = require_problem(vouched()(*EXCHANGE), 401, "not_signed_in")
    assert ("2048 bits; 3072 are needed" in body["title"] + body["detail"], "CAS_RSA_2048" in str(body)) == (True, True)
    monkeypatch.setenv("CAS_RSA_2048", "on")
    config.settings.cache_clear()
    assert vouched()(*EXCHANGE).status_code == 200


@pytest.mark.usefixtures("staff", "provider")
@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_unsigned_token_or_one_signed_with_the_public_key_is_refused(app, issuer, algorithm):
    key = None if algorithm == "none" else issuers.public_pem(issuer.key)
    header = {"alg": algorithm, "typ": "JWT", "kid": issuer.key_id}
    parts = [header, json.loads(json.dumps(issuer.claims(), default=lambda moment: int(moment.timestamp())))]
    signed = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    if key is None:
        signature = b""
    else:
        signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed, key.encode())
    token = (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()
    for call in (("GET", "/api/me"), EXCHANGE):
        body = require_problem(Person(app.test_client(), token)(*call), 401, "not_signed_in")
        assert "once" not in str(body)


@pytest.mark.usefixtures("staff")
def test_after_the_keys_were_changed_new_tokens_are_taken_and_forged_ones_are_not(
    provider, issuer, vouched, monkeypatch
):
    if provider == "clerk without network":
        pytest.skip("the key is a setting, changed by the operator")
    monkeypatch.setattr(provider_keys, "_ASK_AGAIN_AFTER_S", 0)
    assert vouched()(*EXCHANGE).status_code == 200
    issuer.rotate()
    assert vouched()(*EXCHANGE).status_code == 200
    forged = vouched(key=issuers.new_key())
    assert forged(*EXCHANGE).status_code == 401


@pytest.mark.usefixtures("staff", "provider")
def test_a_token_is_exchanged_for_a_cookie_that_lasts(app, vouched):
    client = app.test_client()
    answer = client.post("/api/sign-in/identity", headers={"Authorization": f"Bearer {vouched().token}"})
    assert answer.get_json()["user"]["email"] == "ada@example.org"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert client.get("/api/me").status_code == 200
    require_problem(client.post("/api/sign-in/identity", headers={"Authorization": "Bearer local"}), 401)


@pytest.mark.usefixtures("staff", "by_issuer")
def test_no_provider_can_pose_as_another(issuer, vouched, monkeypatch):
    """The same subject of an issuer and of Clerk are two people, also while both are set."""
    monkeypatch.setenv("CLERK_JWT_KEY", issuers.public_pem(issuer.key))
    config.settings.cache_clear()
    of_clerk = {"iss": "https://clerk.example", "aud": None}
    assert vouched(**of_clerk)("GET", "/api/me").status_code == 200
    require_problem(vouched(email=None)(*EXCHANGE), 401)  # the issuer's: there is no such account
    assert vouched(**of_clerk, email=None)("GET", "/api/me").status_code == 200
    require_problem(vouched(**of_clerk, sub=f"{issuer.url} user_2abc")("GET", "/api/me"), 401)


@pytest.mark.usefixtures("staff", "provider")
@pytest.mark.parametrize(
    ("provider", "is_exchanged"),
    [("clerk without network", False), ("clerk without network", True), ("open id", True)],
    ids=["clerk's shown", "clerk's exchanged", "exchanged"],
    indirect=["provider"],
)
@pytest.mark.parametrize(
    ("changes", "is_fresh"),
    [
        ({}, True),
        ({"auth_time": int(LONG_AGO.timestamp())}, False),
        ({"fva": [16, -1]}, False),
        ({"fva": [3, -1]}, True),
        ({"iat": LONG_AGO}, False),
    ],
    ids=["just made", "signed in long ago", "first factor long ago", "first factor new", "made long ago"],
)
def test_what_protects_an_account_changes_only_soon_after_its_owner_signed_in_at_the_provider(
    vouched, signed_in, changes, is_fresh, is_exchanged
):
    person = (signed_in if is_exchanged else vouched)(**changes)
    answer = person("POST", "/api/me/one-time-codes")
    assert answer.status_code == (200 if is_fresh else 403), answer.get_data(as_text=True)
    assert person("GET", "/api/me").status_code == 200


@pytest.mark.usefixtures("staff", "provider")
def test_a_token_of_another_kind_does_not_say_who_has_signed_in(vouched):
    for changes in (
        {"kind": "at+jwt"},
        {"kind": "logout+jwt"},
        {"typ": "Bearer"},
        {"typ": "Refresh"},
        {"token_use": "access"},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
    ):
        for call in (("GET", "/api/me"), EXCHANGE):
            body = require_problem(vouched(**changes)(*call), 401, "not_signed_in")
            assert "another kind" in body["detail"], changes
    assert vouched(typ="ID", token_use="id")(*EXCHANGE).status_code == 200


@pytest.mark.usefixtures("staff")
def test_what_the_provider_does_not_say_counts_as_a_password_alone(app, provider, vouched, monkeypatch):
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "on")
    monkeypatch.setenv("CAS_IDENTITY_STRENGTH", "mfa, urn:clinic:strong")
    config.settings.cache_clear()
    weak = [{}, {"amr": ["pwd"]}, {"amr": "mfa"}, {"acr": "1"}, {"fva": [1, -1]}]
    strong = [{"amr": ["pwd", "mfa"]}, {"acr": "urn:clinic:strong"}, {"fva": [9, 9]}]
    for changes in (*weak, *strong):
        ada, is_shown = vouched(**changes), changes in strong
        if provider != "open id" and not is_shown:
            assert "second factor" in require_problem(ada("GET", "/api/me"), 401)["detail"], changes
        answer = ada(*EXCHANGE).get_json()
        assert (answer["next"], answer["user"] is not None) == (None if is_shown else "enrol", is_shown), changes
        person = Person(app.test_client(use_cookies=False), answer["token"])
        assert person("GET", "/api/me").status_code == (200 if is_shown else 401), changes


@pytest.mark.usefixtures("staff", "provider")
def test_a_provider_may_be_trusted_to_ask_for_a_second_factor(vouched, monkeypatch):
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "on")
    monkeypatch.setenv("CAS_IDENTITY_STRENGTH", "any")
    config.settings.cache_clear()
    assert vouched()(*EXCHANGE).get_json()["next"] is None


@pytest.mark.usefixtures("staff", "by_issuer")
def test_an_issuer_whose_metadata_are_of_another_is_not_believed(issuer, vouched, monkeypatch):
    monkeypatch.setattr(provider_keys, "_ASK_AGAIN_AFTER_S", 0)
    for metadata, told in (
        ({"issuer": "https://evil.example"}, "names itself differently"),
        ({"issuer": f"{issuer.url}/"}, "names itself differently"),  # letter by letter
        ({"issuer": None}, "names itself differently"),
        ({"jwks_uri": "http://keys.example/keys"}, "without https"),
        ({"jwks_uri": None}, "without https"),
    ):
        issuer.metadata = metadata
        assert told in require_problem(vouched()(*EXCHANGE), 401)["detail"], metadata
    issuer.metadata = {}
    assert vouched()(*EXCHANGE).status_code == 200


@pytest.mark.usefixtures("staff")
def test_no_redirect_of_a_provider_is_followed(provider, issuer, vouched, monkeypatch):
    monkeypatch.setattr(provider_keys, "_ASK_AGAIN_AFTER_S", 0)
    asked = {"open id": ["/.well-known/openid-configuration", "/keys"], "clerk by its keys": ["/v1/jwks"]}
    if provider not in asked:
        pytest.skip("nobody is asked")
    with issuers.running() as other:
        other.key, other.metadata = issuer.key, {"issuer": issuer.url}
        for path in asked[provider]:
            issuer.moved_to = {path: f"{other.url}{path}"}
            assert vouched()(*EXCHANGE).status_code == 503, path
    issuer.moved_to = {}
    assert vouched()(*EXCHANGE).status_code == 200


@pytest.mark.usefixtures("staff", "provider")
def test_a_lockdown_refuses_good_tokens_too(vouched, data_dir, database):
    assert vouched()(*EXCHANGE).status_code == 200
    maintenance.turn_on(data_dir, is_lockdown=True)
    assert "has ended" in require_problem(vouched()("GET", "/api/me"), 401, "not_signed_in")["detail"]
    maintenance.turn_off(data_dir)
    assert vouched()(*EXCHANGE).status_code == 200
    since = dt.datetime.now(dt.UTC)
    maintenance.write(database.owner_url, maintenance.Stop(since, is_lockdown=True))  # by another machine
    assert "has ended" in require_problem(vouched()("GET", "/api/me"), 401, "not_signed_in")["detail"]
    require_problem(vouched()("POST", "/api/invitations", json={}), 503, "maintenance")
    maintenance.write(database.owner_url, None)
    assert vouched()(*EXCHANGE).status_code == 200


@pytest.mark.usefixtures("staff")
def test_whatever_tokens_strangers_make_up_the_provider_is_asked_once_and_no_connection_waits(
    app, committed, provider, issuer, vouched, monkeypatch
):
    monkeypatch.setenv("CLERK_API_URL", issuer.url)
    monkeypatch.setattr(provider_keys, "_ASK_AGAIN_AFTER_S", 300)  # however slow this machine is
    config.settings.cache_clear()
    held = []
    issuer.when_asked = lambda: held.append(committed.pool.checkedout())
    for token in ("mt_a.b.c", "oat_a.b.c", "ak_a.b.c", "m2m_a.b.c", "a.b.c", "eyJ.b.c", "eyJhbGciOiJSUzI1NiJ9.e30.x"):
        for path in ("/api/me", "/api/sessions"):
            require_problem(Person(app.test_client(), token)("GET", path), 401, "not_signed_in")
        require_problem(Person(app.test_client(), token)("POST", "/api/sign-in/identity"), 401, "not_signed_in")
    for number in range(1, 4):
        issuer.key_number = 1000 + number
        require_problem(vouched(key=issuers.new_key())(*EXCHANGE), 401, "not_signed_in")
    once = {"open id": ["/.well-known/openid-configuration", "/keys"], "clerk by its keys": ["/v1/jwks"]}
    assert issuer.asked == once.get(provider, [])
    assert set(held) <= {0}


@pytest.mark.usefixtures("staff")
def test_a_provider_that_is_away_is_not_asked_again_for_every_token(provider, issuer, vouched):
    if provider == "clerk without network":
        pytest.skip("nobody is asked")
    issuer.is_away = True
    for _ in range(3):
        require_problem(vouched()("GET", "/api/me"), 503, "unavailable")
    assert len(issuer.asked) == 1


@pytest.mark.usefixtures("staff")
def test_while_the_provider_is_asked_for_one_key_others_get_in_by_theirs_or_are_told_to_come_again(
    provider, issuer, vouched, monkeypatch
):
    if provider == "clerk without network":
        pytest.skip("nobody is asked")
    monkeypatch.setattr(provider_keys, "_ASK_AGAIN_AFTER_S", 0)
    good = vouched()
    assert vouched()(*EXCHANGE).status_code == 200
    asked, go_on = threading.Event(), threading.Event()
    issuer.when_asked = lambda: (asked.set(), go_on.wait(30))
    issuer.rotate()
    late, other = vouched(), vouched()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(late, *EXCHANGE)
        try:
            assert asked.wait(30)
            assert good(*EXCHANGE).status_code == 200
            require_problem(other(*EXCHANGE), 503, "unavailable")
        finally:
            go_on.set()
        assert waiting.result().status_code == 200


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("provider", ["clerk by its keys"], indirect=True)
def test_clerk_may_publish_another_key_under_the_same_name(provider, issuer, vouched, monkeypatch):
    del provider
    monkeypatch.setattr(provider_keys, "_ASK_AGAIN_AFTER_S", 0)
    assert vouched()("GET", "/api/me").status_code == 200
    issuer.key = issuers.new_key()
    assert vouched()("GET", "/api/me").status_code == 200


@pytest.mark.usefixtures("staff", "provider")
def test_a_token_that_is_refused_counts_as_a_failed_sign_in_unless_it_has_merely_ended(issuer, vouched):
    def counted(person, *call):
        before = failed()
        assert person(*call or ("GET", "/api/me")).status_code in {401, 503}
        return failed() - before

    ended = vouched(exp=PAST, iat=PAST)
    assert [counted(vouched(key=issuers.new_key())), counted(vouched(email="nobody@example.org"), *EXCHANGE)] == [1, 1]
    assert counted(ended) == 0
    assert counted(ended, *EXCHANGE) == 1
    assert counted(Person(vouched().client)) == 0  # nobody at all


@pytest.mark.usefixtures("staff", "by_issuer")
def test_a_provider_that_is_away_is_nobodys_failed_sign_in(issuer, vouched):
    issuer.is_away = True
    before = failed()
    require_problem(vouched()(*EXCHANGE), 503)
    assert failed() == before


def test_without_a_provider_no_such_token_is_taken(vouched, staff):
    del staff
    assert "no tokens" in require_problem(vouched()("GET", "/api/me"), 401)["detail"]


def test_a_participant_is_never_linked(provider, vouched, staff):
    del provider
    staff("POST", "/api/invitations", json={"participant_label": "P", "participant_email": "old@example.org"})
    body = require_problem(vouched(email="old@example.org")(*EXCHANGE), 401)
    assert "no account" in body["detail"]


def test_a_provider_that_is_away_is_told_as_such(app, staff, issuer, monkeypatch):
    del staff
    monkeypatch.setenv("CAS_OIDC_ISSUER", "http://127.0.0.1:9")
    monkeypatch.setenv("CAS_OIDC_AUDIENCE", "cas")
    config.settings.cache_clear()
    require_problem(Person(app.test_client(), issuer.token())("GET", "/api/me"), 503)


@pytest.fixture
def send(app, monkeypatch):
    """Sends an event as Svix does."""
    monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", WEBHOOK_SECRET)
    config.settings.cache_clear()

    def post(event, *, secret=WEBHOOK_SECRET, at=None, body=None):
        moment = at or dt.datetime.now(dt.UTC)
        data = body or json.dumps(event)
        headers = {
            "svix-id": "msg_1",
            "svix-timestamp": str(int(moment.timestamp())),
            "svix-signature": Webhook(secret).sign("msg_1", moment, data),
        }
        return app.test_client().post("/api/webhooks/clerk", data=data, headers=headers)

    return post


def created(status="verified"):
    address = {"id": "idn_1", "email_address": "Ada@example.org", "verification": {"status": status}}
    data = {"id": "user_2abc", "primary_email_address_id": "idn_1", "email_addresses": [address]}
    return {"type": "user.created", "data": data}


def linked_to():
    with owner_transaction() as connection:
        from cognitive_assessment.store import organisations

        return users.staff_of(connection, organisations.FIRST_ID)[0]["clerk_id"]


def test_a_webhook_links_an_account_and_a_deletion_signs_it_out(staff, send):
    for _ in range(2):  # a provider sends again what it is not sure of
        assert send(created()).status_code == 204
        assert linked_to() == "user_2abc"
    assert staff("GET", "/api/me").status_code == 200
    assert send({"type": "user.deleted", "data": {"id": "user_2abc"}}).status_code == 204
    assert linked_to() is None
    assert staff("GET", "/api/me").status_code == 401


def test_whom_the_provider_lets_go_nothing_lets_in_until_an_administrator_opens_the_account(app, staff, nobody, send):
    send(created())
    assert send({"type": "user.deleted", "data": {"id": "user_2abc"}}).status_code == 204
    by_password = {"email": "ada@example.org", "password": PASSWORD}
    require_problem(nobody("POST", "/api/sign-in", json=by_password), 401)
    assert send(created()).status_code == 204
    assert linked_to() is None, "nor does a new identity of the same address"
    administrator = make_staff(app, "root@example.org", role="administrator")
    administrator("PATCH", f"/api/staff/{staff.user['id']}", json={"is_active": True})
    assert nobody("POST", "/api/sign-in", json=by_password).status_code == 200


def test_while_the_secret_of_webhooks_is_exchanged_both_are_taken(staff, send, monkeypatch):
    del staff
    new = "whsec_" + base64.b64encode(b"another secret of 24 bytes").decode()
    monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", f"{new},{WEBHOOK_SECRET}")
    config.settings.cache_clear()
    assert [send(created(), secret=secret).status_code for secret in (new, WEBHOOK_SECRET)] == [204, 204]
    monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", new)
    config.settings.cache_clear()
    require_problem(send(created()), 401)


def test_what_concerns_nobody_here_is_taken_and_changes_nothing(staff, send):
    del staff
    for event in (created("unverified"), {"type": "session.created", "data": {"id": "sess_1"}}):
        assert send(event).status_code == 204
    assert linked_to() is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "whsec_" + base64.b64encode(b"somebody else's secret, as long").decode()},
        {"at": PAST - dt.timedelta(hours=1)},
    ],
    ids=["another secret", "an hour old"],
)
def test_a_webhook_that_is_not_ours_is_refused(staff, send, wrong):
    del staff
    require_problem(send(created(), **wrong), 401)
    assert linked_to() is None


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"type": "user.deleted", "data": {"id": 3}}', "\u0000"])
def test_an_event_that_is_none_is_refused(send, body):
    assert send(None, body=body or " ").status_code == 422


def test_webhooks_are_not_there_unless_their_secret_is_set(app):
    require_problem(app.test_client().post("/api/webhooks/clerk", data="{}"), 404)


def test_the_command_says_whom_a_token_names_or_what_is_wrong(issuer, monkeypatch):
    monkeypatch.setenv("CLERK_JWT_KEY", issuers.public_pem(issuer.key))
    config.settings.cache_clear()
    issuer.audience = None
    said = CliRunner().invoke(command, ["test"], input=issuer.token())
    assert said.output == "subject  user_2abc\naddress  ada@example.org\nsecond factor  the provider does not say\n"
    failed = CliRunner().invoke(command, ["test", issuer.token(exp=PAST, iat=PAST)])
    assert "expired" in str(failed.exception)
    config.settings.cache_clear()
