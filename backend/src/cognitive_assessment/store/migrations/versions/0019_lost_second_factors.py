"""How somebody who had lost their second factor proved who they are: beside the account, and in the audit log."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"

STATEMENTS = """
ALTER TABLE users ADD COLUMN second_factor_reset_proof text
    CONSTRAINT ck_users_second_factor_reset_proof
    CHECK (second_factor_reset_proof IN ('in-person', 'video-call', 'vouched-for'));
CREATE OR REPLACE FUNCTION audited(whole jsonb) RETURNS jsonb
IMMUTABLE LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_object_agg(key, CASE
        WHEN value = 'null' OR key = ANY (ARRAY['id', 'user_id', 'organisation_id', 'session_id', 'question_id',
            'recording_id', 'score_id', 'text_id', 'invited_by', 'recorded_by', 'made_by', 'attended_by',
            'created_at', 'expires_at', 'used_at', 'revoked_at', 'completed_at', 'deactivated_at', 'told_at',
            'erased_at', 'role', 'state', 'operation', 'done_by', 'data_choice', 'origin', 'version', 'rule',
            'versions', 'recogniser', 'is_simulated', 'researchers_see_identities', 'recordings_kept_days',
            'persons_kept_days', 'second_factor_reset_proof'])
        THEN value ELSE '"(in the row)"' END)
    FROM jsonb_each(whole - ARRAY['password_hash', 'token_hash', 'plan', 'waveform', 'sealed', 'details'])
$$
"""


def upgrade() -> None:
    """Accounts whose factors were reset before have no proof on record."""
    op.get_bind().exec_driver_sql(STATEMENTS)
