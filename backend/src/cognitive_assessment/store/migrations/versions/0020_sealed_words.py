"""The words of answers, scores, results and corrections get a place where they are sealed."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"

STATEMENTS = """
ALTER TABLE sessions ADD COLUMN sealed bytea;
ALTER TABLE questions ADD COLUMN sealed bytea;
ALTER TABLE scores ADD COLUMN sealed bytea;
ALTER TABLE results ADD COLUMN sealed bytea;
ALTER TABLE overrides ADD COLUMN sealed bytea, ALTER COLUMN reason DROP NOT NULL;
"""


def upgrade() -> None:
    """Rows of before keep their words in plain until the system starts, which has the keys to seal them.

    A release before this one runs on: of what is written from now on it shows the points without the words.
    """
    op.get_bind().exec_driver_sql(STATEMENTS)
