"""Lines of the log reach another machine as they stand in the file; the page lists every place that has a log."""

from __future__ import annotations

import gzip
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from cognitive_assessment import config
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.ops import log_forwarding, log_lines

PAGE = REPOSITORY_ROOT / "docs" / "reference" / "logs.md"


class Collector:
    """Takes what OpenTelemetry's own messages say of logs."""

    def __init__(self) -> None:
        self.messages: list[ExportLogsServiceRequest] = []
        self.paths: set[str] = set()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
                collector.paths.add(self.path)
                collector.messages.append(ExportLogsServiceRequest.FromString(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def lines(self) -> list[tuple[str, int, dict]]:
        return [
            (
                {one.key: one.value.string_value for one in resource.resource.attributes}["service.name"],
                record.severity_number,
                json.loads(record.body.string_value),
            )
            for message in self.messages
            for resource in message.resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
        ]


@pytest.fixture
def collector():
    one = Collector()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def forwarding(collector, data_dir, monkeypatch):
    """The log of this process, going to its file and to the collector."""
    monkeypatch.setenv("CAS_LOG_COLLECTOR", f"http://127.0.0.1:{collector.server.server_address[1]}")
    config.settings.cache_clear()
    root = logging.getLogger()
    kept, level, theirs = root.handlers[:], root.level, logging.getLogger("opentelemetry").level
    log_lines.configure("INFO", part="api", data_dir=data_dir)
    made = log_forwarding.start(config.settings(), "api")
    yield made
    made.provider.shutdown()
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = kept
    root.setLevel(level)
    logging.getLogger("opentelemetry").setLevel(theirs)


def test_every_line_arrives_as_it_stands_in_the_file(forwarding, collector, data_dir):
    logger = logging.getLogger("cognitive_assessment.api.app")
    logger.info("request", extra={"fields": {"route": "/api/me", "status": 200}})
    logger.warning("somebody is at ada@example.org")
    logger.debug("not written")
    assert forwarding.provider.force_flush()
    written = [json.loads(line) for line in log_lines.file_of(data_dir).read_text().splitlines()]
    assert [line for _, _, line in collector.lines] == written
    assert [(part, severity) for part, severity, _ in collector.lines] == [("cas-api", 9), ("cas-api", 13)]
    assert collector.paths == {"/v1/logs"}
    assert written[0]["status"] == 200
    assert "ada@example.org" not in str(written)


def test_a_collector_that_is_away_costs_nothing_but_its_lines(forwarding, collector, data_dir):
    collector.server.shutdown()
    collector.server.server_close()
    logging.getLogger("cognitive_assessment").error("still written")
    forwarding.provider.force_flush(1)
    assert "still written" in log_lines.file_of(data_dir).read_text()


def test_without_a_collector_nothing_is_sent(data_dir):
    assert log_forwarding.start(config.settings(), "api") is None


def test_the_page_says_how_long_lines_are_kept():
    assert f"{log_lines.KEPT + 1} files of {log_lines.ROTATE_AT_BYTES // 1_000_000} MB" in PAGE.read_text()


@pytest.mark.slow
def test_every_file_of_a_running_system_that_holds_a_log_is_on_the_page(system):
    assert system.sign_in()("GET", "/api/me").ok
    found = {
        str(path.relative_to(system.data_dir))
        for path in system.data_dir.rglob("*")
        if path.is_file() and (path.suffix in {".log", ".err", ".out"} or path.parent.name == "logs")
    }
    assert "logs/cas.jsonl" in found
    assert {name for name in found if f"`{name}`" not in PAGE.read_text()} == set()
    for path in system.data_dir.glob("logs/*"):
        assert (path.parent.stat().st_mode & 0o077) == 0
