"""On whose behalf a transaction works: what row-level security lets it see, and whom the audit log names.

A transaction that names nobody sees no row with personal data. A person is named once their token, password or
invitation was shown, or by a job that works on something of theirs; it then sees no more than that person may.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

WORKER = "worker"


def act_as(connection: sa.Connection, user_id: UUID | None, *, actor: str = "") -> None:
    """Work as this person until the transaction ends; `actor` is named by the audit log in their place."""
    connection.execute(
        sa.select(
            sa.func.set_config("app.current_user_id", str(user_id or ""), True),
            sa.func.set_config("app.actor", actor, True),
        )
    )


def role(connection: sa.Connection) -> str | None:
    """The role of whoever the transaction acts for; nothing for nobody, and for an account that is closed."""
    found: str | None = connection.execute(sa.select(sa.func.acting_role())).scalar()
    return found


def work_on(connection: sa.Connection, *, of: str, row_id: UUID) -> None:
    """Work, as a job, for the person whose `session`, `question` or `recording` this is; else for nobody."""
    function = {
        "session": sa.func.user_of_session,
        "question": sa.func.user_of_question,
        "recording": sa.func.user_of_recording,
    }[of]
    user_id: UUID | None = connection.execute(sa.select(function(row_id))).scalar()
    act_as(connection, user_id, actor=WORKER)


def sees_identities(connection: sa.Connection) -> bool:
    """Whether the acting person may be shown names, voices, words and drawings; researchers only if allowed."""
    return bool(connection.execute(sa.select(sa.func.acting_sees_identities())).scalar())


def note_read(connection: sa.Connection, table: str, **what: Any) -> None:
    """Tell the audit log that the acting person was shown rows of this table, named by ids."""
    connection.execute(sa.select(sa.func.record_read(table, sa.cast(what, JSONB))))
