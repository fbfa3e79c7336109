"""The text that an organisation shows to a participant whose answer raises a flag."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """None at first: the default text serves until an administrator writes another."""
    op.execute("ALTER TABLE organisations ADD COLUMN help_text text")
