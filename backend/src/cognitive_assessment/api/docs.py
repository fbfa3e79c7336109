"""The contract, browsable: one page made from our own OpenAPI document, without any script or other host."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask
from flask import Blueprint, Response, current_app, render_template

blueprint = Blueprint("docs", __name__, template_folder="templates")


@blueprint.get("/api/docs")
def docs() -> Response:
    """Every call with its parameters, body and answers."""
    app = current_app
    assert isinstance(app, APIFlask)  # noqa: S101 it is the only app that registers us
    spec: dict[str, Any] = app.spec  # type: ignore[assignment]
    response = Response(render_template("docs.html", spec=spec, calls=_calls(spec)))
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    return response


def _calls(spec: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for path, methods in spec["paths"].items():
        for method, call in methods.items():
            body = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            found.append({"path": path, "method": method.upper(), "body": _resolve(spec, body), **call})
    return sorted(found, key=lambda call: (call.get("tags", [""])[0], call["path"], call["method"]))


def _resolve(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    resolved: dict[str, Any] = spec["components"]["schemas"].get(name, schema)
    return resolved
