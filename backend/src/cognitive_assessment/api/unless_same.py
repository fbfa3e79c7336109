"""What a page asks for again and again: where nothing is new, nothing is sent, and no second look is noted."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from cognitive_assessment.store import acting
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row


def answer(body: dict[str, Any], reader: Row, table: str, **shown: Any) -> ResponseReturnValue:
    """The body, noted as shown to `reader`; or 304 where `If-None-Match` says that they have just this one before them.

    Whoever reads is part of the tag: what one was shown says nothing about another.
    """
    content = json.dumps([str(reader["id"]), body], sort_keys=True, default=str)
    tag = hashlib.sha256(content.encode()).hexdigest()
    headers = {"Cache-Control": "no-store", "ETag": f'"{tag}"'}
    if request.if_none_match.contains_weak(tag):  # what compresses on the way makes a tag weak
        return "", 304, headers
    with transaction() as connection:
        acting.act_as(connection, reader["id"])
        acting.note_read(connection, table, **shown)
    return body, 200, headers
