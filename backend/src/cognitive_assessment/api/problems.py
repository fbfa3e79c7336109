"""The only place where errors become HTTP: problem details (RFC 9457) for every one of them, never a trace."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, current_app, g, jsonify, make_response, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, NotFound, RequestTimeout

from cognitive_assessment import errors
from cognitive_assessment.api.metrics import note_unexpected

logger = logging.getLogger(__name__)

STATUS_BY_CODE = {
    "invalid_input": 422,
    "bad_header": 400,
    "sent_twice": 400,
    "wrong_content_type": 415,
    "no_sound": 415,
    "wrong_protocol_version": 412,
    "cross_site": 403,
    "wrong_host": 421,
    "invalid_definition": 500,
    "not_signed_in": 401,
    "sign_in_again": 403,
    "not_found": 404,
    "conflict": 409,
    "already_answered": 409,
    "no_consent": 409,
    "gone": 410,
    "too_large": 413,
    "checksum_mismatch": 460,
    "damaged_blob": 500,
    "unavailable": 503,
    "maintenance": 503,
    "storage_full": 507,
    "too_many_requests": 429,
}
RETRY_AFTER_S = 5
_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "wrong_content_type"}


def problem(
    status: int, code: str, title: str, *, field_errors: list[dict[str, str]] | None = None, remedy: str | None = None
) -> Response:
    """One problem document; the line of the log names its code."""
    g.refused_for = code
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": title, "code": code}
    if field_errors:
        body["errors"] = field_errors
    if remedy:
        body["remedy"] = remedy
    response = make_response(jsonify(body), status)
    response.content_type = "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    if status in {429, 503}:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def from_ours(error: errors.CognitiveAssessmentError) -> Response:
    """The problem document of an error that was raised on purpose."""
    status = STATUS_BY_CODE.get(error.code, 500)
    if status >= 500 and status not in {503, 507}:
        return _unexpected(error)
    field = getattr(error, "field", None)
    field_errors = [{"field": field, "message": error.message}] if field else None
    response = problem(status, error.code, error.message, field_errors=field_errors, remedy=error.remedy)
    retry_after_s = getattr(error, "retry_after_s", None)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _from_http(error: HTTPException) -> Response:
    if isinstance(error, MethodNotAllowed) and _only_a_page_is_there():
        error = NotFound()
    status = error.code or 500
    name = error.name or "Error"
    code = _CODES.get(status) or name.lower().replace(" ", "_")
    description = str(error.description or name)
    if isinstance(error, BadRequest) and request.is_json:
        description = "The body is not a JSON object, or it is cut off."
    response = problem(status, code, name if status == 404 else description)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _only_a_page_is_there() -> bool:
    """Whether an unknown address of the API is known merely because every address may be a page."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint = adapter.match(method="GET")[0] if adapter else ""
    except HTTPException:
        return False
    return request.path.startswith("/api/") and endpoint == "pages.page"


def _from_validation(error: HTTPError) -> Response:
    if error.status_code == 422 and request.content_length and not request.is_json:
        words = "The body has to be JSON, with the header Content-Type: application/json."
        return problem(415, "wrong_content_type", words)
    detail = error.detail if isinstance(error.detail, dict) else {}
    field_errors = [
        {"field": "" if field == "_schema" else str(field), "message": str(message)}
        for fields in detail.values()
        if isinstance(fields, dict)
        for field, messages in fields.items()
        for message in (messages if isinstance(messages, list) else [messages])
    ]
    if error.status_code == 422:
        return problem(422, "invalid_input", "The request does not follow the contract.", field_errors=field_errors)
    code = _CODES.get(error.status_code, "request_refused")
    return problem(error.status_code, code, error.message or "The request was refused.", field_errors=field_errors)


def _from_silence(error: TimeoutError) -> Response:
    del error
    return _from_http(RequestTimeout("The request did not arrive in time."))


def _from_doubt(error: ParseException) -> Response:
    """A body whose chunks are none: where it ends is not known, so nothing after it is read as a request."""
    del error
    response = _from_http(BadRequest("The body is not of the length, or of the chunks, that its headers say."))
    response.headers["Connection"] = "close"
    return response


def _unexpected(error: Exception) -> Response:
    incident = uuid.uuid4()
    note_unexpected(error, incident)
    # the exception's text may hold what a person said: its type and the id are enough to find the trace's place
    logger.error(
        "unexpected %s in %s, incident %s",
        type(error).__name__,
        request.endpoint,
        incident,
        exc_info=_without_text(error),
    )
    return problem(
        500, "unexpected", "Something went wrong on the server.", remedy=f"Name this number to its operator: {incident}"
    )


def _without_text(error: Exception) -> tuple[type[Exception], Exception, Any]:
    return RuntimeError, RuntimeError(type(error).__name__), error.__traceback__


def register(app: APIFlask) -> None:
    """Answer every error of the app with a problem document."""
    app.error_processor(_from_validation)  # first: it also takes the errors of HTTP, which are ours
    app.register_error_handler(errors.CognitiveAssessmentError, from_ours)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(TimeoutError, _from_silence)
    app.register_error_handler(ParseException, _from_doubt)
    app.register_error_handler(Exception, _unexpected)
