"""Persons' keys leave the database, what they said is sealed, and who was erased is remembered by number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cognitive_assessment.errors import Conflict

revision = "0009"
down_revision = "0008"

STATEMENTS = """
ALTER TABLE users DROP COLUMN data_key;
ALTER TABLE transcripts DROP COLUMN text, DROP COLUMN words, DROP COLUMN alternatives;
ALTER TABLE transcripts ADD COLUMN sealed bytea NOT NULL;
CREATE TABLE erasures (
    user_id uuid CONSTRAINT pk_erasures PRIMARY KEY,
    organisation_id uuid,
    erased_at timestamptz NOT NULL,
    erased_by text NOT NULL,
    reason text NOT NULL
);
ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasures FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON erasures FOR ALL USING ((SELECT is_owner()));
CREATE POLICY erasures_seen ON erasures FOR SELECT
    USING (organisation_id = (SELECT acting_organisation()) AND (SELECT acting_role()) = 'administrator');
CREATE OR REPLACE FUNCTION audited(whole jsonb) RETURNS jsonb IMMUTABLE LANGUAGE sql AS $$
    SELECT jsonb_object_agg(key, CASE
        WHEN value <> 'null' AND key = ANY (ARRAY['email', 'user_email', 'display_name', 'clerk_id', 'response',
            'answer', 'values', 'evidence', 'reason', 'instruments', 'consent', 'device', 'satisfaction', 'place'])
        THEN '"(in the row)"' ELSE value END)
    FROM jsonb_each(whole - ARRAY['password_hash', 'token_hash', 'plan', 'waveform', 'sealed', 'details'])
$$
"""


def upgrade() -> None:
    """Only where nobody has given anything yet: a key cannot be moved out of the logs that have held it."""
    held = sa.text("SELECT EXISTS (SELECT FROM users WHERE data_key IS NOT NULL)")
    if op.get_bind().execute(held).scalar():
        raise Conflict(
            "This database holds keys of persons, as versions before the first release kept them.",
            remedy="Begin with a new data folder (CAS_DATA_DIR); what is here stays readable with the old version.",
        )
    op.get_bind().exec_driver_sql(STATEMENTS.replace("%", "%%"))
