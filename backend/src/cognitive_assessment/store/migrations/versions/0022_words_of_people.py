"""Whoever is not shown who somebody is comes to no transcript and no drawing either."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"

STATEMENTS = """
ALTER POLICY transcripts_seen ON transcripts
    USING (EXISTS (SELECT FROM recordings r WHERE r.id = transcripts.recording_id
        AND (r.user_id = (SELECT acting_user()) OR (SELECT acting_sees_identities()))));
ALTER POLICY drawings_seen ON drawings
    USING (EXISTS (SELECT FROM questions q JOIN sessions s ON s.id = q.session_id WHERE q.id = drawings.question_id
        AND (s.user_id = (SELECT acting_user()) OR (SELECT acting_sees_identities()))));
"""


def upgrade() -> None:
    """A release before this one runs on: its page of a result is without them where they are not allowed."""
    op.get_bind().exec_driver_sql(STATEMENTS)
