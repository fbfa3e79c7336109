"""One span a request, under its route's template; on only where a collector is set."""

from __future__ import annotations

import contextlib

from flask import Flask, Response, g, request

from cognitive_assessment.api.metrics import route_template
from cognitive_assessment.ops import traces

_ASKED_BY_MACHINES = ("/metrics", "/api/health")


def watch(app: Flask) -> None:
    """Trace the requests of an application."""
    if traces.is_on():
        app.before_request(_begin)
        app.after_request(_note)
        app.teardown_request(_end)


def _begin() -> None:
    route = route_template()
    if not route.startswith(_ASKED_BY_MACHINES):
        stack = contextlib.ExitStack()
        attributes = {"http.request.method": request.method, "http.route": route}
        stack.enter_context(traces.span(f"{request.method} {route}", **attributes))
        g.span = stack


def _note(response: Response) -> Response:
    if "span" in g:
        traces.note({"http.response.status_code": response.status_code}, is_error=response.status_code >= 500)
    return response


def _end(error: BaseException | None) -> None:
    del error
    stack = g.pop("span", None)
    if stack is not None:
        stack.close()
