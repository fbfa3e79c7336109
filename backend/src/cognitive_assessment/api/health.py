"""Health, liveness and readiness, in the shape that the runbook promises."""

from __future__ import annotations

import datetime as dt

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment.ops import health

blueprint = APIBlueprint("health", __name__, url_prefix="/api/health", tag="Health")


@blueprint.get("")
def comprehensive() -> ResponseReturnValue:
    """Every check: 200 while the system serves, 503 when a needed part fails."""
    checks = health.check_all()
    status = health.overall(checks)
    body = {
        "status": status,
        "timestamp": _now(),
        "checks": {name: {"status": check.status, "message": check.message} for name, check in checks.items()},
    }
    return body, 503 if status == "unhealthy" else 200, {"Cache-Control": "no-store"}


@blueprint.get("/live")
def live() -> ResponseReturnValue:
    """Answers as long as the process can; touches nothing else."""
    return {"status": "alive", "timestamp": _now()}, 200, {"Cache-Control": "no-store"}


@blueprint.get("/ready")
def ready() -> ResponseReturnValue:
    """Whether requests should come here now, and if not, why."""
    checks = health.check_all()
    reasons = {name: checks[name].message for name in health.not_ready(checks)}
    body = {"status": "not ready" if reasons else "ready", "timestamp": _now(), "reasons": reasons}
    return body, 503 if reasons else 200, {"Cache-Control": "no-store"}


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat().replace("+00:00", "Z")
