"""What protects a browser and its person, looked for in the answer of every route, whoever asks and however it goes."""

from __future__ import annotations

import re
import uuid

import pytest

from api_clients import OPENING, PASSWORD, Upload, make_playable, make_staff, require_problem, session_body, spoken_body
from cognitive_assessment import config
from cognitive_assessment.api.app import create_app

HTTPS = "https://clinic.example.org"
SCRIPT = "<!doctype html><script src='/a.js'></script><script>self.x=1</script>"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
UNCHANGED_BY_A_COOKIE = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture
def published(committed, data_dir, monkeypatch):
    """The application behind a proxy with a certificate, with a page."""
    (data_dir / "pages").mkdir()
    (data_dir / "pages" / "index.html").write_text(SCRIPT)
    for name, value in {"CAS_PUBLIC_URL": HTTPS, "CAS_ALLOWED_HOSTS": "assess.example.org"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "off")
    config.settings.cache_clear()
    return create_app()


def every_route(app):
    """Every path that the server knows, with each of its methods."""
    return [
        (method, re.sub(r"<(?:\w+:)?\w+>", str(uuid.uuid4()), rule.rule))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods)
    ]


def directives(answer):
    policy = answer.headers["Content-Security-Policy"]
    return {name: set(values) for name, *values in (part.split() for part in policy.split(";") if part.strip())}


def test_every_answer_of_every_route_carries_what_protects(published):
    client = published.test_client(use_cookies=False)
    routes = [*every_route(published), ("GET", "/nothing"), ("POST", "/api/nothing"), ("PATCH", "/")]
    assert len(routes) > 90
    for method, path in routes:
        answer = client.open(path, method=method, buffered=True, base_url=HTTPS, headers={"Origin": HTTPS})
        place = (method, path, answer.status_code)
        assert answer.status_code < 500 or path.startswith("/api/health"), place
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", place
        assert headers["Referrer-Policy"] == "no-referrer", place
        assert headers["X-Frame-Options"] == "DENY", place
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", place
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", place
        assert "microphone=(self)" in headers["Permissions-Policy"], place
        assert {"camera=()", "geolocation=()"} <= set(headers["Permissions-Policy"].split(", ")), place
        assert int(re.search(r"max-age=(\d+)", headers["Strict-Transport-Security"])[1]) >= 31_536_000, place
        assert "Access-Control-Allow-Origin" not in headers, place
        assert "X-Powered-By" not in headers, place
        if path.startswith("/api/") and path not in {"/api/questions", "/api/browser-settings"}:
            assert headers["Cache-Control"] == "no-store", place


def test_no_answer_of_any_route_lets_a_script_run_that_is_not_ours(published):
    client = published.test_client(use_cookies=False)
    for method, path in every_route(published):
        answer = client.open(path, method=method, buffered=True, base_url=HTTPS, headers={"Origin": HTTPS})
        policy = directives(answer)
        scripts = policy.get("script-src", policy["default-src"])
        assert all(one in {"'self'", "'none'"} or one.startswith("'sha256-") for one in scripts), (method, path)
        assert policy["frame-ancestors"] == {"'none'"}, (method, path)
        assert policy["default-src"] <= {"'self'", "'none'"}, (method, path)
        if policy["default-src"] == {"'self'"}:
            assert (policy["object-src"], policy["base-uri"]) == ({"'none'"}, {"'none'"}), (method, path)


def test_over_a_plain_connection_no_browser_is_told_to_insist_on_a_certificate(nobody):
    assert "Strict-Transport-Security" not in nobody("GET", "/api/health/live").headers


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("clinic.example.org", True),
        ("clinic.example.org:443", True),
        ("CLINIC.example.org", True),
        ("assess.example.org", True),
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("evil.example", False),
        ("clinic.example.org.evil.example", False),
        ("clinic.example.org@evil.example", False),
        ("evil.example:clinic.example.org", False),
        ("[::2]", False),
        ("", False),
    ],
)
def test_no_route_answers_under_the_name_of_another_host(published, host, is_ours):
    client = published.test_client(use_cookies=False)
    for method, path in every_route(published) if not is_ours else [("GET", "/"), ("GET", "/api/me")]:
        headers = {"Host": host, "X-Forwarded-Host": "clinic.example.org"}
        answer = client.open(path, method=method, buffered=True, headers=headers)
        if path.startswith(("/api/health", "/metrics")):
            continue  # a machine asks by a name of its own; nothing of a person is there
        if is_ours:
            assert answer.status_code in {200, 401}, (method, path)
        else:
            assert answer.status_code in {400, 421}, (method, path, answer.status_code)
            assert host not in answer.text or not host


def test_whoever_probes_the_health_may_use_a_name_of_the_network(published):
    client = published.test_client(use_cookies=False)
    assert client.get("/api/health/live", headers={"Host": "api.internal:8000"}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://clinic.example.org", "null", f"{HTTPS}.evil.example"]
)
def test_no_call_that_changes_anything_is_taken_from_a_page_of_another_site(published, origin):
    make_staff(published, "ada@example.org", role="administrator")
    client = published.test_client()
    right = {"email": "ada@example.org", "password": PASSWORD}
    signed_in = client.post("/api/sign-in", json=right, base_url=HTTPS, headers={"Origin": HTTPS})
    assert signed_in.status_code == 200
    for method, path in every_route(published):
        if method in UNSAFE:
            answer = client.open(
                path, method=method, buffered=True, base_url=HTTPS, headers={"Origin": origin}, json={}
            )
            require_problem(answer, 403, "cross_site")
    assert client.get("/api/me", base_url=HTTPS).status_code == 200


def test_with_a_cookie_no_origin_at_all_is_not_enough_to_change_anything(published):
    make_staff(published, "ada@example.org", role="administrator")
    client = published.test_client()
    client.post("/api/sign-in", json={"email": "ada@example.org", "password": PASSWORD}, base_url=HTTPS)
    changing = {
        "PATCH /api/organisation": {"name": "Mine"},
        "POST /api/staff": {"email": "b@example.org", "display_name": "B", "role": "operator"},
        "POST /api/invitations": {"participant_label": "P"},
        "POST /api/me/password": {"current_password": PASSWORD, "new_password": PASSWORD},
        "DELETE /api/me/sign-ins": None,
        "POST /api/sign-out": None,
    }
    for call, body in changing.items():
        method, path = call.split(" ")
        require_problem(client.open(path, method=method, json=body, base_url=HTTPS), 403, "cross_site")


def cookies_of(client, base_url):
    right = {"email": "ada@example.org", "password": PASSWORD}
    return client.post("/api/sign-in", json=right, base_url=base_url).headers.getlist("Set-Cookie")


def test_a_cookie_is_bound_to_the_host_and_to_https_and_no_script_reads_it(published, monkeypatch):
    make_staff(published, "ada@example.org")
    client = published.test_client()
    [cookie] = cookies_of(client, HTTPS)
    assert re.match(r"__Host-cas_session=[\w-]{40,};", cookie)
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert client.get("/api/me", base_url=HTTPS).status_code == 200
    planted = published.test_client()
    planted.set_cookie("cas_session", cookie.partition("=")[2].partition(";")[0], domain="clinic.example.org")
    assert planted.get("/api/me", base_url=HTTPS).status_code == 401  # a name that a neighbour could set
    [gone] = client.post("/api/sign-out", base_url=HTTPS, headers={"Origin": HTTPS}).headers.getlist("Set-Cookie")
    assert gone.startswith("__Host-cas_session=;")
    assert {"Secure", "Path=/", "Max-Age=0"} <= set(gone.split("; "))
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "on")
    config.settings.cache_clear()
    [step] = cookies_of(published.test_client(), HTTPS)
    assert step.startswith("__Host-cas_sign_in_step=")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(step.split("; "))
    assert "Domain" not in step


@pytest.mark.parametrize("header", ["Origin", "Sec-Fetch-Site"])
def test_the_token_of_a_sign_in_is_never_told_to_a_page(published, header, monkeypatch):
    staff = make_staff(published, "ada@example.org")
    invited = staff("POST", "/api/invitations", json={"participant_label": "P"}, base_url=HTTPS).get_json()
    begin = f"/api/invitations/{invited['invitation_id']}/begin-here"
    sign_in = {"email": "ada@example.org", "password": PASSWORD}

    def told(path, body, *, as_page):
        headers = {"Authorization": f"Bearer {staff.token}"} if path == begin else {}
        headers |= {header: HTTPS if header == "Origin" else "same-origin"} if as_page else {}
        client = published.test_client(use_cookies=False)
        answer = client.post(path, json=body, base_url=HTTPS, headers=headers)
        assert answer.status_code == 200, answer.text
        [cookie] = answer.headers.getlist("Set-Cookie")
        return answer.get_json()["token"], cookie.partition("=")[2].partition(";")[0], answer.text

    for path, body in (
        ("/api/sign-in", sign_in),
        ("/api/invitations/accept", {"token": invited["token"]}),
        (begin, None),
    ):
        token, kept, text = told(path, body, as_page=True)
        assert (token, kept in text) == (None, False), path
        token, kept, _ = told(path, body, as_page=False)
        assert token == kept, path
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "on")
    config.settings.cache_clear()
    token, kept, text = told("/api/sign-in", sign_in, as_page=True)
    assert (token, kept in text) == (None, False)


def test_a_person_who_begins_on_this_device_cannot_come_to_what_staff_see(published):
    make_staff(published, "ada@example.org")
    browser, ours = published.test_client(), {"base_url": HTTPS, "headers": {"Origin": HTTPS}}
    browser.post("/api/sign-in", json={"email": "ada@example.org", "password": PASSWORD}, **ours)
    cookie = browser.get_cookie("__Host-cas_session", domain="clinic.example.org").value
    invited = browser.post("/api/invitations", json={"participant_label": "P"}, **ours).get_json()
    assert browser.post(f"/api/invitations/{invited['invitation_id']}/begin-here", **ours).status_code == 200
    before = published.test_client(use_cookies=False).get(
        "/api/me", base_url=HTTPS, headers={"Authorization": f"Bearer {cookie}"}
    )
    assert before.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "//evil.example/%2f..",
        "/\\evil.example",
        "/%5cevil.example",
        "/sign-in?next=//evil.example",
        "/https://evil.example",
        "/clinic//..//evil.example",
        "/api//sessions",
        "/%0d%0aLocation:%20//evil.example",
    ],
)
def test_nobody_is_sent_to_another_site(published, path):
    answer = published.test_client(use_cookies=False).get(path, base_url=HTTPS, buffered=True)
    target = answer.headers.get("Location", "/")
    assert re.match(rf"({HTTPS})?/(?![/\\])", target), target


def hostile_upload(participant, media_type, data):
    session = participant("POST", "/api/sessions", json=session_body()).get_json()
    upload = Upload(participant, session["id"])
    metadata = upload.metadata(filetype=media_type)
    assert upload.create(len(data), headers={"Upload-Metadata": metadata}).status_code == 201
    assert upload.patch(0, data).status_code == 204
    path = f"/api/sessions/{session['id']}/questions/{upload.question_id}"
    assert participant("PUT", path, json=spoken_body(upload.recording_id)).status_code == 201
    return upload.recording_id


@pytest.mark.parametrize(
    ("declared", "content"),
    [
        ("audio/x-unknown", OPENING),  # too short to tell what it is
        ("application/octet-stream", OPENING + SCRIPT.encode()),
        ("video/mp4", OPENING + SCRIPT.encode()),
        ("audio/flac", OPENING + SCRIPT.encode()),
        ("audio/webm;codecs=opus", OPENING + SCRIPT.encode()),
    ],
)
def test_an_upload_is_never_served_as_what_its_content_looks_like(participant, staff, declared, content):
    recording_id = hostile_upload(participant, declared, content)
    path = f"/api/recordings/{recording_id}/audio"
    refused = staff("GET", path)
    assert (refused.status_code, SCRIPT in refused.get_data(as_text=True)) == (404, False)
    make_playable(recording_id, b"fLaC made anew")
    answer = staff("GET", path)
    assert (answer.status_code, answer.content_type, answer.data) == (200, "audio/flac", b"fLaC made anew")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{recording_id}.flac"'
    assert directives(answer) == {"default-src": {"'none'"}, "frame-ancestors": {"'none'"}}


def test_no_route_answers_trace(published):
    client = published.test_client(use_cookies=False)
    for _, path in every_route(published):
        answer = client.open(path, method="TRACE", base_url=HTTPS, buffered=True)
        assert answer.status_code in {404, 405}, path


def test_no_call_takes_a_secret_in_its_address(published):
    """Addresses stand in logs and histories: what opens something comes in a body or a header."""
    named = {
        (place["in"], place["name"])
        for methods in published.spec["paths"].values()
        for call in methods.values()
        for place in call.get("parameters", [])
    }
    assert ("query", "limit") in named
    opens = re.compile(r"token|password|secret|code|key(?!_id)|email|label|(?<!table_)name", re.IGNORECASE)
    assert {one for one in named if one[0] in {"path", "query"} and opens.search(one[1])} == set()
    client = published.test_client(use_cookies=False)
    token = make_staff(published, "ada@example.org").token
    for name in ("token", "access_token", "cas_session", "__Host-cas_session"):
        assert client.get(f"/api/me?{name}={token}", base_url=HTTPS).status_code == 401, name
