"""A second factor over real HTTP on a whole system, and what the operator does when its owner has lost it."""

from __future__ import annotations

import time

import pyotp

from systems import Caller


def sign_in(system, email, password):
    caller = Caller(system.url)
    body = caller("POST", "/api/sign-in", {"email": email, "password": password}).json()
    return Caller(system.url, body["token"]), body


def test_where_it_is_required_staff_set_it_up_first_and_the_operator_can_reset_it(make_system):
    system = make_system(CAS_REQUIRE_SECOND_FACTOR="on").start()
    email, password = "ada@example.org", "seven purple lamps at noon"
    assert system.cas("user", "add", email, input=f"{password}\n").returncode == 0
    enrolling, body = sign_in(system, email, password)
    assert body["next"] == "enrol"
    assert enrolling("GET", "/api/sessions").status_code == 401
    secret = enrolling("POST", "/api/me/one-time-codes").json()["secret"]
    code = pyotp.TOTP(secret).at(int(time.time()) - 30)
    done = enrolling("POST", "/api/me/one-time-codes/confirm", {"code": code}).json()
    full = Caller(system.url, done["token"])
    assert full("GET", "/api/sessions").status_code == 200
    pending, body = sign_in(system, email, password)
    assert body["next"] == "second_factor"
    proved = pending("POST", "/api/sign-in/second-factor", {"code": pyotp.TOTP(secret).now()})
    assert proved.status_code == 200
    simulate = ("simulate", "--email", email, "--password", password, "--fast", "--battery", "no-such-battery")
    refused = system.cas(*simulate, input="000000\n")
    assert (refused.returncode, "This code is not right" in refused.stderr) == (1, True), refused.stderr
    refused = system.cas(*simulate, input=f"{done['recovery_codes'][0]}\n")
    assert (refused.returncode, "no-such-battery" in refused.stderr) == (1, True), refused.stderr
    said = system.cas("user", "reset-second-factor", email.upper())
    assert said.returncode == 0, said.stderr
    assert full("GET", "/api/sessions").status_code == 401
    assert sign_in(system, email, password)[1]["next"] == "enrol"
    refused = system.cas(*simulate)
    assert (refused.returncode, "set up a second factor" in refused.stderr) == (1, True), refused.stderr
    missing = system.cas("user", "reset-second-factor", "nobody@example.org")
    assert (missing.returncode, "no staff account" in missing.stderr) == (1, True)
    for word in (secret, *done["recovery_codes"], password):
        assert word not in system.said
