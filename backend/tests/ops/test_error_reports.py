"""Unforeseen errors reach a real server of Sentry's protocol, from every part, with nothing about a person."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

import error_server
from cognitive_assessment import config
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.errors import InvalidSettings
from cognitive_assessment.ops import error_reports
from systems import wait_until

FRONTEND = REPOSITORY_ROOT / "frontend"
NAME, ADDRESS, WORDS = "Anna Beispiel", "anna@example.org", "apple pear Tuesday"
PERSONAL = (NAME, ADDRESS, "203.0.113.7", "2001:db8::17", "tok3n-0123456789abcdef0123456789abcdef", WORDS, "P-017")


def _full_event():
    """An event as it could be at worst: everything that the protocol has room for, filled with what is personal."""
    name, address, ip, _, token, words, label = PERSONAL
    frame = {
        "filename": f"answers.py?name={name}",
        "abs_path": f"/home/{name}/answers.py",
        "function": "read",
        "lineno": 7,
        "vars": {"said": words, "token": token},
    }
    return {
        "event_id": "0" * 32,
        "level": "error",
        "release": "cognitive-assessment@0.1.0",
        "environment": "production",
        "transaction": f"/api/questions?email={address}#{token}",
        "server_name": f"laptop-of-{name}",
        "message": words,
        "logentry": {"message": "%s said %s", "params": [name, words]},
        "user": {"id": label, "email": address, "username": name, "ip_address": ip},
        "request": {
            "url": f"https://cas.example/i/{token}",
            "query_string": f"t={token}",
            "cookies": {"cas": token},
            "headers": {"Authorization": token, "X-Forwarded-For": ip},
            "data": {"response": words},
            "env": {"REMOTE_ADDR": ip},
        },
        "breadcrumbs": {"values": [{"message": words, "data": {"address": address}}]},
        "extra": {"transcript": words},
        "modules": {name: "1"},
        "contexts": {"runtime": {"name": "CPython", "version": "3.11"}, "session": {"words": words}},
        "tags": {"part": "api", "place": f"/x/{address}/{ip}/{token}", "participant": label},
        "exception": {"values": [{"type": "KeyError", "value": f"{name}: {words}", "stacktrace": {"frames": [frame]}}]},
        "threads": {"values": [{"name": name, "stacktrace": {"frames": [frame]}}]},
    }


def test_nothing_about_a_person_is_left_of_an_event_that_is_full_of_it():
    left = error_reports.scrubbed(_full_event())
    assert [one for one in PERSONAL if one in json.dumps(left)] == []
    assert left["exception"]["values"][0]["type"] == "KeyError"
    assert left["exception"]["values"][0]["stacktrace"]["frames"] == [
        {"filename": "answers.py", "function": "read", "lineno": 7}
    ]
    assert (left["release"], left["environment"]) == ("cognitive-assessment@0.1.0", "production")
    assert left["contexts"] == {"runtime": {"name": "CPython", "version": "3.11"}}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(NAME) | st.just(ADDRESS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([NAME, "values", "data"]), inner),
    max_leaves=12,
)
_KNOWN = set(error_reports.scrubbed(_full_event()))


@given(st.dictionaries(st.text(max_size=12), _JSON), _JSON, _JSON)
def test_whatever_a_newer_client_may_add_stays_here(added, tags, exception):
    event = {**added, "tags": tags, "exception": exception, "contexts": {"session": tags}}
    left = error_reports.scrubbed({**event, **{name: _full_event()[name] for name in ("event_id", "release")}})
    assert set(left) <= _KNOWN | {"message"}
    assert NAME not in json.dumps(left)
    assert ADDRESS not in json.dumps(left)


@pytest.mark.parametrize(
    ("dsn", "why"),
    [
        ("https://key:secret@errors.example.org/1", "must not hold a secret key"),
        ("https://errors.example.org/1", "looks like"),
        ("https://key@errors.example.org/", "looks like"),
        ("http://key@errors.example.org/1", "https://"),
        ("errors.example.org", "https://"),
    ],
)
def test_a_dsn_that_would_leak_or_lead_nowhere_stops_the_start(dsn, why):
    with pytest.raises(InvalidSettings) as refused:
        config.build({"SENTRY_DSN": dsn})
    assert why in refused.value.message


def test_browsers_may_report_to_exactly_that_origin():
    settings = config.build({"SENTRY_DSN": "https://key@errors.example.org:8443/sub/7", "SENTRY_RELEASE": "r1"})
    assert error_reports.origin(settings) == "https://errors.example.org:8443"
    assert error_reports.for_browsers(settings)["release"] == "r1"
    nowhere = config.build({})
    assert (error_reports.origin(nowhere), error_reports.for_browsers(nowhere)) == (None, None)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_an_error_of_every_part_arrives_with_release_and_environment_and_nothing_personal(make_system, tmp_path, chat):
    browser = _browser()
    with error_server.running(tmp_path / "bugsink") as server:
        named = {"SENTRY_DSN": server.dsn, "SENTRY_RELEASE": "cas-of-test@7", "SENTRY_ENVIRONMENT": "trial"}
        system = make_system(**named, CAS_ALERT_WEBHOOK_URL=chat.url).start()
        broken = system.cas("run", "python", "-c", _BREAK, NAME)
        assert broken.returncode == 0, broken.stderr
        staff = system.sign_in()
        answer = staff("GET", f"/api/invitations?name={NAME}", headers={"X-Forwarded-For": PERSONAL[2]})
        assert answer.status_code == 500
        incident = answer.json()["remedy"].rsplit(" ", 1)[-1]
        seen = _run("break-page.mjs", system.url, f"{NAME} {ADDRESS}", browser=browser)
        found = {part: server.await_event(part) for part in ("api", "worker", "browser")}
        kinds = {part: event["exception"]["values"][-1]["type"] for part, event in found.items()}
        assert kinds == {"api": "ProgrammingError", "worker": "ValueError", "browser": "Error"}
        for event in found.values():
            assert (event["release"], event["environment"]) == ("cas-of-test@7", "trial")
        assert dict(found["api"]["tags"])["incident"] == incident
        assert dict(found["api"]["tags"])["sqlstate"] == "42501"
        assert dict(found["worker"]["tags"])["place"] == "measure_recording"
        told = json.dumps(server.events())
        assert [one for one in (*PERSONAL, staff.token, str(tmp_path)) if one in told] == []
        assert seen["status"] == 200
        assert all("127.0.0.1:9/" in line for line in seen["refused"])  # what the test itself sent elsewhere
        assert "Failed to fetch" in seen["elsewhere"]
        _picture(server, browser)
        tested = system.cas("doctor", "--monitoring")
        assert tested.returncode == 0, tested.stdout + tested.stderr
        assert all(word in tested.stdout for word in ("arrived on", "taken by http", "taken by the webhook"))
        assert server.await_event("doctor")["exception"]["values"][0]["type"] == "MonitoringTest"
        assert chat.find("TEST", "Nothing is wrong.")


_BREAK = """
import json, os, sys, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("REVOKE SELECT ON invitations FROM cas_app")
    arguments = json.dumps({"recording_id": sys.argv[1]})
    job = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'measure_recording', %s)"
    connection.execute(job, [arguments])
"""


def _browser() -> str:
    if not (FRONTEND / "out" / "index.html").exists():
        pytest.skip("The pages are not built; `make install` builds them.")
    if not (FRONTEND / "node_modules" / "@playwright" / "test").exists():
        pytest.skip("The packages of the front end's tests are not installed; `make test` installs them.")
    found = subprocess.run(
        ["bash", REPOSITORY_ROOT / "scripts" / "ensure_browser.sh"], capture_output=True, text=True, check=False
    )
    if found.returncode != 0:
        pytest.skip("No Chromium is here, and none can be had.")
    return found.stdout.strip().splitlines()[-1]


def _run(script: str, *words: str, browser: str):
    environment = {**os.environ, "CAS_BROWSER": browser}
    command = ["node", FRONTEND / "e2e" / script, *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout or "{}")


def _picture(server: error_server.ErrorServer, browser: str) -> None:
    """For the documentation, where it is asked for."""
    if os.environ.get("CAS_E2E_PICTURES"):
        path = REPOSITORY_ROOT / "docs" / "screenshots" / "error-reports-1280.png"
        _run("error-server.mjs", server.url, error_server.USER, error_server.PASSWORD, str(path), browser=browser)
        assert wait_until(path.exists)
