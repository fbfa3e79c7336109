"""Log lines, as they stand in the file, sent to a collector on another machine as well (OTLP over HTTP).

Whoever breaks in here can then alter what is written from now on, and not what was written before. A collector that is
away costs nobody an answer: lines wait in memory, a few thousand at most, and the file has them all. Without
`CAS_LOG_COLLECTOR` nothing of it is loaded.
"""

from __future__ import annotations

import logging
import os
from importlib.metadata import version
from typing import TYPE_CHECKING

from cognitive_assessment.config import Settings
from cognitive_assessment.ops.log_lines import JsonFormatter

if TYPE_CHECKING:
    from opentelemetry.sdk._logs import LoggerProvider

_PATIENCE_S = 2.0  # a process that stops waits this long for a collector that is away
_NANOSECONDS = 1_000_000_000


class Forwarding(logging.Handler):
    """Hands each line to the exporter, in the form that it has in the file: scrubbed, one JSON object."""

    def __init__(self, provider: LoggerProvider, part: str) -> None:
        super().__init__()
        self.provider = provider
        self.setFormatter(JsonFormatter(part))

    def emit(self, record: logging.LogRecord) -> None:
        """Send a line, later and together with others."""
        from opentelemetry._logs import SeverityNumber

        # OpenTelemetry counts DEBUG as 5, and each level as four more
        severity = SeverityNumber(min(21, max(1, record.levelno // 10 * 4 + 1)))
        self.provider.get_logger("cognitive_assessment").emit(
            timestamp=int(record.created * _NANOSECONDS),
            severity_number=severity,
            severity_text=record.levelname,
            body=self.format(record),
        )


def start(settings: Settings, part: str) -> Forwarding | None:
    """Send every line of this process from here on, if a collector is set; call it after a fork."""
    if settings.log_collector is None:
        return None
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    from opentelemetry.sdk.resources import Resource

    # what it tells of itself while the collector is away would be a line to send
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    named = {
        "service.name": f"cas-{part}",
        "service.version": version("cognitive-assessment"),
        "service.instance.id": f"{part}-{os.getpid()}",
        "deployment.environment.name": settings.sentry_environment,
    }
    provider = LoggerProvider(resource=Resource.create(named))
    exporter = OTLPLogExporter(endpoint=f"{settings.log_collector}/v1/logs", timeout=_PATIENCE_S)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    handler = Forwarding(provider, part)
    logging.getLogger().addHandler(handler)
    return handler
