"""Who signs in by an issuer is known by issuer and subject together; so far it was the subject alone."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Links to an issuer are made anew at the next sign-in, by the verified address; Clerk's ids stay as they are."""
    op.execute(r"UPDATE users SET clerk_id = NULL WHERE clerk_id NOT LIKE 'user\_%'")
