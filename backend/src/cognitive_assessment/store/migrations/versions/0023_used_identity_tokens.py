"""Tokens of identity providers that have signed somebody in, so that each does so once."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"

TABLE = """
CREATE TABLE used_identity_tokens (
    token_hash bytea CONSTRAINT pk_used_identity_tokens PRIMARY KEY,
    ends_at timestamptz NOT NULL
);
ALTER TABLE used_identity_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE used_identity_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON used_identity_tokens FOR ALL USING ((SELECT is_owner()));
CREATE POLICY used ON used_identity_tokens FOR INSERT WITH CHECK ((SELECT acting_user()) IS NOT NULL);
CREATE POLICY ended_seen ON used_identity_tokens FOR SELECT
    USING (ends_at < now() AND (SELECT acting_user()) IS NOT NULL);
CREATE POLICY ended_forgotten ON used_identity_tokens FOR DELETE
    USING (ends_at < now() AND (SELECT acting_user()) IS NOT NULL)
"""


def upgrade() -> None:
    """Whoever serves adds a row and forgets one that has ended; until then it is neither seen nor taken away."""
    op.get_bind().exec_driver_sql(TABLE)
