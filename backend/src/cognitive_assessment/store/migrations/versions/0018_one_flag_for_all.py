"""Whether writes are stopped, for every machine that serves from this database or works on its jobs."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """One row while it is on, none while it is off; the owner alone writes it."""
    op.execute(
        "CREATE TABLE maintenance ("
        "since timestamptz CONSTRAINT pk_maintenance PRIMARY KEY, is_lockdown boolean NOT NULL)"
    )
