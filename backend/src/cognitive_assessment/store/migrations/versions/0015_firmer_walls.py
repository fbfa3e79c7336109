"""Firmer walls between what is kept and whoever serves it.

No revision 0005 was ever released: 0006 follows 0004, and nothing is missing.
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"

# A temporary table is found before any other of its name unless `pg_temp` stands last: no function of ours may look
# names up along a path that whoever asks has chosen.
NAMES = """
CREATE OR REPLACE FUNCTION is_owner() RETURNS boolean
STABLE LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS
    $$ SELECT current_user = pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.users'::regclass $$;
ALTER FUNCTION refuse_change() SET search_path = pg_catalog, public, pg_temp
"""

# The log outlives the person. It tells which row was touched, when, by whom, and words that say nothing of anybody's
# answers; a value that is not named here is in its row alone, also one of a column that is added later.
AUDIT = """
CREATE OR REPLACE FUNCTION audited(whole jsonb) RETURNS jsonb
IMMUTABLE LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_object_agg(key, CASE
        WHEN value = 'null' OR key = ANY (ARRAY['id', 'user_id', 'organisation_id', 'session_id', 'question_id',
            'recording_id', 'score_id', 'text_id', 'invited_by', 'recorded_by', 'made_by', 'attended_by',
            'created_at', 'expires_at', 'used_at', 'revoked_at', 'completed_at', 'deactivated_at', 'told_at',
            'erased_at', 'role', 'state', 'operation', 'done_by', 'data_choice', 'origin', 'version', 'rule',
            'versions', 'recogniser', 'is_simulated', 'researchers_see_identities', 'recordings_kept_days',
            'persons_kept_days'])
        THEN value ELSE '"(in the row)"' END)
    FROM jsonb_each(whole - ARRAY['password_hash', 'token_hash', 'plan', 'waveform', 'sealed', 'details'])
$$
"""

SESSIONS = """
CREATE FUNCTION stay_withdrawn() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a session that was withdrawn stays so' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER stay_withdrawn BEFORE UPDATE OF state ON sessions FOR EACH ROW
    WHEN (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn') EXECUTE FUNCTION stay_withdrawn()
"""

# A participant takes part and has no account to look after: neither their address nor a password is theirs to set, and
# an invitation that is over stays over.
OWN_ROWS = """
DROP POLICY users_policy ON users;
CREATE POLICY users_policy ON users FOR SELECT USING (id = (SELECT acting_user()));
CREATE POLICY users_kept ON users FOR UPDATE
    USING (id = (SELECT acting_user()) AND (SELECT acting_role()) <> 'participant')
    WITH CHECK (id = (SELECT acting_user()) AND role = (SELECT acting_role())
        AND organisation_id = (SELECT acting_organisation()));
DROP POLICY invitations_used ON invitations;
CREATE POLICY invitations_used ON invitations FOR UPDATE
    USING (user_id = (SELECT acting_user()) AND revoked_at IS NULL AND expires_at > now())
"""

# Who ends the sign-ins of an account ends what would become one as well.
STEPS = """
CREATE POLICY TABLE_seen ON TABLE FOR SELECT USING ((SELECT acting_role()) = 'administrator'
    AND EXISTS (SELECT FROM users u WHERE u.id = TABLE.user_id));
CREATE POLICY TABLE_ended ON TABLE FOR DELETE USING ((SELECT acting_role()) = 'administrator'
    AND EXISTS (SELECT FROM users u WHERE u.id = TABLE.user_id))
"""
# Whom the identity provider has let go, nothing lets in: no password, no passkey. An administrator may reopen.
IDENTITIES = """
CREATE OR REPLACE FUNCTION forget_identity(subject text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM sign_ins USING users WHERE users.id = sign_ins.user_id AND users.clerk_id = subject;
    DELETE FROM sign_in_steps USING users WHERE users.id = sign_in_steps.user_id AND users.clerk_id = subject;
    DELETE FROM passkey_challenges USING users WHERE users.id = passkey_challenges.user_id AND users.clerk_id = subject;
    UPDATE users SET clerk_id = NULL, deactivated_at = coalesce(deactivated_at, now()) WHERE clerk_id = subject;
END
$$
"""
INDEXES = """
CREATE INDEX idx_overrides_score_id ON overrides (score_id);
CREATE INDEX idx_overrides_made_by ON overrides (made_by);
CREATE INDEX idx_sessions_attended_by ON sessions (attended_by);
CREATE INDEX idx_invitations_attended_by ON invitations (attended_by)
"""


def upgrade() -> None:
    """A release before this one runs on: nothing that it asks for is taken away."""
    steps = [STEPS.replace("TABLE", table) for table in ("sign_in_steps", "passkey_challenges")]
    for block in (NAMES, AUDIT, SESSIONS, OWN_ROWS, *steps, IDENTITIES, INDEXES):
        op.get_bind().exec_driver_sql(block.replace("%", "%%"))
