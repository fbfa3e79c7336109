"""What a page asks for again and again: where nothing is new, nothing is sent, and no second look is noted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from cognitive_assessment.store.rows import Row


def answer(body: dict[str, Any], reader: Row, note_read: Callable[[], None]) -> ResponseReturnValue:
    """The body, noted as shown to `reader`; or 304 where `If-None-Match` says that they have just this one before them.

    Whoever reads is part of the tag: what one was shown says nothing about another.
    """
    content = json.dumps([str(reader["id"]), body], sort_keys=True, default=str)
    tag = hashlib.sha256(content.encode()).hexdigest()
    headers = {"Cache-Control": "no-store", "ETag": f'"{tag}"'}
    if tag in request.if_none_match:
        return "", 304, headers
    note_read()
    return body, 200, headers
