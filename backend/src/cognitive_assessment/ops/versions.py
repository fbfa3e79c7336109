"""Versions of the parts that most faults are about."""

from __future__ import annotations

import platform
from importlib.metadata import version

_PACKAGES = ("cognitive-assessment", "flask", "sqlalchemy", "psycopg", "procrastinate", "faster-whisper", "av")


def versions() -> dict[str, str]:
    """Of Python and of our own and others' packages."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
