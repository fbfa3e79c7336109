"""How often a job has really failed; waiting for something that was away is not among it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cognitive_assessment.store.tables import job_faults


def add(connection: sa.Connection, job_id: int) -> int:
    """Count one more fault of a job; returns how many there are now."""
    statement = insert(job_faults).values(job_id=job_id, faults=1)
    statement = statement.on_conflict_do_update(index_elements=["job_id"], set_={"faults": job_faults.c.faults + 1})
    return int(connection.execute(statement.returning(job_faults.c.faults)).scalar_one())
