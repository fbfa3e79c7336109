"""Which passwords are taken, how they are kept, and how one's own is changed."""

from __future__ import annotations

import re
import time

import pytest
import sqlalchemy as sa

from api_clients import PASSWORD, Person, require_problem
from cognitive_assessment.accounts import passwords
from cognitive_assessment.api.back_off import sign_in_guard
from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.store import users
from cognitive_assessment.store.engine import transaction

NEW = "seven purple lamps at noon"
ADA = ("ada.lovelace@example.org",)


def sign_in(app, *, email="ada@example.org", password=PASSWORD):
    client = app.test_client(use_cookies=False)
    answer = client.post("/api/sign-in", json={"email": email, "password": password})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return Person(client, answer.get_json()["token"])


def change(person, new, *, current=PASSWORD):
    return person("POST", "/api/me/password", json={"current_password": current, "new_password": new})


@pytest.mark.parametrize(
    ("password", "is_refused_for"),
    [
        ("elf ziffern", "12 to 128 characters"),
        ("\uff45\uff4c\uff46 ziffern", "12 to 128 characters"),
        ("q" * 129, "12 to 128 characters"),
        ("qqqqqqqqqqqqqqqqqqqq", "repeats"),
        ("horse4horse4horse4", "repeats"),
        ("abcdefghijklmnopqrst", "follows a row"),
        ("zyxwvutsrqponm", "follows a row"),
        ("Ada.Lovelace@Example.org!7", "e-mail address"),
        ("my name is ADA-lovelace", "e-mail address"),
        ("4adalovelace4adalovelace!", "e-mail address"),
        ("Cognitive-Assessment 2026", "name of this system"),
        ("qwertyuiopasdfghjkl", "break-in"),
        ("KARTOFFELPUFFER", "break-in"),
        ("1q2w3e4r5t6y7u8i", "break-in"),
        ("iloveyouforever", "break-in"),
    ],
)
def test_a_password_that_somebody_would_try_first_is_refused_in_words(password, is_refused_for):
    with pytest.raises(InvalidInput, match=is_refused_for) as refused:
        passwords.hashed(password, about=ADA)
    assert password not in refused.value.message


def test_a_short_name_counts_only_where_it_is_all_there_is():
    with pytest.raises(InvalidInput, match="e-mail address"):
        passwords.hashed("ada-1815-12-10-", about=("ada@example.org",))
    assert passwords.hashed("a toccata in radar form", about=("ada@example.org",))


@pytest.mark.parametrize(
    "password",
    ["nur kleine wörter", "  spaces at both ends  ", "漢字だけの長いパスワード", "🙂🙃 and other", "x7", PASSWORD],
)
def test_nothing_is_asked_of_a_password_but_its_length(password):
    long = password if len(password) >= 12 else password + " is here in full"
    kept = passwords.hashed(long, about=ADA)
    assert passwords.is_right(kept, long)
    assert not passwords.is_right(kept, long + " ")


def test_every_character_up_to_the_longest_counts():
    longest = "".join(chr(0x21 + (i * 37) % 90) for i in range(128))
    assert not passwords.is_right(passwords.hashed(longest), longest[:-1])


def test_however_a_keyboard_writes_a_letter_it_is_the_same():
    composed, decomposed = "caf\u00e9 caf\u00e9 au lait", "cafe\u0301 cafe\u0301 au lait"
    assert passwords.is_right(passwords.hashed(composed), decomposed)
    assert not passwords.is_right(passwords.hashed(composed), "cafe cafe au lait")


def test_a_password_is_looked_up_in_a_moment():
    begun = time.perf_counter()
    for number in range(50):
        passwords._why_guessable(f"seven purple lamps {number}", f"seven purple lamps {number}", ADA)
    assert (time.perf_counter() - begun) / 50 < 0.05


def test_a_new_password_ends_the_other_sign_ins_and_needs_the_present_one(app, staff):
    other = sign_in(app)
    wrong = require_problem(change(staff, NEW, current="no"), 422)
    assert wrong["errors"][0]["field"] == "current_password"
    assert change(staff, NEW).status_code == 204
    assert staff("GET", "/api/me").status_code == 200
    require_problem(other("GET", "/api/me"), 401)
    old = app.test_client().post("/api/sign-in", json={"email": "ada@example.org", "password": PASSWORD})
    require_problem(old, 401)
    sign_in(app, password=NEW)


def test_a_poor_new_password_is_refused_and_the_old_one_stays(app, staff):
    problem = require_problem(change(staff, "qwertyuiopasdfghjkl"), 422)
    assert problem["errors"][0]["field"] == "new_password"
    assert problem["remedy"]
    assert "qwertyuiop" not in str(problem)
    sign_in(app)


def test_the_present_password_cannot_be_guessed_from_an_open_screen(staff):
    assert [change(staff, NEW, current="no").status_code for _ in range(6)] == [422] * 5 + [429]


def test_changing_a_password_is_for_staff_who_are_signed_in(participant, nobody):
    require_problem(change(participant, NEW), 404)
    require_problem(change(nobody, NEW), 401)


@pytest.mark.parametrize("body", [{}, {"new_password": NEW}, {"current_password": 1, "new_password": NEW}, [], None])
def test_what_is_no_change_of_a_password_is_refused_in_words(staff, body):
    answer = staff("POST", "/api/me/password", json=body)
    require_problem(answer, answer.status_code)
    assert answer.status_code in {400, 415, 422}


def test_a_password_is_verified_without_holding_a_connection(app, staff, monkeypatch):
    held = []
    real = passwords.is_right

    def watched(*given):
        with transaction() as connection:
            query = sa.text("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'")
            held.append(connection.execute(query).scalar_one())
        return real(*given)

    monkeypatch.setattr(passwords, "is_right", watched)
    sign_in(app)
    assert held == [0]


def test_guessing_from_another_address_does_not_shut_the_owner_out(app, staff):
    client = app.test_client(use_cookies=False)
    wrong = {"email": "ada@example.org", "password": "wrong wrong wrong"}
    away = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
    assert [client.post("/api/sign-in", json=wrong, **away).status_code for _ in range(6)] == [401] * 5 + [429]
    sign_in(app)


def test_guessing_from_everywhere_meets_the_limit_of_the_account(app, staff):
    for number in range(100):
        sign_in_guard().note_failure("Ada@example.org", f"198.51.100.{number}")
    wrong = {"email": "ada@example.org", "password": "wrong wrong wrong"}
    locked = app.test_client(use_cookies=False).post("/api/sign-in", json=wrong)
    require_problem(locked, 429)
    assert int(locked.headers["Retry-After"]) == int(re.search(r"(\d+) seconds", locked.get_json()["remedy"])[1])


def test_the_hash_of_a_password_is_argon2id_with_todays_cost(staff):
    with transaction() as connection:
        kept = users.find_staff(connection, "ada@example.org")["password_hash"]
    assert kept.startswith("$argon2id$v=19$")
    # what is kept for nobody is hashed as the system does it; the tests hash the rest with less work
    assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$", passwords._NOBODY)
