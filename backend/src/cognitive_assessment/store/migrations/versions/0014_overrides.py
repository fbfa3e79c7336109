"""Scores by hand beside the machine's, and who sat beside a person during a session."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"

STATEMENTS = """
CREATE TABLE overrides (
    id uuid CONSTRAINT pk_overrides PRIMARY KEY,
    question_id uuid NOT NULL CONSTRAINT fk_overrides_question_id REFERENCES questions (id) ON DELETE CASCADE,
    score_id uuid CONSTRAINT fk_overrides_score_id REFERENCES scores (id) ON DELETE CASCADE,
    "values" jsonb,
    reason text NOT NULL,
    made_by uuid CONSTRAINT fk_overrides_made_by REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX idx_overrides_question_id ON overrides (question_id);
ALTER TABLE invitations ADD COLUMN attended_by uuid
    CONSTRAINT fk_invitations_attended_by REFERENCES users (id) ON DELETE SET NULL;
ALTER TABLE sessions ADD COLUMN attended_by uuid
    CONSTRAINT fk_sessions_attended_by REFERENCES users (id) ON DELETE SET NULL;
ALTER TABLE overrides ENABLE ROW LEVEL SECURITY;
ALTER TABLE overrides FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON overrides FOR ALL USING ((SELECT is_owner()));
CREATE POLICY overrides_seen ON overrides FOR SELECT
    USING (EXISTS (SELECT FROM questions q WHERE q.id = overrides.question_id));
CREATE POLICY overrides_added ON overrides FOR INSERT
    WITH CHECK (made_by = (SELECT acting_user()) AND (SELECT acting_role()) IN ('clinician', 'administrator')
        AND EXISTS (SELECT FROM questions q JOIN sessions s ON s.id = q.session_id
            WHERE q.id = overrides.question_id AND s.organisation_id = (SELECT acting_organisation())));
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON overrides
    FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE FUNCTION name_of_colleague(colleague uuid) RETURNS text
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
    SELECT display_name FROM users WHERE id = colleague AND role <> 'participant'
        AND organisation_id = acting_organisation() AND acting_role() IN ('clinician', 'researcher', 'administrator')
$$
"""


def upgrade() -> None:
    """A new table and two columns that may be empty: a release before this one runs on."""
    op.get_bind().exec_driver_sql(STATEMENTS.replace("%", "%%"))
