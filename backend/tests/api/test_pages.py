"""The built pages, the headers of every answer, the contract's document, errors of every kind."""

from __future__ import annotations

import base64
import hashlib
import urllib.parse

import openapi_spec_validator
import pytest
from flask import render_template

from api_clients import Person, require_problem
from cognitive_assessment import config
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.ops.log_lines import JsonFormatter

SCRIPT = "self.__next_f=[1]"


@pytest.fixture
def pages(data_dir):
    folder = data_dir / "pages"
    (folder / "_next" / "static" / "chunks").mkdir(parents=True)
    (folder / "clinic").mkdir()
    html = f'<!doctype html><script src="/_next/static/chunks/a.js"></script><script>{SCRIPT}</script>'
    for name in ("index.html", "invitation.html", "session.html", "clinic/index.html", "404.html"):
        (folder / name).write_text(html + name)
    (folder / "_next" / "static" / "chunks" / "a.js").write_text("1")
    (folder / "stimulus.ogg").write_bytes(b"OggS" + bytes(1000))
    return folder


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "index.html"),
        ("/invitation", "invitation.html"),
        ("/session", "session.html"),
        ("/clinic", "clinic/index.html"),
        ("/clinic/", "clinic/index.html"),
    ],
)
def test_clean_addresses_answer_with_their_page(nobody, pages, path, file):
    answer = nobody("GET", path)
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).endswith(file)
    assert answer.mimetype == "text/html"
    assert answer.headers["Cache-Control"] == "no-cache"
    head = nobody("HEAD", path)
    assert (head.status_code, head.data) == (200, b"")


def test_scripts_run_only_if_they_are_ours(nobody, pages):
    policy = nobody("GET", "/").headers["Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == f"script-src 'self' 'sha256-{digest}'"
    assert "frame-ancestors 'none'" in policy


def test_pages_talk_to_us_alone_unless_a_server_hears_of_their_errors(nobody, pages, monkeypatch):
    def allowed() -> str:
        policy = nobody("GET", "/").headers["Content-Security-Policy"]
        return next(part for part in policy.split("; ") if part.startswith("connect-src"))

    assert allowed() == "connect-src 'self'"
    assert nobody("GET", "/api/browser-settings").get_json() == {"error_reports": None}
    monkeypatch.setenv("SENTRY_DSN", "https://key@errors.example.org:8443/7")
    config.settings.cache_clear()
    assert allowed() == "connect-src 'self' https://errors.example.org:8443"
    told = nobody("GET", "/api/browser-settings").get_json()["error_reports"]
    assert (told["dsn"], told["environment"]) == ("https://key@errors.example.org:8443/7", "production")


def test_hashed_files_last_and_others_can_be_asked_for_again(nobody, pages):
    assert "immutable" in nobody("GET", "/_next/static/chunks/a.js").headers["Cache-Control"]
    sound = nobody("GET", "/stimulus.ogg", headers={"Range": "bytes=0-3"})
    assert (sound.status_code, sound.data) == (206, b"OggS")
    assert nobody("GET", "/", headers={"If-None-Match": nobody("GET", "/").headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/a%00b",
        "//etc/passwd",
        "/.git/config",
        "/.git/",
        "/_next/",
        "/_next/static/chunks",
    ],
)
def test_an_address_without_a_page_has_a_page_that_says_so(nobody, pages, data_dir, path):
    (data_dir / "pages" / ".git").mkdir()
    (data_dir / "pages" / ".git" / "config").write_text("[core]\nroot:")
    answer = nobody("GET", path)
    assert b"a.js" not in answer.data.replace(b"/_next/static/chunks/a.js", b"")  # no list of what is there
    assert answer.status_code in {404, 308, 421}  # the client takes what follows two slashes for a host
    assert b"root:" not in answer.data


def test_without_the_built_pages_a_plain_one_says_what_to_do(nobody):
    answer = nobody("GET", "/invitation")
    assert answer.status_code == 503
    assert "make install" in answer.get_data(as_text=True)
    require_problem(nobody("GET", "/api/nothing"), 404, "not_found")


def test_every_answer_carries_the_headers_that_protect(nobody, pages):
    for path in ("/", "/api/health/live", "/api/nothing", "/api/docs"):
        headers = nobody("GET", path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Permissions-Policy"].startswith("microphone=(self)")
        assert "unsafe-inline" not in headers["Content-Security-Policy"].partition("style-src")[0]
        assert "Strict-Transport-Security" not in headers
    secure = nobody("GET", "/", base_url="https://localhost")
    assert "max-age" in secure.headers["Strict-Transport-Security"]


def test_the_contract_is_valid_and_names_every_call(nobody, app):
    document = nobody("GET", "/api/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    openapi_spec_validator.validate(document)
    routes = {
        (method, rule.rule.replace("<uuid:", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and rule.endpoint not in {"openapi.spec", "docs.docs"}
    }
    named = {(method.upper(), path) for path, calls in document["paths"].items() for method in calls}
    assert routes <= named


def test_the_contract_can_be_read_without_a_script_or_another_host(nobody):
    answer = nobody("GET", "/api/docs")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert "/api/uploads/{recording_id}" in text
    assert "<script" not in text
    assert "http://" not in text
    assert "https://" not in text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("POST", "/api/nothing", 404, "not_found"),
        ("PUT", "/api/sessions", 405, "method_not_allowed"),
        ("DELETE", "/api/me", 405, "method_not_allowed"),
    ],
)
def test_every_error_is_a_problem_document(nobody, method, path, status, code):
    answer = nobody(method, path)
    require_problem(answer, status, code)
    if status == 405:
        assert answer.headers["Allow"]


def test_a_fault_of_ours_is_told_by_a_number_and_nothing_else(own_app, caplog):
    own_app.config["PROPAGATE_EXCEPTIONS"] = False

    @own_app.get("/api/broken")
    def broken():
        raise KeyError("Miss Marple said 5 8 2")

    answer = Person(own_app.test_client())("GET", "/api/broken")
    body = require_problem(answer, 500)
    number = body["remedy"].split()[-1]
    logged = "\n".join(JsonFormatter("api").format(record) for record in caplog.records)
    assert number in logged
    assert "Marple" not in answer.get_data(as_text=True) + logged


def test_the_catalogue_is_public_and_may_be_kept_for_five_minutes(nobody):
    answer = nobody("GET", "/api/questions?locale=en")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    slugs = [instrument["slug"] for instrument in answer.get_json()["instruments"]]
    assert slugs == sorted(catalogue().instruments)
    assert {"orientation", "digit_span", "category_fluency", "symbol_digit"} <= set(slugs)
    batteries = answer.get_json()["batteries"]
    assert {"brief", "spoken"} <= {battery["slug"] for battery in batteries}
    assert batteries == sorted(batteries, key=lambda battery: battery["minutes"])
    one = nobody("GET", "/api/questions?instrument=orientation").get_json()["instruments"]
    assert [i["slug"] for i in one] == ["orientation"]
    assert one[0]["licence"]["name"]
    require_problem(nobody("GET", "/api/questions?instrument=moca"), 404)
    require_problem(nobody("GET", "/api/questions?locale=tlh"), 422)


def test_health_has_the_promised_shape_and_live_needs_nothing(nobody):
    body = nobody("GET", "/api/health").get_json()
    assert set(body["checks"]) == {
        "database",
        "replica",
        "ml_models",
        "disk_space",
        "queue",
        "storage",
        "mirror",
        "scanner",
        "backups",
        "archive",
        "cache",
        "maintenance",
    }
    assert body["checks"]["database"] == {"status": "healthy", "message": "Connected"}
    assert body["checks"]["storage"]["status"] == "healthy"
    # no worker has verified a model in this test, and the system says so
    assert body["status"] == "unhealthy"
    assert nobody("GET", "/api/health/live").get_json()["status"] == "alive"
    assert nobody("GET", "/api/health/ready").status_code == 503


HOSTILE = "<img src=x onerror=alert(1)>\"'&"


def test_nothing_of_a_request_is_answered_as_markup(app, nobody, pages):
    del pages
    encoded = urllib.parse.quote(HOSTILE, safe="")
    for path in (f"/{encoded}", f"/api/{encoded}", f"/api/questions?locale={encoded}", f"/api/sessions/{encoded}"):
        answer = nobody("GET", path, headers={"User-Agent": HOSTILE, "Referer": HOSTILE})
        assert HOSTILE not in answer.text, path
        assert "<img" not in answer.text or answer.mimetype == "application/problem+json", path
    call = dict.fromkeys(("path", "method", "summary", "description"), HOSTILE)
    spec = {"info": {"title": HOSTILE, "version": HOSTILE}}
    with app.test_request_context():
        calls = [{**call, "tags": [HOSTILE], "body": {}, "responses": {"200": {"description": HOSTILE}}}]
        page = render_template("docs.html", spec=spec, calls=calls)
    assert "<img" not in page
    assert "&lt;img" in page
