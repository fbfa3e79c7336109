"""The last wall in front of the log: what looks like a secret or like a person is hidden, whoever wrote the line.

Our own lines hold ids only. Libraries write lines too, and an error's text may hold what was sent.
"""

from __future__ import annotations

import re
from typing import Any

_HIDDEN = "[hidden]"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [A-Z ]+-----.*?(-----END [A-Z ]+-----|$)", re.DOTALL), _HIDDEN),
    # the password in the address of a database or of a cache
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s@]+@", re.IGNORECASE), rf"\1:{_HIDDEN}@"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {_HIDDEN}"),
    (
        re.compile(
            r"""((?:password|passwd|secret|token|api_?key|master_?key|authorization|cookie|code|cas_session)["']?\s*[:=]\s*)"""
            r"""("[^"]*"|'[^']*'|[^\s,;&)}\]]+)""",
            re.IGNORECASE,
        ),
        rf"\1{_HIDDEN}",
    ),
    (re.compile(r"\bAGE-SECRET-KEY-[0-9A-Z]+", re.IGNORECASE), _HIDDEN),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), _HIDDEN),
    # keys, tokens and hashes of ours; ids have 36 characters
    (re.compile(r"(?<![\w/.-])[A-Za-z0-9_-]{40,}(?![\w/.-])"), _HIDDEN),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w"), "[e-mail address]"),
)


def scrub(text: str) -> str:
    """The text without what nobody may read in a log."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


def scrub_value(value: Any) -> Any:
    """The same for what stands beside a message, however deep."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {name: scrub_value(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [scrub_value(one) for one in value]
    return value
