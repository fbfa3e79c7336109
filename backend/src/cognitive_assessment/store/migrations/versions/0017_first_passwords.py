"""First passwords: made by the system, known to whoever handed them on, and soon over."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"

STATEMENTS = """
ALTER TABLE users ADD COLUMN password_ends_at timestamptz;
ALTER TABLE users ADD COLUMN password_is_to_change boolean NOT NULL DEFAULT false;
ALTER TABLE sign_in_steps DROP CONSTRAINT ck_sign_in_steps_next;
ALTER TABLE sign_in_steps ADD CONSTRAINT ck_sign_in_steps_next
    CHECK (next IN ('second_factor', 'enrol', 'new_password'))
"""


def upgrade() -> None:
    """Passwords that are there stay without an end; a release before this one asks for no new one."""
    op.get_bind().exec_driver_sql(STATEMENTS)
