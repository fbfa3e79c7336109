"""Strangers who guess from everywhere keep an account waiting, but not on the devices where its owner has signed in."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from api_clients import PASSWORD, code_of, make_staff, require_problem
from cognitive_assessment.api import back_off, devices
from cognitive_assessment.api.back_off import sign_in_guard

EMAIL = "ada@example.org"
HERE = {"Origin": "http://localhost"}


@pytest.fixture(autouse=True)
def _long_waits(monkeypatch):
    """A wait outlasts a test on the slowest machine."""
    monkeypatch.setattr(back_off, "_FIRST_WAIT_S", 900)


def sign_in(client, *, email=EMAIL, password=PASSWORD, **options):
    return client.post("/api/sign-in", json={"email": email, "password": password}, headers=HERE, **options)


def known_browser(app, person):
    """A browser in which this person has signed in once, with both factors."""
    secret = person("POST", "/api/me/one-time-codes").get_json()["secret"]
    assert person("POST", "/api/me/one-time-codes/confirm", json={"code": code_of(secret, -1)}).status_code == 200
    client = app.test_client()
    assert sign_in(client, email=person.user["email"]).get_json()["next"] == "second_factor"
    done = client.post("/api/sign-in/second-factor", json={"code": code_of(secret)}, headers=HERE)
    assert done.status_code == 200
    return client, next(one for one in done.headers.getlist("Set-Cookie") if one.startswith(devices.COOKIE))


def cookie_of(browser):
    [(name, value)] = [(one.key, one.value) for one in browser._cookies.values() if one.key.startswith(devices.COOKIE)]
    return name, value


def let_strangers_guess(account):
    for number in range(100):
        sign_in_guard().note_failure(account, f"198.51.100.{number}")


@pytest.fixture
def browser(app, staff):
    client, _ = known_browser(app, staff)
    let_strangers_guess(EMAIL)
    return client


def test_the_owner_gets_in_on_a_device_of_before_and_nobody_on_another(app, browser):
    require_problem(sign_in(app.test_client()), 429)
    assert sign_in(browser).get_json()["next"] == "second_factor"


def test_nor_do_guesses_of_who_has_the_password_keep_the_second_factor_waiting(app, staff):
    client, _ = known_browser(app, staff)
    let_strangers_guess(f"second factor of {staff.user['id']}")
    for device, status in ((client, 401), (app.test_client(), 429)):
        assert sign_in(device).status_code == 200
        assert device.post("/api/sign-in/second-factor", json={"code": "000000"}, headers=HERE).status_code == status


def test_guesses_on_such_a_device_are_counted_there_and_at_its_address(browser):
    wrong = {"password": "wrong wrong wrong"}
    assert [sign_in(browser, **wrong).status_code for _ in range(6)] == [401] * 5 + [429]
    elsewhere = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
    assert sign_in(browser, **wrong, **elsewhere).status_code == 401
    _, value = cookie_of(browser)
    for number in range(94):
        sign_in_guard().note_failure(EMAIL, f"192.0.2.{number}", f"device {value.rpartition('.')[0]}")
    require_problem(sign_in(browser, **elsewhere), 429)


def test_a_cookie_that_was_made_up_changed_or_is_old_or_of_somebody_else_helps_nobody(app, browser):
    name, good = cookie_of(browser)
    made, nonce, signature = good.split(".")
    bea = make_staff(app, "bea@example.org")
    _, of_bea = known_browser(app, bea)
    others = of_bea.partition("=")[2].partition(";")[0]
    wrong = ["", "x", "..", others, f"²{good}", f"{made}.{nonce}.", f"{good}é"]
    wrong += [f"{made}.{nonce[:-2]}xx.{signature}", f"{int(made) + 1}.{nonce}.{signature}"]
    for value in wrong:
        client = app.test_client()
        client.set_cookie(name, value)
        require_problem(sign_in(client), 429)
    client.set_cookie(name, good)
    assert sign_in(client).status_code == 200


def test_after_half_a_year_a_device_is_as_any_other(app, staff, browser, monkeypatch):
    name, value = cookie_of(browser)
    with app.test_request_context("/", headers={"Cookie": f"{name}={value}"}):
        ada = {"id": UUID(staff.user["id"])}
        assert devices.shown(ada) is not None
        later = time.time() + 181 * 86_400
        monkeypatch.setattr(devices.time, "time", lambda: later)
        assert devices.shown(ada) is None


def test_the_cookie_is_for_the_host_alone_and_for_no_script(app, staff):
    _, cookie = known_browser(app, staff)
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert staff.user["id"] not in cookie


@pytest.mark.usefixtures("staff")
def test_who_has_no_second_factor_gets_no_such_cookie(app):
    client = app.test_client()
    assert sign_in(client).status_code == 200
    assert client.get_cookie("cas_session") is not None
    assert not [one for one in client._cookies.values() if one.key.startswith(devices.COOKIE)]


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("guessed_from", "same", "other"),
    [
        ([f"2001:db8:0:1::{n}" for n in range(1, 6)], "2001:db8:0:1:ffff::99", "2001:db8:0:2::1"),
        (["::ffff:192.0.2.1", "192.0.2.1", "::ffff:c000:201", "192.0.2.1", "192.0.2.1"], "192.0.2.1", "192.0.2.2"),
    ],
    ids=["IPv6", "IPv4"],
)
def test_a_network_of_ipv6_counts_as_one_address(app, guessed_from, same, other):
    client = app.test_client(use_cookies=False)
    for address in guessed_from:
        wrong = sign_in(client, password="wrong wrong wrong", environ_base={"REMOTE_ADDR": address})
        assert wrong.status_code == 401
    assert sign_in(client, environ_base={"REMOTE_ADDR": same}).status_code == 429
    assert sign_in(client, environ_base={"REMOTE_ADDR": other}).status_code == 200
