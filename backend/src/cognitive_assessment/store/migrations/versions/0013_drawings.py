"""Drawings: the strokes of a hand, sealed under its person's key and apart from the answers."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"

STATEMENTS = """
CREATE TABLE drawings (
    question_id uuid CONSTRAINT pk_drawings PRIMARY KEY
        CONSTRAINT fk_drawings_question_id REFERENCES questions ON DELETE CASCADE,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON drawings FOR EACH ROW EXECUTE FUNCTION record_audit();
ALTER TABLE drawings ENABLE ROW LEVEL SECURITY;
ALTER TABLE drawings FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON drawings FOR ALL USING ((SELECT is_owner()));
CREATE POLICY drawings_seen ON drawings FOR SELECT
    USING (EXISTS (SELECT FROM questions q WHERE q.id = drawings.question_id));
CREATE POLICY drawings_added ON drawings FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM questions q JOIN sessions s ON s.id = q.session_id
        WHERE q.id = drawings.question_id AND s.user_id = (SELECT acting_user())));
"""


def upgrade() -> None:
    """One more table; nothing that is kept changes."""
    op.get_bind().exec_driver_sql(STATEMENTS)
