"""What the pages are told when they start, so that no setting needs them built anew: public, nothing secret."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment.config import settings
from cognitive_assessment.ops import error_reports

blueprint = APIBlueprint("browser_settings", __name__, url_prefix="/api", tag="Pages")
MAX_AGE_S = 300


@blueprint.get("/browser-settings")
def browser_settings() -> ResponseReturnValue:
    """Where the pages report unforeseen errors; `null` where that is not wanted."""
    body = {"error_reports": error_reports.for_browsers(settings())}
    return body, 200, {"Cache-Control": f"public, max-age={MAX_AGE_S}"}
