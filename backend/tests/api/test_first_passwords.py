"""Passwords that the system makes: for days, for one sign-in, and never for good."""

from __future__ import annotations

import datetime as dt

import pyotp
import pytest
import sqlalchemy as sa

from api_clients import PASSWORD, Person, make_staff, require_problem
from builders import owner_transaction
from cognitive_assessment import config
from cognitive_assessment.ops import first_start
from cognitive_assessment.store import users
from cognitive_assessment.store.engine import bind, make_engine

OWN = "seven purple lamps at noon"


@pytest.fixture
def added(app):
    """A colleague whom an administrator has just added, and the first password."""
    administrator = make_staff(app, "ada@example.org", role="administrator")
    body = {"email": "bo@example.org", "display_name": "Bo", "role": "clinician"}
    return administrator("POST", "/api/staff", json=body).get_json()


@pytest.fixture
def as_owner(database):
    owner = make_engine(database.owner_url)

    def run(statement):
        with owner.begin() as connection:
            connection.execute(sa.text(statement))

    yield run
    owner.dispose()


def sign_in(app, password, email="bo@example.org"):
    return app.test_client(use_cookies=False).post("/api/sign-in", json={"email": email, "password": password})


def step_of(app, answer):
    return Person(app.test_client(use_cookies=False), answer.get_json()["token"])


def choose(step, password):
    return step("POST", "/api/sign-in/new-password", json={"new_password": password})


def test_it_is_changed_at_the_first_sign_in_and_opens_nothing_before(app, added):
    first = added["password"]
    answer = sign_in(app, first)
    assert (answer.get_json()["next"], answer.get_json()["user"]) == ("new_password", None)
    step = step_of(app, answer)
    for path in ("/api/me", "/api/me/account", "/api/sessions"):
        require_problem(step("GET", path), 401, "not_signed_in")
    assert "given" in require_problem(choose(step, first), 422)["detail"]
    require_problem(choose(step, "short"), 422)
    done = choose(step, OWN)
    assert (done.status_code, done.get_json()["next"]) == (200, None)
    assert step_of(app, done)("GET", "/api/me").get_json()["user"]["email"] == "bo@example.org"
    require_problem(choose(step, "another one of my own"), 401)  # that step is over
    require_problem(sign_in(app, first), 401)
    assert sign_in(app, OWN).get_json()["next"] is None
    with owner_transaction() as connection:
        account = users.find_staff(connection, "bo@example.org")
    assert (account["password_ends_at"], account["password_is_to_change"]) == (None, False)  # one's own never ends


def test_where_a_second_factor_is_required_it_comes_after_that(app, added, monkeypatch):
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "on")
    config.settings.cache_clear()
    done = choose(step_of(app, sign_in(app, added["password"])), OWN)
    assert (done.get_json()["next"], done.get_json()["user"]) == ("enrol", None)
    require_problem(step_of(app, done)("GET", "/api/me"), 401)


def test_who_has_a_second_factor_shows_it_before_the_password_is_changed(app, added):
    full = step_of(app, choose(step_of(app, sign_in(app, added["password"])), OWN))
    secret = full("POST", "/api/me/one-time-codes").get_json()["secret"]
    totp = pyotp.TOTP(secret)
    now = int(dt.datetime.now(dt.UTC).timestamp())
    assert full("POST", "/api/me/one-time-codes/confirm", json={"code": totp.at(now - 30)}).status_code == 200
    with owner_transaction() as connection:
        users.set_password(connection, "bo@example.org", "given by the operator", is_first_password=True)
    answer = sign_in(app, "given by the operator")
    assert answer.get_json()["next"] == "second_factor"
    require_problem(choose(step_of(app, answer), PASSWORD), 401)
    proved = step_of(app, answer)("POST", "/api/sign-in/second-factor", json={"code": totp.at(now)})
    assert proved.get_json()["next"] == "new_password"
    assert choose(step_of(app, proved), PASSWORD).get_json()["user"]["email"] == "bo@example.org"


def test_after_its_days_it_opens_nothing(app, added, as_owner):
    as_owner("UPDATE users SET password_ends_at = now() WHERE email = 'bo@example.org'")
    assert "time is over" in require_problem(sign_in(app, added["password"]), 401)["detail"]


def test_the_one_that_a_start_prints_counts_for_a_day_and_the_next_start_prints_another(
    app, database, data_dir, as_owner
):
    def start():
        found = first_start.prepare(database.owner_url, data_dir, None)
        bind(database.app_url)
        return found

    first = start()
    assert dt.timedelta(hours=23) < first.ends_at - dt.datetime.now(dt.UTC) <= dt.timedelta(days=1)
    assert start() == first
    signed_in = sign_in(app, first.password, first.email)
    assert signed_in.get_json()["next"] is None  # on this machine, at once
    as_owner("UPDATE users SET password_ends_at = now()")
    require_problem(sign_in(app, first.password, first.email), 401)
    second = start()
    assert second.password != first.password
    assert first_start.kept_sign_in(data_dir).password == second.password
    require_problem(step_of(app, signed_in)("GET", "/api/me"), 401)
    staff = step_of(app, sign_in(app, second.password, second.email))
    same = {"current_password": second.password, "new_password": second.password}
    require_problem(staff("POST", "/api/me/password", json=same), 422)
    assert staff("POST", "/api/me/password", json=same | {"new_password": OWN}).status_code == 204
    assert start() is None
    assert sign_in(app, OWN, second.email).status_code == 200
