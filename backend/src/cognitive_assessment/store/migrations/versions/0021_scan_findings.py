"""What the scanner found in a recording, and a line of the log for it: the row goes with its person."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"

AUDIT = """
CREATE OR REPLACE FUNCTION audited(whole jsonb) RETURNS jsonb
IMMUTABLE LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_object_agg(key, CASE
        WHEN value = 'null' OR key = ANY (ARRAY['id', 'user_id', 'organisation_id', 'session_id', 'question_id',
            'recording_id', 'score_id', 'text_id', 'invited_by', 'recorded_by', 'made_by', 'attended_by',
            'created_at', 'expires_at', 'used_at', 'revoked_at', 'completed_at', 'deactivated_at', 'told_at',
            'erased_at', 'role', 'state', 'operation', 'done_by', 'data_choice', 'origin', 'version', 'rule',
            'versions', 'recogniser', 'is_simulated', 'researchers_see_identities', 'recordings_kept_days',
            'persons_kept_days', 'second_factor_reset_proof', 'scan_finding'])
        THEN value ELSE '"(in the row)"' END)
    FROM jsonb_each(whole - ARRAY['password_hash', 'token_hash', 'plan', 'waveform', 'sealed', 'details'])
$$
"""


def upgrade() -> None:
    """What is there was opened long ago and is not looked at again; a release before this one leaves it empty."""
    op.execute("ALTER TABLE recordings ADD COLUMN scan_finding text")
    op.get_bind().exec_driver_sql(AUDIT)
    op.execute(
        "CREATE TRIGGER audit AFTER UPDATE OF scan_finding ON recordings FOR EACH ROW "
        "WHEN (OLD.scan_finding IS DISTINCT FROM NEW.scan_finding) EXECUTE FUNCTION record_audit()"
    )
