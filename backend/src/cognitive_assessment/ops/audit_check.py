"""Whether the audit log is whole, against every end of it that is kept elsewhere: by command, and nightly."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass

from cognitive_assessment.config import Settings
from cognitive_assessment.ops import audit_head
from cognitive_assessment.private_files import read_private, write_private
from cognitive_assessment.store import audit
from cognitive_assessment.store.engine import make_engine

_LAST = "audit-check.json"
_OURS = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """When the log was last walked to its end, and how many faults that found."""

    at: dt.datetime
    fault_count: int


def check(settings: Settings, owner_url: str, say: Callable[[str], None], *, after_restore: bool) -> audit.Verdict:
    """Walk the chain; the verdict's faults name every row and every end of before that is not as it was.

    The end of a whole one is remembered. With `after_restore` ends of before may be gone; whose they are is remembered
    too, and they are not asked for again. Raises `Conflict` if what is remembered cannot be read.
    """
    remembered = None if after_restore else audit_head.remembered(settings.data_dir)
    left_behind = remembered.left_behind if remembered else ()
    seen = {} if remembered is None else {_OURS: remembered.head}
    for name, head in audit_head.of_backups(settings):  # before the walk, which sees what they have seen
        if head is None:
            say(f"The backup {name} is not as it was signed, and is not asked for its end of the log.")
        elif name not in left_behind:
            seen[name] = head
    engine = make_engine(owner_url)
    try:
        with engine.connect() as connection:
            verdict = audit.verify(connection, seen=seen)
    finally:
        engine.dispose()
    if after_restore:
        left_behind = verdict.gone
    else:
        lost = (_lost(name, seen[name]) for name in verdict.gone)
        verdict = dataclasses.replace(verdict, faults=(*verdict.faults, *lost))
    if verdict.head is not None and not verdict.faults:
        audit_head.remember(settings.data_dir, audit_head.Remembered(verdict.head, left_behind))
    note(settings, len(verdict.faults), dt.datetime.now(dt.UTC))
    return verdict


def _lost(name: str, head: audit.Head) -> str:
    whose = f"that the backup {name} has" if name else "that was seen before"
    return f"The end of the chain {whose}, place {head.position}, is gone."


def note(settings: Settings, fault_count: int, at: dt.datetime) -> None:
    """Remember what a walk to the end has found."""
    write_private(settings.data_dir / _LAST, json.dumps({"checked_at": at.isoformat(), "fault_count": fault_count}))


def last(settings: Settings) -> Checked | None:
    """What the last walk found."""
    text = read_private(settings.data_dir / _LAST)
    if text is None:
        return None
    told = json.loads(text)
    return Checked(dt.datetime.fromisoformat(told["checked_at"]), told["fault_count"])


def last_at(settings: Settings) -> dt.datetime | None:
    """When the log was last walked to its end."""
    found = last(settings)
    return None if found is None else found.at
