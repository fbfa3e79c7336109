"""Which personal data are processed and why, in words, as the record of processing names them."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any


@functools.cache
def described() -> dict[str, Any]:
    """Purposes, legal basis, and categories of data with the tables that hold them."""
    file = resources.files("cognitive_assessment.consent") / "processing-en.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
