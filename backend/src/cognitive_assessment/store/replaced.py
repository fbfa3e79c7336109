"""Replace what is personal in a copy of the database that is not for care: names, addresses, ways in, what was said."""

from __future__ import annotations

import sqlalchemy as sa

# sealed words and drawings cannot be read without keys, which the copy does not get; they go all the same
_EMPTIED = (
    "sign_in_uses, sign_ins, sign_in_steps, second_factors, recovery_codes, passkeys, passkey_challenges, invitations, "
    "transcripts, drawings"
)
_REPLACED = (
    """
    UPDATE users SET email = NULL, clerk_id = NULL, password_hash = NULL, deactivated_at = now(),
        display_name = initcap(role) || ' ' || numbered.number
    FROM (SELECT id AS one, row_number() OVER (ORDER BY created_at, id) AS number FROM users) numbered
    WHERE users.id = numbered.one AND role = 'participant'
    """,
    """
    UPDATE users SET clerk_id = NULL, password_hash = NULL, deactivated_at = now(),
        display_name = initcap(role) || ' ' || numbered.number, email = role || numbered.number || '@staging.invalid'
    FROM (SELECT id AS one, row_number() OVER (ORDER BY created_at, id) AS number FROM users) numbered
    WHERE users.id = numbered.one AND role <> 'participant'
    """,
    "UPDATE organisations SET name = 'Organisation', place = '{}', contacts = '{}', help_text = NULL",
    "UPDATE questions SET user_email = NULL WHERE user_email IS NOT NULL",
    "UPDATE sessions SET device = '{}', satisfaction = NULL",
    "UPDATE scores SET answer = NULL, evidence = '[]', reason = NULL",
    "UPDATE recordings SET waveform = NULL",
)


def replace(connection: sa.Connection) -> None:
    """Replace everything, as the owner; points, times and measures stay, so that a copy behaves as the original."""
    connection.execute(sa.text(f"TRUNCATE {_EMPTIED}"))
    connection.execute(sa.text("DELETE FROM procrastinate_jobs"))
    for statement in _REPLACED:
        connection.execute(sa.text(statement))
