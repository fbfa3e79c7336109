"""Send one figure, one error and one alert by every way that is set, and say which have arrived."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator

from cognitive_assessment.config import Settings
from cognitive_assessment.ops import error_reports
from cognitive_assessment.ops.alerts import messages, scraping
from cognitive_assessment.ops.doctor import Finding
from cognitive_assessment.ops.metrics import files
from cognitive_assessment.ops.metrics.events import events
from cognitive_assessment.ops.straight_requests import straight

METRIC = "cas_monitoring_tests_total"
_PATIENCE_S = 8.0
_PROMETHEUS_LIMIT_S = 60.0  # it looks every 15 s, as it is told to in deploy/prometheus


def run(settings: Settings, *, prometheus: str | None = None) -> Iterator[Finding]:
    """Each in turn; what is not set is a warning, what does not arrive is a fault."""
    yield _metric(settings, prometheus)
    yield _error(settings)
    yield _alert(settings)


def _metric(settings: Settings, prometheus: str | None) -> Finding:
    """Count one, and find it where it has to be: on the page, and in a Prometheus that is named."""
    before, is_reached = _on_page(settings)
    remedy = "Start the system with `cas serve`; `cas status` says what runs."
    if not is_reached:
        return Finding("test metric", False, f"{settings.local_url}/metrics does not answer", remedy)
    files.use(settings.data_dir, "doctor")
    events().monitoring_tests.inc()
    after, _ = _on_page(settings)
    if after != before + 1:
        return Finding("test metric", False, f"counted, but {METRIC} does not show it", remedy)
    if prometheus is None:
        return Finding("test metric", True, f"arrived on {settings.local_url}/metrics")
    if _until(lambda: _in_prometheus(prometheus) >= after, _PROMETHEUS_LIMIT_S):
        return Finding("test metric", True, f"arrived in {prometheus}")
    message = f"on the page, but not in {prometheus} within {_PROMETHEUS_LIMIT_S:.0f} s"
    return Finding("test metric", False, message, "See its targets; deploy/prometheus/prometheus.yml is an example.")


def _on_page(settings: Settings) -> tuple[float, bool]:
    found, is_reached = scraping.read(settings, {METRIC})
    return sum(value for name, _, value in found if name == METRIC), is_reached


def _in_prometheus(address: str) -> float:
    query = urllib.parse.urlencode({"query": f"sum({METRIC})"})
    try:
        request = urllib.request.Request(f"{address.rstrip('/')}/api/v1/query?{query}")  # noqa: S310  # an operator's
        with straight.open(request, timeout=_PATIENCE_S) as answer:
            result = json.load(answer)["data"]["result"]
        return float(result[0]["value"][1]) if result else 0.0
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return 0.0


def _until(is_true: Callable[[], bool], limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(1.0)
    return True


def _error(settings: Settings) -> Finding:
    """Hand one event over and wait for the server's own answer."""
    if settings.sentry_dsn is None:
        return Finding("test error", False, "no error server is set", "Set SENTRY_DSN.", is_warning=True)
    from sentry_sdk.envelope import Envelope
    from sentry_sdk.utils import Dsn

    event_id = uuid.uuid4().hex
    event = {
        "event_id": event_id,
        "timestamp": dt.datetime.now(dt.UTC).isoformat(),
        "level": "info",
        "platform": "python",
        "release": error_reports.release(settings),
        "environment": settings.sentry_environment,
        "tags": {"part": "doctor", "place": "cas doctor --monitoring"},
        "exception": {"values": [{"type": "MonitoringTest"}]},
    }
    envelope = Envelope(headers={"event_id": event_id, "sent_at": event["timestamp"]})
    envelope.add_event(error_reports.scrubbed(event))  # type: ignore[arg-type]  # their own kind of dict
    way = Dsn(settings.sentry_dsn).to_auth("cas-doctor")
    headers = {"X-Sentry-Auth": way.to_header(), "Content-Type": "application/x-sentry-envelope"}
    request = urllib.request.Request(way.get_api_url(), data=envelope.serialize(), headers=headers)  # noqa: S310
    where = error_reports.origin(settings)
    remedy = "SENTRY_DSN names its address, its key and the project's number."
    try:
        with straight.open(request, timeout=_PATIENCE_S):  # the setting
            return Finding("test error", True, f"taken by {where} as event {event_id}")
    except urllib.error.HTTPError as error:
        return Finding("test error", False, f"{where} answered with {error.code}", remedy)
    except (OSError, http.client.HTTPException) as error:
        return Finding("test error", False, f"{where} does not answer ({type(error).__name__})", remedy)


def _alert(settings: Settings) -> Finding:
    if settings.alert_webhook_url is None:
        return Finding("test alert", False, "no webhook is set", "Set CAS_ALERT_WEBHOOK_URL.", is_warning=True)
    fault = messages.send(settings.alert_webhook_url, messages.test(settings))
    if fault is not None:
        return Finding("test alert", False, fault, "CAS_ALERT_WEBHOOK_URL is the webhook's whole address.")
    return Finding("test alert", True, "taken by the webhook; the chat shows it")
