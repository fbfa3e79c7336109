"""`/metrics` for whoever watches the machine, and the counting of every request by its route's template."""

from __future__ import annotations

import hmac
import time
import uuid
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, g, request
from flask.typing import ResponseReturnValue

from cognitive_assessment.config import LOOPBACK, settings
from cognitive_assessment.errors import NotFound
from cognitive_assessment.ops import faults
from cognitive_assessment.ops.alerts import scraping
from cognitive_assessment.ops.metrics import exposition
from cognitive_assessment.ops.metrics.events import events

blueprint = Blueprint("metrics", __name__)
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
# what a proxy adds: a request that carries one was not made on this machine, wherever its connection comes from
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Everything that is measured, for Prometheus; a stranger finds nothing here."""
    if not (_has_token() or _is_of_this_machine()):
        raise NotFound("There is no such page.")
    page, media_type = exposition.page(settings(), request.headers.get("Accept", ""))
    return Response(page, content_type=media_type, headers={"Cache-Control": "no-store"})


def _has_token() -> bool:
    """The operator's token, or the one with which the system reads its own page."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    # two of the operator's while one is being replaced
    operators = (settings().metrics_token or "").split(",")
    known = (*operators, scraping.token(settings().data_dir))
    return any(token and hmac.compare_digest(given.strip().encode(), token.encode()) for token in known)


def _is_of_this_machine() -> bool:
    """Without a token only this machine asks, and only where no proxy of this machine may ask for others."""
    is_published = urlsplit(settings().public_url).hostname not in LOOPBACK
    if settings().metrics_token is not None or is_published or any(name in request.headers for name in _FORWARDED):
        return False
    return request.remote_addr in LOOPBACK and urlsplit(f"//{request.host}").hostname in LOOPBACK


def watch(app: Flask) -> None:
    """Count the requests of an application."""
    app.before_request(_begin)
    app.after_request(_count)
    app.teardown_request(_end)


def route_template() -> str:
    """The route as it is written in the program, never the path, which holds ids; `none` for an unknown one."""
    return request.url_rule.rule if request.url_rule is not None else "none"


def note_unexpected(error: Exception, incident: uuid.UUID) -> None:
    """Count and report an error that no part of the program had foreseen."""
    faults.note("api", error, route_template(), incident=str(incident))


def _begin() -> None:
    g.measured_from = time.perf_counter()
    events().requests_running.inc()


def _count(response: Response) -> Response:
    method = request.method if request.method in _METHODS else "other"
    route = route_template()
    events().requests.labels(method, route, str(response.status_code)).inc()
    if "measured_from" in g:
        events().request_s.labels(method, route).observe(time.perf_counter() - g.measured_from)
    return response


def _end(error: BaseException | None) -> None:
    del error
    if g.pop("measured_from", None) is not None:
        events().requests_running.dec()
