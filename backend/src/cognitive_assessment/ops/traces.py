"""Where time goes, from a request through its job to the model, sent to a collector of OpenTelemetry (OTLP over HTTP).

A span says what kind of work took how long and whether it failed: routes as templates, kinds, numbers. It never holds
an id, an address, a statement or a text. Without `OTEL_EXPORTER_OTLP_ENDPOINT` nothing of it is loaded.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from cognitive_assessment.config import Settings
from cognitive_assessment.store import job_queue

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

CARRIED = "traceparent"
_PATIENCE_S = 2.0  # a process that stops waits this long for a collector that is away
_tracing: dict[str, Tracer] = {}  # the tracer of this process, once it traces


def start(settings: Settings, part: str) -> None:
    """Trace this process from here on, if a collector is set; call it after a fork."""
    if settings.otel_exporter_otlp_endpoint is None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    # it tells of each try while the collector is away, with its address
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    software = version("cognitive-assessment")
    named = {
        "service.name": f"cas-{part}",
        "service.version": software,
        "service.instance.id": f"{part}-{os.getpid()}",
        "deployment.environment.name": settings.sentry_environment,
    }
    provider = TracerProvider(resource=Resource.create(named))
    exporter = OTLPSpanExporter(endpoint=f"{settings.otel_exporter_otlp_endpoint}/v1/traces", timeout=_PATIENCE_S)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracing["tracer"] = provider.get_tracer("cognitive_assessment", software)
    job_queue.carry(carried)


def is_on() -> bool:
    """Whether this process traces."""
    return bool(_tracing)


@contextlib.contextmanager
def span(name: str, *, parent: str | None = None, **attributes: str | float) -> Iterator[None]:
    """Time a piece of work; one that fails says with what kind of error. `parent` continues another process' trace."""
    if not _tracing:
        yield
        return
    from opentelemetry.trace import Status, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = TraceContextTextMapPropagator().extract({CARRIED: parent}) if parent else None
    with _tracing["tracer"].start_as_current_span(
        name, context=context, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except Exception as error:
            # the text of an error may hold what a person said
            current.set_attribute("error.type", type(error).__name__)
            current.set_status(Status(StatusCode.ERROR))
            raise


def note(attributes: Mapping[str, str | float], *, is_error: bool = False) -> None:
    """Say more about the piece of work that is running."""
    if not _tracing:
        return
    from opentelemetry.trace import Status, StatusCode, get_current_span

    get_current_span().set_attributes(attributes)
    if is_error:
        get_current_span().set_status(Status(StatusCode.ERROR))


def carried() -> dict[str, str]:
    """What a job is given so that its trace goes on where it was queued."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    found: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(found)
    return {name: value for name, value in found.items() if name == CARRIED}


def watch_engine(engine: sa.Engine) -> None:
    """Time each statement by its kind; the statement itself stays here."""
    if not _tracing:
        return
    from opentelemetry.trace import Span, Status, StatusCode

    tracer = _tracing["tracer"]

    def begin(connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
        kind = statement.lstrip().split(None, 1)[0].upper() if statement.strip() else "EMPTY"
        attributes = {"db.system.name": "postgresql", "db.operation.name": kind if kind.isalpha() else "OTHER"}
        connection.info["cas_span"] = tracer.start_span(f"SQL {attributes['db.operation.name']}", attributes=attributes)

    def end(connection: sa.Connection, *_: Any) -> None:
        found = connection.info.pop("cas_span", None)
        if isinstance(found, Span):
            found.end()

    def fail(context: sa.engine.ExceptionContext) -> None:
        found = context.connection.info.pop("cas_span", None) if context.connection is not None else None
        if isinstance(found, Span):
            found.set_status(Status(StatusCode.ERROR))
            found.end()

    sa.event.listen(engine, "before_cursor_execute", begin)
    sa.event.listen(engine, "after_cursor_execute", end)
    sa.event.listen(engine, "handle_error", fail)
