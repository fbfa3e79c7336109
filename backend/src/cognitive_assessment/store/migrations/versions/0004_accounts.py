"""Second factors of staff, steps of signing in, and the use of sign-ins. Their owner alone can reach a row."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE second_factors (
    user_id uuid CONSTRAINT pk_second_factors PRIMARY KEY
        CONSTRAINT fk_second_factors_user_id REFERENCES users ON DELETE CASCADE,
    sealed_secret bytea NOT NULL,
    last_step bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz
);
CREATE TABLE recovery_codes (
    code_hash bytea CONSTRAINT pk_recovery_codes PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT fk_recovery_codes_user_id REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_recovery_codes_user_id ON recovery_codes (user_id);
CREATE TABLE sign_in_steps (
    token_hash bytea CONSTRAINT pk_sign_in_steps PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT fk_sign_in_steps_user_id REFERENCES users ON DELETE CASCADE,
    next text NOT NULL CONSTRAINT ck_sign_in_steps_next CHECK (next IN ('second_factor', 'enrol')),
    created_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz NOT NULL
);
CREATE INDEX idx_sign_in_steps_user_id ON sign_in_steps (user_id);
CREATE TABLE sign_in_uses (
    id uuid CONSTRAINT pk_sign_in_uses PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT uq_sign_in_uses_token_hash UNIQUE
        CONSTRAINT fk_sign_in_uses_token_hash REFERENCES sign_ins ON DELETE CASCADE,
    user_id uuid NOT NULL CONSTRAINT fk_sign_in_uses_user_id REFERENCES users ON DELETE CASCADE,
    used_at timestamptz NOT NULL DEFAULT now(),
    browser text NOT NULL,
    method text NOT NULL
);
CREATE INDEX idx_sign_in_uses_user_id ON sign_in_uses (user_id);
INSERT INTO sign_in_uses (id, token_hash, user_id, browser, method)
    SELECT gen_random_uuid(), token_hash, user_id, 'Another program', 'password'
    FROM sign_ins JOIN users ON users.id = user_id WHERE role <> 'participant'
"""

# Whose a token is, is looked up before there is anybody in whose name to look: by the owner of the tables, one token.
LOOK_UP = """
CREATE FUNCTION user_of_sign_in_step(token bytea, waits_for text) RETURNS uuid
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS
    $$ SELECT user_id FROM sign_in_steps WHERE token_hash = token AND next = waits_for AND ends_at > now() $$
"""


# What protects an account is changed seldom, and whoever changed it is told by the log; never what it is.
AUDIT = """
CREATE FUNCTION record_factor() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    owner uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;
BEGIN
    PERFORM add_audit(TG_TABLE_NAME, TG_OP, NULL, jsonb_build_object('user_id', owner),
        (SELECT organisation_id FROM users WHERE id = owner));
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_set_up AFTER UPDATE ON second_factors FOR EACH ROW
    WHEN (OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL) EXECUTE FUNCTION record_factor();
CREATE TRIGGER audit_removed AFTER DELETE ON second_factors FOR EACH ROW
    WHEN (OLD.confirmed_at IS NOT NULL) EXECUTE FUNCTION record_factor();
CREATE TRIGGER audit_used AFTER DELETE ON recovery_codes FOR EACH ROW EXECUTE FUNCTION record_factor()
"""


def upgrade() -> None:
    """Sign-ins of before go on as if somebody had just been there."""
    for block in (TABLES, LOOK_UP, AUDIT):
        op.get_bind().exec_driver_sql(block.replace("%", "%%"))
    for table in ("second_factors", "recovery_codes", "sign_in_steps", "sign_in_uses"):
        op.execute(f"CREATE POLICY own ON {table} FOR ALL USING (user_id = (SELECT acting_user()))")
        op.execute(f"CREATE POLICY owner ON {table} FOR ALL USING ((SELECT is_owner()))")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
