"""The OpenAPI document made whole: every call's answers, who may ask how, and the headers of the upload protocol."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from cognitive_assessment.api import answers as a
from cognitive_assessment.api import result_answers as r
from cognitive_assessment.api import upload_headers

Model = type[BaseModel]
REF = "#/components/schemas/{model}"
_JSON_OBJECT: dict[str, Any] = {"type": "object"}
# status and body of what a call answers where it goes well; a model, nothing, JSON of another's making, or sound
Body = Model | str | None
GOOD: dict[str, dict[int, Body]] = {
    "GET /api/health": {200: a.Health, 503: a.Health},
    "GET /api/health/live": {200: a.Live},
    "GET /api/health/ready": {200: a.Ready, 503: a.Ready},
    "GET /api/questions": {200: a.Catalogue},
    "GET /api/browser-settings": {200: a.BrowserSettings},
    "POST /api/sign-in": {200: a.SignedIn},
    "POST /api/sign-in/second-factor": {200: a.SignedIn},
    "POST /api/sign-in/new-password": {200: a.SignedIn},
    "POST /api/sign-in/identity": {200: a.SignedIn},
    "POST /api/webhooks/clerk": {204: None},
    "POST /api/sign-in/passkey/options": {200: "application/json"},
    "POST /api/sign-in/passkey": {200: a.SignedIn},
    "POST /api/sign-out": {204: None},
    "POST /api/invitations/look": {200: a.InvitationLook},
    "POST /api/invitations/accept": {200: a.Accepted},
    "GET /api/me": {200: a.Me},
    "GET /api/me/consent": {200: a.Consent},
    "POST /api/me/consent": {201: a.Consent},
    "POST /api/me/consent/withdraw": {200: a.Withdrawal},
    "GET /api/me/account": {200: a.Account},
    "POST /api/me/password": {204: None},
    "GET /api/me/sign-ins": {200: a.SignIns},
    "DELETE /api/me/sign-ins": {204: None},
    "DELETE /api/me/sign-ins/{sign_in_id}": {204: None},
    "POST /api/me/one-time-codes": {200: a.OneTimeCodeSecret},
    "POST /api/me/one-time-codes/confirm": {200: a.NewFactor},
    "DELETE /api/me/one-time-codes": {204: None},
    "POST /api/me/passkeys/options": {200: "application/json"},
    "POST /api/me/passkeys": {200: a.NewFactor},
    "DELETE /api/me/passkeys/{passkey_id}": {204: None},
    "POST /api/me/recovery-codes": {200: a.RecoveryCodes},
    "POST /api/sessions": {200: a.Session, 201: a.Session},
    "GET /api/sessions/{session_id}": {200: a.Session},
    "GET /api/sessions/{session_id}/outbox-key": {200: a.OutboxKey},
    "PUT /api/sessions/{session_id}/questions/{question_id}": {200: a.KeptQuestion, 201: a.KeptQuestion},
    "GET /api/sessions/{session_id}/outcomes": {200: a.Outcomes},
    "POST /api/sessions/{session_id}/events": {204: None},
    "POST /api/sessions/{session_id}/complete": {202: a.Session},
    "POST /api/sessions/{session_id}/satisfaction": {204: None},
    "POST /api/uploads": {201: None},
    "PATCH /api/uploads/{recording_id}": {204: None},
    "DELETE /api/uploads/{recording_id}": {204: None},
    "GET /api/invitations": {200: a.Invitations, 304: None},
    "POST /api/invitations": {201: a.NewInvitation},
    "DELETE /api/invitations/{invitation_id}": {204: None},
    "POST /api/invitations/{invitation_id}/begin-here": {200: a.Accepted},
    "GET /api/participants/{user_id}": {200: a.Participant},
    "PATCH /api/participants/{user_id}": {200: a.Participant},
    "POST /api/participants/{user_id}/consent": {201: a.Participant},
    "POST /api/participants/{user_id}/consent/withdraw": {200: a.Withdrawal},
    "GET /api/sessions": {200: r.Sessions, 304: None},
    "GET /api/sessions/{session_id}/result": {200: r.Result, 304: None},
    "POST /api/sessions/{session_id}/questions/{question_id}/overrides": {201: r.NewOverride},
    "GET /api/recordings/{recording_id}/audio": {200: "audio/*", 206: "audio/*"},
    "GET /api/organisation": {200: a.Organisation},
    "PATCH /api/organisation": {200: a.Organisation},
    "GET /api/organisation/consent-text": {200: a.ConsentTexts},
    "PUT /api/organisation/consent-text": {200: a.ConsentTexts},
    "GET /api/organisation/processing": {200: a.ProcessingRecord},
    "GET /api/staff": {200: a.Staff, 304: None},
    "POST /api/staff": {201: a.NewAccount},
    "PATCH /api/staff/{user_id}": {200: a.ChangedAccount},
    "GET /api/audit": {200: a.AuditLog},
    "GET /api/operation": {200: a.Operation},
    "GET /api/operation/log": {200: a.Log},
}
PUBLIC = frozenset(
    call
    for call in GOOD
    if call.startswith(
        ("GET /api/health", "GET /api/questions", "GET /api/browser", "POST /api/sign-", "POST /api/webhooks")
    )
) | {"POST /api/invitations/look", "POST /api/invitations/accept"}
_NAMES = {
    200: "Done",
    201: "Made",
    202: "Taken; its result follows",
    204: "Done",
    206: "A part",
    304: "As it was",
    503: "Not now",
}
_PROBLEM_CONTENT = {"schema": {"$ref": REF.format(model="Problem")}}
_PROBLEM = {
    "description": "What is wrong, and how to mend it",
    "content": {"application/problem+json": _PROBLEM_CONTENT},
}


def register(app: APIFlask) -> None:
    """Complete the document of an application."""
    app.spec_processor(complete)  # type: ignore[arg-type]  # our document is a dict, never its text in YAML


def complete(spec: dict[str, Any]) -> dict[str, Any]:
    """The document with everything in it that the routes alone do not tell."""
    models = {body for bodies in GOOD.values() for body in bodies.values() if isinstance(body, type)} | {a.Problem}
    _, made = models_json_schema(
        [(model, "serialization") for model in sorted(models, key=lambda m: m.__name__)], ref_template=REF
    )
    components = spec.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("ValidationError", "HTTPError"):
        schemas.pop(unused, None)
    schemas.update(made["$defs"])
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "cas_session"},
    }
    for path, methods in spec["paths"].items():
        for method, call in methods.items():
            name = f"{method.upper()} {path}"
            call["responses"] = _responses(GOOD.get(name, {}))
            call["security"] = [] if name in PUBLIC else [{"bearer": []}, {"cookie": []}]
            if "requestBody" in call:
                call["requestBody"]["required"] = True
            if path.startswith("/api/uploads"):
                _complete_upload(call, method)
    return spec


def _responses(good: dict[int, Body]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, body in good.items():
        content: dict[str, Any] = {}
        if isinstance(body, type):
            content = {"application/json": {"schema": {"$ref": REF.format(model=body.__name__)}}}
        elif body is not None:
            content = {body: {"schema": _JSON_OBJECT} if body == "application/json" else {}}
        if status >= 400:
            content["application/problem+json"] = _PROBLEM_CONTENT
        found[str(status)] = {"description": _NAMES[status]} | ({"content": content} if content else {})
    return {**found, "default": _PROBLEM}


def _complete_upload(call: dict[str, Any], method: str) -> None:
    """The headers of tus 1.0.0, and bytes as the body."""
    whole = {"type": "integer", "minimum": 0, "maximum": upload_headers.MAX_BYTES}
    named: dict[str, tuple[bool, dict[str, Any]]] = {"Tus-Resumable": (True, {"const": "1.0.0"})}
    if method == "post":
        metadata = {"type": "string", "pattern": r"^[A-Za-z0-9_ ,+/=]*$", "maxLength": 8192}
        named |= {
            "Upload-Length": (False, whole),
            "Upload-Defer-Length": (False, {"const": "1"}),
            "Upload-Metadata": (True, metadata),
        }
    if method == "patch":
        named |= {"Upload-Offset": (True, whole), "Upload-Length": (False, whole)}
    call["parameters"] += [
        {"name": name, "in": "header", "required": is_required, "schema": schema}
        for name, (is_required, schema) in named.items()
    ]
    if method in {"post", "patch"}:
        bytes_ = {"schema": {"type": "string", "format": "binary"}}
        call["requestBody"] = {"required": method == "patch", "content": {upload_headers.CONTENT_TYPE: bytes_}}
