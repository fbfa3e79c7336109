"""Staff who sign in by an identity provider: found and linked by the owner of the tables, one at a time."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

IDENTITIES = """
CREATE FUNCTION user_of_identity(subject text, verified_email text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found uuid;
BEGIN
    SELECT id INTO found FROM users WHERE clerk_id = subject AND deactivated_at IS NULL;
    IF found IS NULL AND verified_email IS NOT NULL THEN
        UPDATE users SET clerk_id = subject
        WHERE email = verified_email AND role <> 'participant' AND clerk_id IS NULL AND deactivated_at IS NULL
            AND NOT EXISTS (SELECT FROM users WHERE clerk_id = subject)
        RETURNING id INTO found;
    END IF;
    RETURN found;
END
$$;
CREATE FUNCTION forget_identity(subject text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM sign_ins USING users WHERE users.id = sign_ins.user_id AND users.clerk_id = subject;
    UPDATE users SET clerk_id = NULL WHERE clerk_id = subject;
END
$$
"""


def upgrade() -> None:
    """The role that serves may ask whose a verified identity is, and sees nothing else by it."""
    op.get_bind().exec_driver_sql(IDENTITIES)
