"""The web application: the blueprints put together, with limits, headers and one log line a request."""

from __future__ import annotations

import logging
import time
from importlib.metadata import version
from typing import Any

from apiflask import APIFlask
from flask import Response, g, request
from flask.json.provider import DefaultJSONProvider
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import ClientDisconnected
from werkzeug.middleware.proxy_fix import ProxyFix

from cognitive_assessment.api import (
    access,
    account,
    account_factors,
    browser_settings,
    cache,
    consent,
    contract,
    docs,
    health,
    identity,
    invitations,
    metrics,
    operation,
    organisation,
    overrides,
    pages,
    participants,
    problems,
    questions,
    rate_limits,
    recordings,
    results,
    sessions,
    sign_in,
    sign_in_passkey,
    site,
    tracing,
    uploads,
)
from cognitive_assessment.api.arrivals import arrivals
from cognitive_assessment.config import settings
from cognitive_assessment.ops import maintenance

access_log = logging.getLogger("cognitive_assessment.access")
READING = frozenset({"GET", "HEAD", "OPTIONS"})
_MODULES = (
    health,
    browser_settings,
    sign_in,
    identity,
    sign_in_passkey,
    account,
    account_factors,
    invitations,
    questions,
    sessions,
    uploads,
    results,
    overrides,
    recordings,
    organisation,
    consent,
    participants,
    operation,
    docs,
    metrics,
    pages,
)
MAX_JSON_BYTES = 4 * 1024 * 1024
_SILENCE_S = 30.0


class StrictJson(DefaultJSONProvider):
    """JSON objects in, whose depth cannot exhaust the stack, and each name once; dates and ids out as text."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read a JSON object; raises `ValueError` for anything else, so that it is answered with 400."""
        try:
            found = super().loads(s, object_pairs_hook=_once, **kwargs)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if not isinstance(found, dict):
            # `null` and `[]` would be taken for a body in which every field is left out
            raise ValueError("not an object")
        return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def create_app() -> APIFlask:
    """The application, bound to whatever database `store.engine.bind` named."""
    app = APIFlask(
        "cognitive_assessment",
        title="Cognitive Assessment System",
        version=version("cognitive-assessment"),
        spec_path="/api/openapi.json",
        docs_path=None,
        static_folder=None,  # type: ignore[arg-type]  # Flask allows it: the pages serve their own files
    )
    app.json = StrictJson(app)
    app.config.update(OPENAPI_VERSION="3.1.0", VALIDATION_ERROR_DESCRIPTION="The request does not follow the contract")
    app.config.update(SERVERS=[{"url": "/", "description": "This server"}], NOT_FOUND_DESCRIPTION="Not found")
    for module in _MODULES:
        app.register_blueprint(module.blueprint)
    problems.register(app)
    contract.register(app)
    tracing.watch(app)
    metrics.watch(app)
    cache.watch(app)
    app.before_request(_begin)
    app.before_request(site.require_own)
    app.before_request(site.require_once)
    app.before_request(_require_no_maintenance)
    rate_limits.register(app)
    app.before_request(_take_body)
    app.before_request(access.look_at_bearer)
    app.after_request(pages.set_headers)
    app.after_request(_log)
    app.wsgi_app = uploads.override_method(app.wsgi_app)  # type: ignore[method-assign]
    if (proxies := settings().proxies) > 0:
        # without it everybody comes from the proxy's address, and who guesses an account's password locks its owner out
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    return app


def _require_no_maintenance() -> None:
    if request.method not in READING and request.path.startswith("/api/"):
        maintenance.require_off()


def _begin() -> None:
    g.started = time.perf_counter()
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        # a client that falls silent in the middle of an upload must not hold a thread for ever
        connection.settimeout(_SILENCE_S)
    if request.blueprint != "uploads":
        request.max_content_length = MAX_JSON_BYTES


def _take_body() -> None:
    """Hold the whole body before anything is done; what nothing asks for, and uploads, come in their own way."""
    if request.blueprint == "uploads" or request.url_rule is None:
        return
    connection = request.environ.get("gunicorn.socket")
    try:
        body = request.get_data()
        is_whole = request.content_length in {None, len(body)}
    except (ClientDisconnected, OSError, ParseException):
        if connection is None or arrivals().is_waiting_for(connection):
            raise
        is_whole = False
    if connection is not None and not arrivals().arrived(connection) and not is_whole:
        raise TimeoutError("too slow")


def _log(response: Response) -> Response:
    """Route and ids only: never a name, a token or an answer."""
    is_file = request.blueprint == "pages" and response.mimetype != "text/html" and response.status_code < 400
    if request.blueprint not in {None, "health", "metrics"} and not is_file:
        line = {
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else None,
            "status": response.status_code,
            "duration_ms": round(1000 * (time.perf_counter() - g.started), 1),
            "user_id": str(g.user_id) if "user_id" in g else None,
            **({"signed_in_by": g.sign_in_method} if "sign_in_method" in g else {}),
            **({"refused_for": g.refused_for} if "refused_for" in g else {}),
            **{name: str(value) for name, value in (request.view_args or {}).items() if name.endswith("_id")},
        }
        access_log.info("request", extra={"fields": line})
    return response
