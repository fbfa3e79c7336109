"""Passkeys of staff, and the challenges that wait for one to answer."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = """
CREATE TABLE passkeys (
    id uuid CONSTRAINT pk_passkeys PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT fk_passkeys_user_id REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    credential_id bytea NOT NULL CONSTRAINT uq_passkeys_credential_id UNIQUE,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz
);
CREATE INDEX idx_passkeys_user_id ON passkeys (user_id);
CREATE TABLE passkey_challenges (
    challenge_hash bytea CONSTRAINT pk_passkey_challenges PRIMARY KEY,
    user_id uuid CONSTRAINT fk_passkey_challenges_user_id REFERENCES users ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX idx_passkey_challenges_user_id ON passkey_challenges (user_id);
CREATE TRIGGER audit_changed AFTER INSERT OR DELETE ON passkeys FOR EACH ROW EXECUTE FUNCTION record_factor()
"""

# Whose a passkey is, is looked up before anybody is known: by the owner of the tables, one at a time.
LOOK_UP = """
CREATE FUNCTION user_of_passkey(credential bytea) RETURNS uuid
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS
    $$ SELECT user_id FROM passkeys WHERE credential_id = credential $$
"""


def upgrade() -> None:
    """A challenge is of whoever was asked, or of nobody known yet."""
    for block in (TABLES, LOOK_UP):
        op.get_bind().exec_driver_sql(block)
    op.execute("CREATE POLICY own ON passkeys FOR ALL USING (user_id = (SELECT acting_user()))")
    op.execute(
        "CREATE POLICY own ON passkey_challenges FOR ALL USING (user_id IS NOT DISTINCT FROM (SELECT acting_user()))"
    )
    for table in ("passkeys", "passkey_challenges"):
        op.execute(f"CREATE POLICY owner ON {table} FOR ALL USING ((SELECT is_owner()))")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
