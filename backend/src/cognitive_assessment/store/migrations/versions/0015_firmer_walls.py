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
ALTER FUNCTION audited(jsonb) SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION refuse_change() SET search_path = pg_catalog, public, pg_temp
"""


def upgrade() -> None:
    """A release before this one runs on: nothing that it asks for is taken away."""
    op.get_bind().exec_driver_sql(NAMES)
