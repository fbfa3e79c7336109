"""The role that serves: it owns nothing, cannot bypass row-level security, and may do with each table what it must."""

from __future__ import annotations

import re

import sqlalchemy as sa

APP_ROLE = "cas_app"
_QUEUE_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"
# Scores, results and what they rest on only ever grow; what a person gave cannot be deleted by the role that serves.
# Of a row that may change, the columns are named: whose it is, when it was made, and tokens never change.
RIGHTS: dict[str, str] = {
    "alembic_version": "SELECT",
    "organisations": "SELECT, UPDATE (name, place, researchers_see_identities, recordings_kept_days, persons_kept_days,"
    " contacts, help_text)",
    "users": "SELECT, INSERT, UPDATE (email, display_name, role, password_hash, password_ends_at,"
    " password_is_to_change, deactivated_at)",
    "sign_ins": "SELECT, INSERT, DELETE",
    "second_factors": "SELECT, INSERT, UPDATE (sealed_secret, last_step, confirmed_at), DELETE",
    "recovery_codes": "SELECT, INSERT, DELETE",
    "passkeys": "SELECT, INSERT, DELETE, UPDATE (sign_count, used_at)",
    "passkey_challenges": "SELECT, INSERT, DELETE",
    "used_identity_tokens": "SELECT (ends_at), INSERT, DELETE",
    "sign_in_steps": "SELECT, INSERT, DELETE",
    "sign_in_uses": "SELECT, INSERT, UPDATE (used_at)",
    "invitations": "SELECT, INSERT, UPDATE (used_at, revoked_at, attended_by)",
    "sessions": "SELECT, INSERT, UPDATE (state, completed_at, satisfaction, attended_by, sealed)",
    "consent_texts": "SELECT, INSERT",
    "consents": "SELECT, INSERT",
    "questions": "SELECT, INSERT",
    "recordings": "SELECT, INSERT, UPDATE (state, received_bytes, length_bytes, stored_bytes, sha256, quality,"
    " duration_s, waveform, playback_stored_bytes, scan_finding, completed_at, media_type)",
    "transcripts": "SELECT, INSERT",
    "drawings": "SELECT, INSERT",
    "erasures": "SELECT",
    "recording_erasures": "SELECT",
    "scores": "SELECT, INSERT",
    "results": "SELECT, INSERT",
    "overrides": "SELECT, INSERT",
    "events": "SELECT, INSERT",
    "audit_log": "SELECT",
    "maintenance": "SELECT",
    "job_faults": "SELECT, INSERT, UPDATE (faults)",
    "model_checks": "SELECT, INSERT, UPDATE (is_verified, message, checked_at), DELETE",
    "procrastinate_jobs": _QUEUE_RIGHTS,
    "procrastinate_events": _QUEUE_RIGHTS,
    "procrastinate_periodic_defers": _QUEUE_RIGHTS,
    "procrastinate_workers": _QUEUE_RIGHTS,
}
# What may be asked of the owner's side: who somebody is by what only they can know, whose a job's row is.
FUNCTIONS = (
    "is_owner",
    "acting_user",
    "acting_organisation",
    "acting_role",
    "acting_sees_identities",
    "user_of_sign_in",
    "user_of_sign_in_step",
    "user_of_passkey",
    "user_of_invitation",
    "staff_of_address",
    "user_of_session",
    "user_of_question",
    "user_of_recording",
    "record_read",
    "withdraw_sessions",
    "rectify_address",
    "user_of_identity",
    "forget_identity",
    "system_counts",
    "system_days",
    "name_of_colleague",
)
# Kept with the role rather than sent at the start of a connection, which poolers refuse.
LIMITS: dict[str, str] = {
    "statement_timeout": "20s",
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}


def ensure(connection: sa.Connection, role: str, password: str | None) -> None:
    """Make the role or set its password where one is given, and grant exactly `RIGHTS`; repeating it is harmless."""
    name = _quoted(role)
    if password is not None:
        _set_password(connection, role, password)
    elif not exists(connection, role):
        return
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        *(f"GRANT {rights} ON {table} TO {name}" for table, rights in RIGHTS.items()),
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, {name}",
        *(f"GRANT EXECUTE ON FUNCTION {function} TO {name}" for function in _functions(connection)),
    ):
        connection.execute(sa.text(statement))
    _close_to_everybody(connection)
    _set_limits(connection, name)


def _functions(connection: sa.Connection) -> list[str]:
    query = sa.text(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND (proname = ANY (:ours) OR proname LIKE 'procrastinate\\_%')"
    )
    return list(connection.execute(query, {"ours": list(FUNCTIONS)}).scalars())


def exists(connection: sa.Connection, role: str) -> bool:
    """Whether the server has this role."""
    return connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar() == 1


def may_make_roles(connection: sa.Connection) -> bool:
    """Whether this connection's own role can make another one."""
    query = sa.text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    return bool(connection.execute(query).scalar())


def _set_password(connection: sa.Connection, role: str, password: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", password):
        raise ValueError("the generated password must be of plain letters")
    if exists(connection, role):
        connection.execute(sa.text(f"ALTER ROLE {_quoted(role)} LOGIN PASSWORD '{password}'"))
    else:
        connection.execute(sa.text(f"CREATE ROLE {_quoted(role)} LOGIN PASSWORD '{password}'"))


def _close_to_everybody(connection: sa.Connection) -> None:
    """No table is made by a role that owns none: not for good, and not for a session, under the name of one of ours."""
    database = connection.execute(sa.text("SELECT quote_ident(current_database())")).scalar_one()
    _if_ours(
        connection,
        [f"REVOKE TEMP ON DATABASE {database} FROM PUBLIC", "REVOKE CREATE ON SCHEMA public FROM PUBLIC"],
    )


def _set_limits(connection: sa.Connection, name: str) -> None:
    _if_ours(connection, [f"ALTER ROLE {name} SET {setting} = '{value}'" for setting, value in LIMITS.items()])


def _if_ours(connection: sa.Connection, statements: list[str]) -> None:
    """A role or a database that somebody else made for us may not be ours to alter; it serves as it is."""
    try:
        with connection.begin_nested():
            for statement in statements:
                connection.execute(sa.text(statement))
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != "42501":
            raise


def _quoted(role: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,62}", role):
        raise ValueError("a role's name is made of letters, digits, dots and dashes")
    return f'"{role}"'
