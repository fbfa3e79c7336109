"""Who may read what is measured, and what is counted of requests and sign-ins."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cognitive_assessment import config
from cognitive_assessment.ops import health
from cognitive_assessment.ops.metrics.events import events
from cognitive_assessment.store import engine

TOKEN = "a-token-of-more-than-twenty-letters"


@pytest.fixture
def settings(monkeypatch, data_dir):
    """Changes a setting of this test."""

    def change(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        config.settings.cache_clear()

    return change


@pytest.fixture(autouse=True)
def _no_earlier_look(monkeypatch):
    """The checks of the health are kept for a second: each test looks anew."""
    monkeypatch.setattr(health, "_latest", health._Latest())


@pytest.fixture
def database_away(app, database):
    engine.bind("postgresql+psycopg://cas_app@127.0.0.1:1/none")
    yield
    engine.bind(database.app_url)


def status(app, headers=None, **options):
    return app.test_client().get("/metrics", headers=headers or {}, **options).status_code


def test_this_machine_reads_it(app):
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"cas_build{" in answer.data


def test_prometheus_gets_the_form_that_it_asks_for(app):
    answer = app.test_client().get("/metrics", headers={"Accept": "application/openmetrics-text;version=1.0.0"})
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.data.endswith(b"# EOF\n")


@pytest.mark.parametrize(
    "request_of",
    [
        {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"X-Forwarded-For": "192.0.2.7"}},
        {"headers": {"Forwarded": "for=192.0.2.7"}},
        {"headers": {"Host": "clinic.example.org"}},
    ],
    ids=["another machine", "through a proxy", "through a proxy of the new kind", "by another name"],
)
def test_nobody_else_finds_it(app, request_of):
    assert status(app, **request_of) == 404


def test_a_published_system_cannot_tell_its_machine_from_its_proxy_and_wants_the_token(app, settings):
    settings(CAS_PUBLIC_URL="https://clinic.example.org")
    assert status(app) == 404
    settings(CAS_METRICS_TOKEN=TOKEN)
    assert status(app, {"Authorization": f"Bearer {TOKEN}"}) == 200


@pytest.mark.parametrize(
    "header", ["", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}", "Bearer é"]
)
def test_where_there_is_a_token_only_the_right_one_opens(app, settings, header):
    settings(CAS_METRICS_TOKEN=TOKEN)
    assert status(app, {"Authorization": header} if header else {}) == 404


def test_while_the_token_is_exchanged_both_open(app, settings):
    new = TOKEN[::-1]
    settings(CAS_METRICS_TOKEN=f"{new},{TOKEN}")
    assert [status(app, {"Authorization": f"Bearer {one}"}) for one in (new, TOKEN)] == [200, 200]
    assert status(app, {"Authorization": f"Bearer {new},{TOKEN}"}) == 404


def test_the_token_opens_for_other_machines(app, settings):
    settings(CAS_METRICS_TOKEN=TOKEN)
    from_elsewhere = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}
    assert status(app, {"Authorization": f"Bearer {TOKEN}"}, **from_elsewhere) == 200


def test_requests_have_the_template_as_their_route_whatever_is_asked(app, nobody):
    for path in ("/api/sessions/7d4c9f2e-0000-4000-8000-000000000000", "/api/nowhere/at/all", "/clinic/anna"):
        nobody("GET", path)
    nobody("GET", "/api/health/live")
    page = app.test_client().get("/metrics").get_data(as_text=True)
    requests = next(f for f in text_string_to_metric_families(page) if f.name == "cas_http_requests")
    routes = {sample.labels["route"] for sample in requests.samples}
    assert {"/api/sessions/<uuid:session_id>", "/<path:path>", "/api/health/live"} <= routes
    assert not any("7d4c9f2e" in route or "anna" in route for route in routes)


def test_a_made_up_method_makes_no_new_series(app):
    app.test_client().open("/api/me", method="PROPFINDER")
    methods = {sample.labels["method"] for sample in _samples("requests") if "method" in sample.labels}
    assert "PROPFINDER" not in methods
    assert "other" in methods


def test_failed_and_refused_sign_ins_are_counted_without_a_name(nobody, staff):
    failed, refused = _value("sign_in_failures"), _value("sign_in_refusals")
    for _ in range(6):
        nobody("POST", "/api/sign-in", json={"email": "ada@example.org", "password": "not this one at all"})
    assert _value("sign_in_failures") - failed == 5
    assert _value("sign_in_refusals") - refused == 1


def test_an_error_that_nobody_foresaw_is_counted_by_its_type_and_place(app, nobody, monkeypatch):
    monkeypatch.setattr("cognitive_assessment.api.questions.catalogue", None)
    assert nobody("GET", "/api/questions").status_code == 500
    found = [s for s in _samples("faults") if s.name == "cas_faults_total" and s.labels["place"] == "/api/questions"]
    assert [(s.labels["part"], s.labels["kind"], s.value) for s in found] == [("api", "TypeError", 1.0)]


def test_everything_else_is_told_while_the_database_is_away(app, database_away):
    page = app.test_client().get("/metrics").get_data(as_text=True)
    assert 'cas_health_check{check="database"} 0.0' in page
    assert "cas_health 0.0" in page
    assert "cas_memory_used_bytes" in page
    assert "cas_queue_jobs" not in page


def test_sessions_are_counted_over_all_organisations_though_nobody_is_signed_in(app, session):
    page = app.test_client().get("/metrics").get_data(as_text=True)
    assert 'cas_sessions_started_total{simulated="no"} 1.0' in page
    assert 'cas_sessions_completed_total{simulated="no"} 0.0' in page
    assert 'cas_active_participants{within="day"} 1.0' in page


def _samples(name):
    return [sample for family in getattr(events(), name).collect() for sample in family.samples]


def _value(name):
    return sum(sample.value for sample in _samples(name) if sample.name.endswith("_total"))
