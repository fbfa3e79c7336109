"""One trace from the request over its job to the model, at a real receiver of OTLP, with nothing about a person."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from api_clients import BYTES, TUS, Upload, session_body, spoken_body
from recorded import spoken_digits
from systems import MODELS, System, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (MODELS / "manifest.json").exists(), reason="models/ has not been made"),
]
LABEL = "Anna-Beispiel"
_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Collector:
    """Takes what OpenTelemetry's own messages say, and keeps it."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.spans: list[tuple[str, Span]] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
                assert (self.path, self.headers["Content-Type"]) == ("/v1/traces", "application/x-protobuf")
                collector.take(body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def take(self, body: bytes) -> None:
        message = ExportTraceServiceRequest.FromString(body)
        self.raw.append(body)
        for resource in message.resource_spans:
            named = {one.key: one.value.string_value for one in resource.resource.attributes}
            self.spans += [(named["service.name"], span) for scope in resource.scope_spans for span in scope.spans]

    def find(self, name: str) -> tuple[str, Span] | None:
        return next((found for found in self.spans if found[1].name == name), None)


@pytest.fixture
def collector() -> Iterator[Collector]:
    one = Collector()
    yield one
    one.server.shutdown()
    one.server.server_close()


def answer_aloud(system: System) -> None:
    person = system.sign_in().invite(LABEL)
    session = person("POST", "/api/sessions", session_body()).json()
    upload, content = Upload(person, session["id"]), spoken_digits("429")  # type: ignore[arg-type]
    headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": upload.metadata()}
    assert person("POST", "/api/uploads", headers=headers).status_code == 201
    path = f"/api/sessions/{session['id']}/questions/{upload.question_id}"
    assert person("PUT", path, spoken_body(upload.recording_id)).status_code == 201
    sent = person("PATCH", upload.path, headers={**BYTES, "Upload-Offset": "0"}, data=content)
    assert sent.status_code == 204


def attributes(span: Span) -> dict[str, object]:
    return {one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in span.attributes}


def test_a_trace_leads_from_the_request_over_its_job_to_the_model(make_system, collector):
    hurried = {"OTEL_BSP_SCHEDULE_DELAY": "200"}
    system = make_system(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, SENTRY_ENVIRONMENT="trial", **hurried).start()
    answer_aloud(system)
    service, scored = wait_until(lambda: collector.find("score"), 90)
    _, job = wait_until(lambda: collector.find("job measure_recording"))
    _, model = wait_until(lambda: collector.find("model read"))
    by_id = {span.span_id: (name, span) for name, span in collector.spans}
    from_request, request = by_id[job.parent_span_id]
    assert (service, from_request) == ("cas-worker", "cas-api")
    assert request.name == "PATCH /api/uploads/<uuid:recording_id>"
    assert attributes(request)["http.response.status_code"] == 204
    assert {span.trace_id for span in (request, job, model, scored)} == {job.trace_id}
    assert (model.parent_span_id, scored.parent_span_id) == (job.span_id, job.span_id)
    assert attributes(model)["answer_kind"] == "digits"
    assert attributes(model)["audio_s"] > 1
    assert request.start_time_unix_nano < job.start_time_unix_nano < model.start_time_unix_nano
    assert {"SQL SELECT", "SQL INSERT"} <= {span.name for _, span in collector.spans}
    assert not [span.name for _, span in collector.spans if "/api/health" in span.name or "/metrics" in span.name]

    sent = b"".join(collector.raw)
    assert _ID.search(sent) is None
    for private in (LABEL, "first@", "Bearer", "FROM ", "postgres://", "postgresql://", str(system.data_dir)):
        assert private.encode() not in sent, private

    broken = "import os, psycopg; c = psycopg.connect(os.environ['DATABASE_URL'], autocommit=True)"
    assert (
        system.cas(
            "run", "python", "-c", f"{broken}; c.execute('REVOKE SELECT ON invitations FROM cas_app')"
        ).returncode
        == 0
    )
    assert system.sign_in()("GET", "/api/invitations").status_code == 500
    _, failed = wait_until(lambda: collector.find("GET /api/invitations"))
    assert failed.status.code == failed.status.STATUS_CODE_ERROR
    assert list(failed.events) == []


def test_a_collector_that_is_away_costs_nobody_an_answer(make_system, collector):
    collector.server.shutdown()
    collector.server.server_close()
    system = make_system(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_BSP_SCHEDULE_DELAY="100").start()
    assert system.sign_in()("GET", "/api/me").ok
    assert system.stop() == 0
    assert "opentelemetry" not in system.said
