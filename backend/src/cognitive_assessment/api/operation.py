"""What runs, for whoever runs it: one page of facts about the machine, and none about a person."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment.api import access
from cognitive_assessment.api.rights import Right
from cognitive_assessment.api.schemas import LogQuery
from cognitive_assessment.config import settings
from cognitive_assessment.ops import log_tail, overview
from cognitive_assessment.store.engine import transaction

blueprint = APIBlueprint("operation", __name__, url_prefix="/api", tag="Operation")


@blueprint.get("/operation/log")
@blueprint.input(LogQuery, location="query")
def log(query_data: LogQuery) -> ResponseReturnValue:
    """The newest lines of the log that are wanted, without the ids of persons and sessions."""
    with transaction() as connection:
        access.require(connection, Right.OPERATE)
    wanted = log_tail.Wanted(**query_data.model_dump(exclude={"limit"}))
    lines = log_tail.newest(settings().data_dir, wanted, limit=query_data.limit)
    return {"lines": lines}, 200, {"Cache-Control": "no-store"}


@blueprint.get("/operation")
def operation() -> ResponseReturnValue:
    """Health, figures with their targets, queue, backups, model, machine, versions and newest errors."""
    with transaction() as connection:
        access.require(connection, Right.OPERATE)
        return overview.overview(settings(), connection), 200, {"Cache-Control": "no-store"}
