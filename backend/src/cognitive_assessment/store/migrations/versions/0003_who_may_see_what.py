"""Roles, row-level security on every table with personal data, and a log that cannot be changed unnoticed."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

ROLES = """
ALTER TABLE users DROP CONSTRAINT ck_users_role;
UPDATE users SET role = 'administrator' WHERE role = 'staff';
ALTER TABLE users ADD CONSTRAINT ck_users_role
    CHECK (role IN ('participant', 'clinician', 'researcher', 'administrator', 'operator'));
ALTER TABLE users ADD COLUMN deactivated_at timestamptz;
ALTER TABLE users DROP CONSTRAINT uq_users_email;
CREATE UNIQUE INDEX uq_users_staff_email ON users (email) WHERE role <> 'participant';
CREATE UNIQUE INDEX uq_users_participant_email ON users (organisation_id, email) WHERE role = 'participant';
ALTER TABLE users ADD CONSTRAINT uq_users_id_organisation_id UNIQUE (id, organisation_id);
ALTER TABLE organisations ADD COLUMN researchers_see_identities boolean NOT NULL DEFAULT false;
ALTER TABLE sessions ADD COLUMN organisation_id uuid;
UPDATE sessions SET organisation_id = users.organisation_id FROM users WHERE users.id = sessions.user_id;
ALTER TABLE sessions ALTER COLUMN organisation_id SET NOT NULL;
ALTER TABLE sessions ADD CONSTRAINT fk_sessions_user_id_organisation_id
    FOREIGN KEY (user_id, organisation_id) REFERENCES users (id, organisation_id) ON DELETE CASCADE;
CREATE INDEX idx_sessions_organisation_id ON sessions (organisation_id, created_at);
ALTER TABLE audit_log ADD COLUMN organisation_id uuid;
CREATE INDEX idx_audit_log_organisation_id ON audit_log (organisation_id, id);
CREATE TABLE audit_chain (
    position bigint CONSTRAINT pk_audit_chain PRIMARY KEY,
    audit_id bigint NOT NULL CONSTRAINT uq_audit_chain_audit_id UNIQUE,
    hash bytea NOT NULL
)
"""

# Who acts is named by `app.current_user_id`, set for one transaction. Everything else is looked up here, by the owner
# of the tables, so that nobody can claim a role or an organisation. Without a name there is nobody, who sees nothing.
ACTING = """
CREATE FUNCTION is_owner() RETURNS boolean STABLE LANGUAGE sql AS
    $$ SELECT current_user = pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'users'::regclass $$;
CREATE FUNCTION acting_user() RETURNS uuid STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
    SELECT id FROM users, nullif(current_setting('app.current_user_id', true), '') AS named
    WHERE (id = CASE WHEN named ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN named::uuid END
        OR clerk_id = named) AND deactivated_at IS NULL
$$;
CREATE FUNCTION acting_organisation() RETURNS uuid
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS
    $$ SELECT organisation_id FROM users WHERE id = acting_user() $$;
CREATE FUNCTION acting_role() RETURNS text
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS
    $$ SELECT role FROM users WHERE id = acting_user() $$;
CREATE FUNCTION acting_sees_identities() RETURNS boolean
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
    SELECT u.role IN ('clinician', 'administrator') OR (u.role = 'researcher' AND o.researchers_see_identities)
    FROM users u JOIN organisations o ON o.id = u.organisation_id WHERE u.id = acting_user()
$$;
CREATE FUNCTION user_of_sign_in(token bytea) RETURNS uuid
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS
    $$ SELECT user_id FROM sign_ins WHERE token_hash = token AND ends_at > now() $$;
CREATE FUNCTION user_of_invitation(token bytea) RETURNS uuid
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS
    $$ SELECT user_id FROM invitations WHERE token_hash = token $$;
CREATE FUNCTION staff_of_address(address text) RETURNS uuid
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS
    $$ SELECT id FROM users WHERE email = address AND role <> 'participant' $$;
CREATE FUNCTION user_of_session(session uuid) RETURNS uuid
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS
    $$ SELECT user_id FROM sessions WHERE id = session $$;
CREATE FUNCTION user_of_question(question uuid) RETURNS uuid
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS
    $$ SELECT s.user_id FROM sessions s JOIN questions q ON q.session_id = s.id WHERE q.id = question $$;
CREATE FUNCTION user_of_recording(recording uuid) RETURNS uuid
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS
    $$ SELECT user_id FROM recordings WHERE id = recording $$
"""

# Functions stand in a sub-select so that they are asked once a statement, not once a row.
POLICIES = """
CREATE POLICY organisation_seen ON organisations FOR SELECT USING (id = (SELECT acting_organisation()));
CREATE POLICY organisation_kept ON organisations FOR UPDATE
    USING (id = (SELECT acting_organisation()) AND (SELECT acting_role()) = 'administrator');

CREATE POLICY users_policy ON users FOR ALL
    USING (id = (SELECT acting_user()))
    WITH CHECK (id = (SELECT acting_user()) AND role = (SELECT acting_role())
        AND organisation_id = (SELECT acting_organisation()));
CREATE POLICY users_seen ON users FOR SELECT
    USING (organisation_id = (SELECT acting_organisation()) AND (SELECT acting_sees_identities())
        AND (role = 'participant' OR (SELECT acting_role()) = 'administrator'));
CREATE POLICY users_added ON users FOR INSERT
    WITH CHECK (organisation_id = (SELECT acting_organisation())
        AND ((SELECT acting_role()) = 'administrator'
            OR ((SELECT acting_role()) = 'clinician' AND role = 'participant')));
CREATE POLICY users_managed ON users FOR UPDATE
    USING (organisation_id = (SELECT acting_organisation())
        AND ((SELECT acting_role()) = 'administrator'
            OR ((SELECT acting_role()) = 'clinician' AND role = 'participant')));

CREATE POLICY sign_ins_own ON sign_ins FOR ALL USING (user_id = (SELECT acting_user()));
CREATE POLICY sign_ins_seen ON sign_ins FOR SELECT
    USING ((SELECT acting_role()) IN ('clinician', 'administrator')
        AND EXISTS (SELECT FROM users u WHERE u.id = sign_ins.user_id));
CREATE POLICY sign_ins_ended ON sign_ins FOR DELETE
    USING ((SELECT acting_role()) IN ('clinician', 'administrator')
        AND EXISTS (SELECT FROM users u WHERE u.id = sign_ins.user_id));

CREATE POLICY invitations_own ON invitations FOR SELECT USING (user_id = (SELECT acting_user()));
CREATE POLICY invitations_used ON invitations FOR UPDATE USING (user_id = (SELECT acting_user()));
CREATE POLICY invitations_made ON invitations FOR ALL
    USING (organisation_id = (SELECT acting_organisation())
        AND (SELECT acting_role()) IN ('clinician', 'administrator'))
    WITH CHECK (organisation_id = (SELECT acting_organisation())
        AND (SELECT acting_role()) IN ('clinician', 'administrator')
        AND EXISTS (SELECT FROM users u WHERE u.id = invitations.user_id));

CREATE POLICY sessions_own ON sessions FOR ALL
    USING (user_id = (SELECT acting_user()))
    WITH CHECK (user_id = (SELECT acting_user()) AND (SELECT acting_role()) = 'participant');
CREATE POLICY sessions_seen ON sessions FOR SELECT
    USING (organisation_id = (SELECT acting_organisation())
        AND (SELECT acting_role()) IN ('clinician', 'researcher', 'administrator'));

CREATE POLICY recordings_own ON recordings FOR ALL
    USING (user_id = (SELECT acting_user()))
    WITH CHECK (user_id = (SELECT acting_user()) AND EXISTS (
        SELECT FROM sessions s WHERE s.id = recordings.session_id AND s.user_id = (SELECT acting_user())));
CREATE POLICY recordings_seen ON recordings FOR SELECT
    USING (EXISTS (SELECT FROM sessions s WHERE s.id = recordings.session_id));
CREATE POLICY transcripts_seen ON transcripts FOR SELECT
    USING (EXISTS (SELECT FROM recordings r WHERE r.id = transcripts.recording_id));
CREATE POLICY transcripts_added ON transcripts FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM recordings r
        WHERE r.id = transcripts.recording_id AND r.user_id = (SELECT acting_user())));
CREATE POLICY scores_seen ON scores FOR SELECT
    USING (EXISTS (SELECT FROM questions q WHERE q.id = scores.question_id));
CREATE POLICY scores_added ON scores FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM questions q JOIN sessions s ON s.id = q.session_id
        WHERE q.id = scores.question_id AND s.user_id = (SELECT acting_user())));
CREATE POLICY audit_log_seen ON audit_log FOR SELECT
    USING (organisation_id = (SELECT acting_organisation()) AND (SELECT acting_role()) = 'administrator')
"""
OF_A_SESSION = """
CREATE POLICY TABLE_seen ON TABLE FOR SELECT
    USING (EXISTS (SELECT FROM sessions s WHERE s.id = TABLE.session_id));
CREATE POLICY TABLE_added ON TABLE FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM sessions s WHERE s.id = TABLE.session_id AND s.user_id = (SELECT acting_user())))
"""
OF_SESSIONS = ("questions", "events", "results")
PROTECTED = (
    "organisations",
    "users",
    "sign_ins",
    "invitations",
    "sessions",
    *OF_SESSIONS,
    "recordings",
    "transcripts",
    "scores",
    "audit_log",
    "audit_chain",
)

# What a person is called, said or did is kept in their own rows alone: the log cannot be changed, and they may ask
# that it be forgotten. The log tells that such a value was set, and of a change only what changed.
AUDIT = """
CREATE OR REPLACE FUNCTION record_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN audited(to_jsonb(OLD)) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN audited(to_jsonb(NEW)) END;
    whole jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    same text[];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(key) INTO same FROM jsonb_each(to_jsonb(NEW))
        WHERE key <> 'id' AND value IS NOT DISTINCT FROM to_jsonb(OLD) -> key;
        old_row := old_row - coalesce(same, '{}');
        new_row := new_row - coalesce(same, '{}');
    END IF;
    PERFORM add_audit(TG_TABLE_NAME, TG_OP, old_row, new_row,
        coalesce((whole ->> 'organisation_id')::uuid, acting_organisation()));
    RETURN NULL;
END
$$;
CREATE FUNCTION audited(whole jsonb) RETURNS jsonb IMMUTABLE LANGUAGE sql AS $$
    SELECT jsonb_object_agg(key, CASE
        WHEN value <> 'null' AND key = ANY (ARRAY['email', 'user_email', 'display_name', 'clerk_id', 'response',
            'answer', 'values', 'evidence', 'reason', 'instruments', 'consent', 'device', 'satisfaction', 'place'])
        THEN '"(in the row)"' ELSE value END)
    FROM jsonb_each(whole - ARRAY['password_hash', 'data_key', 'token_hash', 'plan', 'waveform'])
$$;
CREATE FUNCTION add_audit(of_table text, what text, old_row jsonb, new_row jsonb, organisation uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO audit_log (table_name, operation, old_values, new_values, user_id, organisation_id)
    VALUES (of_table, what, old_row, new_row, coalesce(
        nullif(current_setting('app.actor', true), ''),
        nullif(current_setting('app.current_user_id', true), ''), session_user), organisation)
$$;
CREATE FUNCTION record_read(of_table text, what jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT add_audit(of_table, 'READ', NULL, what, acting_organisation()) $$;
CREATE FUNCTION audit_content(logged audit_log) RETURNS bytea
STABLE LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT convert_to(string_agg(octet_length(part) || ':' || part, '' ORDER BY place), 'UTF8')
    FROM unnest(ARRAY[logged.id::text, logged.table_name, logged.operation, coalesce(logged.old_values::text, ''),
        coalesce(logged.new_values::text, ''), coalesce(logged.user_id, ''), coalesce(logged.organisation_id::text, ''),
        to_char(logged.timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')])
        WITH ORDINALITY AS parts (part, place)
$$;
CREATE FUNCTION add_to_chain(logged audit_log) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    newest audit_chain;
BEGIN
    SELECT * INTO newest FROM audit_chain ORDER BY position DESC LIMIT 1;
    INSERT INTO audit_chain VALUES (coalesce(newest.position, 0) + 1, logged.id,
        sha256(coalesce(newest.hash, ''::bytea) || audit_content(logged)));
END
$$;
CREATE FUNCTION chain_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(6512500);
    PERFORM add_to_chain(NEW);
    RETURN NULL;
END
$$;
DO $$
DECLARE
    kept audit_log;
BEGIN
    FOR kept IN SELECT * FROM audit_log ORDER BY id LOOP
        PERFORM add_to_chain(kept);
    END LOOP;
END
$$;
CREATE CONSTRAINT TRIGGER chain AFTER INSERT ON audit_log DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION chain_audit();
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON transcripts
    FOR EACH ROW EXECUTE FUNCTION record_audit()
"""


def upgrade() -> None:
    """Everything at once; what is logged already is chained as it stands."""
    for block in (ROLES, ACTING, POLICIES, AUDIT):
        op.get_bind().exec_driver_sql(block.replace("%", "%%"))
    for table in OF_SESSIONS:
        op.execute(OF_A_SESSION.replace("TABLE", table))
    for table in PROTECTED:
        op.execute(f"CREATE POLICY owner ON {table} FOR ALL USING ((SELECT is_owner()))")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
