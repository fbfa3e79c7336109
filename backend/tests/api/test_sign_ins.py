"""The ends of a sign-in: nobody there, its hours over, ended from elsewhere; and the list of them."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from api_clients import PASSWORD, Person, require_problem
from cognitive_assessment import config
from cognitive_assessment.api.browser_names import browser_name
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.store import sign_in_uses
from cognitive_assessment.store.engine import make_engine

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BACKGROUND = {"X-Background": "1"}


@pytest.fixture
def as_owner(database):
    """Read and change what the role that serves may not."""
    owner = make_engine(database.owner_url)

    def run(statement):
        with owner.begin() as connection:
            found = connection.execute(sa.text(statement))
            return found.scalars().all() if found.returns_rows else []

    yield run
    owner.dispose()


def sign_in(app, *, email="ada@example.org", browser=FIREFOX):
    client = app.test_client(use_cookies=False)
    body = {"email": email, "password": PASSWORD}
    answer = client.post("/api/sign-in", json=body, headers={"User-Agent": browser})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return Person(client, answer.get_json()["token"], answer.get_json()["user"])


def listed(person):
    answer = person("GET", "/api/me/sign-ins")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()["sign_ins"]


def test_staff_are_signed_out_when_nobody_is_there_and_participants_are_not(staff, participant, as_owner):
    as_owner("UPDATE sign_in_uses SET used_at = now() - interval '29 minutes'")
    assert staff("GET", "/api/me", headers=BACKGROUND).status_code == 200
    as_owner("UPDATE sign_in_uses SET used_at = used_at - interval '2 minutes'")
    for path in ("/api/me", "/api/sessions", "/api/me/account"):
        require_problem(staff("GET", path), 401, "not_signed_in")
    assert participant("GET", "/api/me").status_code == 200


def test_only_what_a_person_does_keeps_a_sign_in_alive(staff, as_owner):
    def used_minutes_ago():
        return float(as_owner("SELECT extract(epoch FROM clock_timestamp() - used_at) / 60 FROM sign_in_uses")[0])

    as_owner("UPDATE sign_in_uses SET used_at = now() - interval '20 minutes'")
    staff("GET", "/api/sessions", headers=BACKGROUND)
    assert used_minutes_ago() > 19
    staff("GET", "/api/sessions")
    assert used_minutes_ago() < 1


def test_many_requests_write_once(staff, as_owner):
    staff("GET", "/api/me")
    before = as_owner("SELECT used_at FROM sign_in_uses")
    for _ in range(3):
        staff("GET", "/api/me")
    assert as_owner("SELECT used_at FROM sign_in_uses") == before


def test_a_page_learns_how_long_the_sign_in_lasts_unless_somebody_is_there(staff, participant, as_owner):
    as_owner("UPDATE sign_in_uses SET used_at = now() - interval '29 minutes'")
    left = staff("GET", "/api/me", headers=BACKGROUND).get_json()["signed_out_in_s"]
    assert 50 < left <= 60
    assert 30 * 60 - 5 <= staff("GET", "/api/me").get_json()["signed_out_in_s"] <= 30 * 60
    as_owner("UPDATE sign_ins SET ends_at = now() + interval '90 seconds'")
    assert staff("GET", "/api/me").get_json()["signed_out_in_s"] <= 90
    assert "signed_out_in_s" not in participant("GET", "/api/me").get_json()


def test_a_sign_in_of_staff_ends_after_its_hours_however_busy(staff, participant, as_owner):
    hours = as_owner("SELECT extract(epoch FROM ends_at - created_at) / 3600 FROM sign_ins ORDER BY 1")
    assert [round(float(one), 1) for one in hours] == [12.0, 14 * 24.0]
    as_owner("UPDATE sign_ins SET ends_at = now() - interval '1 second'")
    require_problem(staff("GET", "/api/me"), 401)


def test_both_limits_are_settings(app, staff, as_owner, monkeypatch):
    monkeypatch.setenv("CAS_STAFF_IDLE_MINUTES", "5")
    monkeypatch.setenv("CAS_STAFF_SIGN_IN_HOURS", "2")
    config.settings.cache_clear()
    as_owner("UPDATE sign_in_uses SET used_at = now() - interval '6 minutes'")
    require_problem(staff("GET", "/api/me"), 401)
    again = sign_in(app)
    [mine] = listed(again)
    lasts = dt.datetime.fromisoformat(mine["ends_at"]) - dt.datetime.fromisoformat(mine["created_at"])
    assert abs(lasts - dt.timedelta(hours=2)) < dt.timedelta(seconds=5)
    assert again("GET", "/api/me/account").get_json()["idle_minutes"] == 5


@pytest.mark.parametrize("value", ["0", "-1", "soon", "1.5"])
def test_a_sign_in_without_limit_is_no_setting(value):
    for name in ("CAS_STAFF_IDLE_MINUTES", "CAS_STAFF_SIGN_IN_HOURS"):
        with pytest.raises(config.InvalidSettings, match=name):
            config.build({name: value})


def test_one_sees_where_one_is_signed_in_and_ends_what_is_not_ones_own(app, staff, as_owner):
    other = sign_in(app)
    mine = listed(other)
    assert [one["is_current"] for one in mine] == [True, False]
    assert (mine[0]["browser"], mine[0]["method"]) == ("Firefox on Linux", "password")
    assert mine[1]["browser"] == "Another program"
    assert not {"token", "token_hash"} & mine[0].keys()
    assert other("DELETE", f"/api/me/sign-ins/{mine[1]['id']}").status_code == 204
    require_problem(staff("GET", "/api/me"), 401)
    assert [one["is_current"] for one in listed(other)] == [True]
    require_problem(other("DELETE", f"/api/me/sign-ins/{mine[1]['id']}"), 404)


def test_signing_out_everywhere_else_leaves_this_one(app, staff):
    others = [sign_in(app) for _ in range(3)]
    assert staff("DELETE", "/api/me/sign-ins").status_code == 204
    for other in others:
        require_problem(other("GET", "/api/me"), 401)
    assert len(listed(staff)) == 1


def test_what_nobody_uses_any_more_is_not_listed_and_what_has_ended_is_forgotten(app, staff, as_owner):
    as_owner("UPDATE sign_in_uses SET used_at = now() - interval '31 minutes'")
    assert len(listed(sign_in(app))) == 1
    as_owner("UPDATE sign_ins SET ends_at = now() - interval '1 second'")
    sign_in(app)
    assert as_owner("SELECT count(*) FROM sign_ins") == [1]
    assert as_owner("SELECT count(*) FROM sign_in_uses") == [1]


def test_the_sign_ins_of_others_are_nobodys_business(app, staff, foreign_staff, participant, nobody):
    [theirs] = listed(foreign_staff)
    require_problem(staff("DELETE", f"/api/me/sign-ins/{theirs['id']}"), 404)
    staff("DELETE", "/api/me/sign-ins")
    assert foreign_staff("GET", "/api/me").status_code == 200
    for method in ("GET", "DELETE"):
        require_problem(participant(method, "/api/me/sign-ins"), 404)
        require_problem(nobody(method, "/api/me/sign-ins"), 401)
    assert participant("GET", "/api/me").status_code == 200


def test_a_sign_in_of_staff_whose_use_is_not_known_is_none(staff, as_owner):
    as_owner("DELETE FROM sign_in_uses")
    require_problem(staff("GET", "/api/me"), 401)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome on Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "Another program"),
        ("Firefox/1", "Firefox"),
        ("", "Another program"),
        ("<script>" * 500, "Another program"),
    ],
)
def test_a_browser_is_told_in_a_few_words(user_agent, name):
    assert browser_name(user_agent) == name


def test_an_account_has_so_many_sign_ins_and_one_more_ends_the_one_used_longest_ago(app, staff, as_owner, monkeypatch):
    assert f"at most {sign_in_uses.AT_MOST} sign-ins" in (REPOSITORY_ROOT / "docs" / "reference" / "api.md").read_text()
    monkeypatch.setattr(sign_in_uses, "AT_MOST", 3)
    others = [sign_in(app) for _ in range(2)]
    as_owner("UPDATE sign_in_uses SET used_at = used_at - interval '5 minutes'")
    assert others[0]("GET", "/api/me").status_code == 200  # somebody is there
    newest = sign_in(app)
    assert [len(listed(newest)), staff("GET", "/api/me").status_code] == [3, 401]
    assert [one("GET", "/api/me").status_code for one in (*others, newest)] == [200, 200, 200]
