"""How long an organisation keeps what it was given, what was let go by that rule, who answers for it all."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

STATEMENTS = """
ALTER TABLE organisations ADD COLUMN recordings_kept_days integer;
ALTER TABLE organisations ADD COLUMN persons_kept_days integer;
ALTER TABLE organisations ADD COLUMN contacts jsonb NOT NULL DEFAULT '{}';
ALTER TABLE organisations ADD CONSTRAINT ck_organisations_kept_days
    CHECK (recordings_kept_days > 0 AND persons_kept_days > 0);
ALTER TABLE recordings DROP CONSTRAINT ck_recordings_state;
ALTER TABLE recordings ADD CONSTRAINT ck_recordings_state
    CHECK (state IN ('uploading', 'complete', 'terminated', 'erased'));
CREATE TABLE recording_erasures (
    recording_id uuid CONSTRAINT pk_recording_erasures PRIMARY KEY,
    organisation_id uuid NOT NULL,
    erased_at timestamptz NOT NULL,
    reason text NOT NULL
);
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON recording_erasures
    FOR EACH ROW EXECUTE FUNCTION record_audit();
ALTER TABLE recording_erasures ENABLE ROW LEVEL SECURITY;
ALTER TABLE recording_erasures FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON recording_erasures FOR ALL USING ((SELECT is_owner()));
CREATE POLICY recording_erasures_seen ON recording_erasures FOR SELECT
    USING (organisation_id = (SELECT acting_organisation()) AND (SELECT acting_role()) = 'administrator');

CREATE OR REPLACE FUNCTION audited(whole jsonb) RETURNS jsonb IMMUTABLE LANGUAGE sql AS $$
    SELECT jsonb_object_agg(key, CASE
        WHEN value <> 'null' AND key = ANY (ARRAY['email', 'user_email', 'display_name', 'clerk_id', 'response',
            'answer', 'values', 'evidence', 'reason', 'instruments', 'consent', 'device', 'satisfaction', 'place',
            'contacts'])
        THEN '"(in the row)"' ELSE value END)
    FROM jsonb_each(whole - ARRAY['password_hash', 'token_hash', 'plan', 'waveform', 'sealed', 'details'])
$$;
CREATE FUNCTION rectify_address(person uuid, address text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE questions SET user_email = address FROM sessions
    WHERE sessions.id = questions.session_id AND sessions.user_id = person
        AND questions.user_email IS DISTINCT FROM address
        AND sessions.organisation_id = acting_organisation()
        AND acting_role() IN ('clinician', 'administrator')
$$
"""


def upgrade() -> None:
    """Without a rule nothing is ever let go."""
    op.get_bind().exec_driver_sql(STATEMENTS.replace("%", "%%"))
