"""A second factor over real HTTP on a whole system, and what the operator does when its owner has lost it."""

from __future__ import annotations

import time

import pyotp
import pytest

from systems import Caller

pytestmark = pytest.mark.slow


def sign_in(system, email, password):
    caller = Caller(system.url)
    body = caller("POST", "/api/sign-in", {"email": email, "password": password}).json()
    return Caller(system.url, body["token"]), body


def test_where_it_is_required_staff_set_it_up_first_and_the_operator_can_reset_it(make_system):
    system = make_system(CAS_REQUIRE_SECOND_FACTOR="on", CAS_WORKERS="0").start()
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
    reset = ("user", "reset-second-factor")
    unproved = system.cas(*reset, email)
    assert (unproved.returncode, "Missing option '--proof'" in unproved.stderr) == (2, True), unproved.stderr
    assert full("GET", "/api/sessions").status_code == 200
    said = system.cas(*reset, email.upper(), "--proof", "in-person")
    assert said.returncode == 0, said.stderr
    first = said.stdout.rpartition("Password: ")[2].strip()
    assert full("GET", "/api/sessions").status_code == 401
    assert Caller(system.url)("POST", "/api/sign-in", {"email": email, "password": password}).status_code == 401
    changing, body = sign_in(system, email, first)
    assert body["next"] == "new_password"
    password = "eight purple lamps at noon"
    begun = changing("POST", "/api/sign-in/new-password", {"new_password": password}).json()
    assert begun["next"] == "enrol"
    refused = system.cas(*simulate[:4], password, *simulate[5:])
    assert (refused.returncode, "set up a second factor" in refused.stderr) == (1, True), refused.stderr
    missing = system.cas(*reset, "nobody@example.org", "--proof", "in-person")
    assert (missing.returncode, "no staff account" in missing.stderr) == (1, True)
    for word in (secret, *done["recovery_codes"], password):
        assert word not in system.said
