"""Faults of jobs, counted apart from their waiting; of two scores, the later written one is the newest."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """The count goes with its job; a transaction that began earlier may write later, so the clock decides."""
    op.execute(
        """
        CREATE TABLE job_faults (
            job_id bigint CONSTRAINT pk_job_faults PRIMARY KEY
                CONSTRAINT fk_job_faults_job_id REFERENCES procrastinate_jobs ON DELETE CASCADE,
            faults integer NOT NULL
        )
        """
    )
    for table in ("transcripts", "scores", "results"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN created_at SET DEFAULT clock_timestamp()")
