"""What nobody foresaw: counted by its kind and place, and reported where a server for that is set."""

from __future__ import annotations

from cognitive_assessment.ops import error_reports
from cognitive_assessment.ops.metrics.events import note_fault


def note(part: str, error: BaseException, place: str, *, incident: str | None = None) -> None:
    """Count an error, and report it; neither ever fails because of it."""
    note_fault(part, error, place)
    error_reports.report(error, place, incident=incident)
