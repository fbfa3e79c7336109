"""Consent as rows that only grow: which words were shown, who agreed or withdrew, when, and whether data stay."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = """
CREATE TABLE consent_texts (
    id uuid CONSTRAINT pk_consent_texts PRIMARY KEY,
    organisation_id uuid NOT NULL
        CONSTRAINT fk_consent_texts_organisation_id REFERENCES organisations ON DELETE CASCADE,
    origin text NOT NULL,
    locale text NOT NULL,
    version text NOT NULL,
    sha256 text NOT NULL,
    title text NOT NULL,
    paragraphs jsonb NOT NULL,
    agreement text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT uq_consent_texts_organisation_id_sha256 UNIQUE (organisation_id, sha256),
    CONSTRAINT ck_consent_texts_origin CHECK (origin IN ('standard', 'own'))
);
CREATE TABLE consents (
    id uuid CONSTRAINT pk_consents PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT fk_consents_user_id REFERENCES users ON DELETE CASCADE,
    organisation_id uuid NOT NULL,
    text_id uuid CONSTRAINT fk_consents_text_id REFERENCES consent_texts ON DELETE CASCADE,
    operation text NOT NULL,
    done_by text NOT NULL,
    recorded_by uuid NOT NULL,
    told_at timestamptz NOT NULL,
    data_choice text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT ck_consents_operation CHECK (operation IN ('given', 'withdrawn')),
    CONSTRAINT ck_consents_done_by CHECK (done_by IN ('participant', 'staff')),
    CONSTRAINT ck_consents_choice CHECK (
        (operation = 'given' AND text_id IS NOT NULL AND data_choice IS NULL)
        OR (operation = 'withdrawn' AND data_choice IN ('keep', 'erase')))
);
CREATE INDEX idx_consent_texts_organisation_id ON consent_texts (organisation_id);
CREATE INDEX idx_consents_user_id ON consents (user_id);
CREATE INDEX idx_consents_text_id ON consents (text_id);
ALTER TABLE sessions DROP CONSTRAINT ck_sessions_state;
ALTER TABLE sessions ADD CONSTRAINT ck_sessions_state CHECK (state IN ('open', 'completed', 'withdrawn'));

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: no row is ever changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER only_grows BEFORE UPDATE ON consents FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_grows BEFORE UPDATE ON consent_texts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON consents FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON consent_texts FOR EACH ROW EXECUTE FUNCTION record_audit();

CREATE FUNCTION withdraw_sessions(person uuid) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH ended AS (
        UPDATE sessions SET state = 'withdrawn'
        WHERE user_id = person AND state = 'open' AND (user_id = acting_user()
            OR (organisation_id = acting_organisation() AND acting_role() IN ('clinician', 'administrator')))
        RETURNING 1)
    SELECT count(*)::integer FROM ended
$$;

CREATE POLICY owner ON consent_texts FOR ALL USING ((SELECT is_owner()));
CREATE POLICY consent_texts_seen ON consent_texts FOR SELECT
    USING (organisation_id = (SELECT acting_organisation()));
CREATE POLICY consent_texts_added ON consent_texts FOR INSERT
    WITH CHECK (organisation_id = (SELECT acting_organisation())
        AND (origin = 'standard' OR (SELECT acting_role()) = 'administrator'));
CREATE POLICY owner ON consents FOR ALL USING ((SELECT is_owner()));
CREATE POLICY consents_seen ON consents FOR SELECT
    USING (user_id = (SELECT acting_user()) OR (organisation_id = (SELECT acting_organisation())
        AND (SELECT acting_role()) IN ('clinician', 'administrator')));
CREATE POLICY consents_added ON consents FOR INSERT
    WITH CHECK (organisation_id = (SELECT acting_organisation()) AND recorded_by = (SELECT acting_user())
        AND ((done_by = 'participant' AND user_id = (SELECT acting_user()) AND (SELECT acting_role()) = 'participant')
            OR (done_by = 'staff' AND (SELECT acting_role()) IN ('clinician', 'administrator')
                AND EXISTS (SELECT FROM users u WHERE u.id = consents.user_id AND u.role = 'participant'))))
"""


def upgrade() -> None:
    """Both tables at once; sessions of before go on when their participant has agreed anew."""
    op.get_bind().exec_driver_sql(STATEMENTS.replace("%", "%%"))
    for table in ("consent_texts", "consents"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
