"""How far the archive is: whether somebody receives the log, what waits to be received, how old the base copy is."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa

from cognitive_assessment.config import Settings
from cognitive_assessment.ops.archive import chains, keep
from cognitive_assessment.ops.backups import files

LAG_LIMIT_BYTES = 64_000_000
BASE_LIMIT_S = 48 * 3600.0
CLOCK_LIMIT_S = 1800.0  # by which a copy may be ahead: the clock was set right since
_QUERY = sa.text(
    """
    SELECT active, wal_status = 'lost' AS is_lost,
           coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint AS lag_bytes
    FROM pg_replication_slots WHERE slot_name = :slot
    """
)


@dataclass(frozen=True, slots=True)
class State:
    """What was found; the age of the base copy is nothing while there is none, `age_s` counts from the beginning.

    A copy of which a link is missing counts for none.
    """

    is_received: bool
    is_lost: bool
    lag_bytes: int
    base_age_s: float | None
    age_s: float

    def fault(self) -> str | None:
        """What is wrong, in words."""
        if self.is_lost:
            return "What was to be received is gone from the server; it begins anew"
        if not self.is_received:
            return f"Nobody receives the log; {self.lag_bytes / 1e6:.1f} MB of it wait"
        if self.lag_bytes > LAG_LIMIT_BYTES:
            return f"{self.lag_bytes / 1e6:.0f} MB of the log wait to be received"
        return self._fault_of_base()

    def _fault_of_base(self) -> str | None:
        if self.base_age_s is None and self.age_s > BASE_LIMIT_S:
            return f"There is no base copy, and it is {self.age_s / 3600:.0f} hours old"
        if self.base_age_s is not None and self.base_age_s < -CLOCK_LIMIT_S:
            return (
                f"The newest base copy is of a moment in {-self.base_age_s / 3600:.0f} hours; none is made until then"
            )
        if self.base_age_s is not None and self.base_age_s > BASE_LIMIT_S:
            return f"The newest base copy is {self.base_age_s / 3600:.0f} hours old"
        return None


def read(settings: Settings, connection: sa.Connection) -> State | None:
    """The state of the archive, or nothing where none is kept: the server then knows no receiver of that name."""
    row = connection.execute(_QUERY, {"slot": keep.SLOT}).one_or_none()
    if row is None or not settings.archive:
        return None
    bases, folder, now = chains.usable(keep.listed(settings)), keep.folder_of(settings), time.time()
    base_age_s = now - files.created_at(bases[-1]).timestamp() if bases else None
    age_s = now - folder.stat().st_mtime if folder.exists() else 0.0
    return State(row.active, row.is_lost is True, max(0, row.lag_bytes), base_age_s, age_s)
