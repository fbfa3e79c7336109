"""Everything that is held about one person, as it stands in the tables, for them to have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import (
    audit_log,
    consent_texts,
    consents,
    drawings,
    erasures,
    events,
    invitations,
    organisations,
    overrides,
    passkeys,
    questions,
    recording_erasures,
    recordings,
    results,
    scores,
    second_factors,
    sessions,
    sign_in_uses,
    sign_ins,
    transcripts,
    users,
)

_SECRETS = {"password_hash", "token_hash", "sealed_secret", "credential_id", "public_key", "last_step"}
# tables of a person in which there is nothing but a hash and a moment
WITHOUT_CONTENT = {"recovery_codes", "passkey_challenges", "sign_in_steps"}


def of_person(connection: sa.Connection, user_id: UUID) -> dict[str, list[Row]]:
    """The rows by table, as the owner; without what only proves who somebody is."""
    own_sessions = sa.select(sessions.c.id).where(sessions.c.user_id == user_id)
    own_questions = sa.select(questions.c.id).where(questions.c.session_id.in_(own_sessions))
    own_recordings = sa.select(recordings.c.id).where(recordings.c.user_id == user_id)
    organisation = sa.select(users.c.organisation_id).where(users.c.id == user_id)
    conditions: tuple[tuple[sa.Table, Any], ...] = (
        (organisations, organisations.c.id.in_(organisation)),
        (users, users.c.id == user_id),
        (sign_ins, sign_ins.c.user_id == user_id),
        (sign_in_uses, sign_in_uses.c.user_id == user_id),
        (second_factors, second_factors.c.user_id == user_id),
        (passkeys, passkeys.c.user_id == user_id),
        (invitations, invitations.c.user_id == user_id),
        (sessions, sessions.c.user_id == user_id),
        (consents, consents.c.user_id == user_id),
        (consent_texts, consent_texts.c.id.in_(sa.select(consents.c.text_id).where(consents.c.user_id == user_id))),
        (questions, questions.c.session_id.in_(own_sessions)),
        (recordings, recordings.c.user_id == user_id),
        (recording_erasures, recording_erasures.c.recording_id.in_(own_recordings)),
        (erasures, erasures.c.user_id == user_id),
        (transcripts, transcripts.c.recording_id.in_(own_recordings)),
        (drawings, drawings.c.question_id.in_(own_questions)),
        (scores, scores.c.question_id.in_(own_questions)),
        (overrides, overrides.c.question_id.in_(own_questions)),
        (results, results.c.session_id.in_(own_sessions)),
        (events, events.c.session_id.in_(own_sessions)),
    )
    found = {table.name: _without_secrets(connection, table, condition) for table, condition in conditions}
    own = {str(user_id), *(str(row["id"]) for name in ("sessions", "questions", "recordings") for row in found[name])}
    return {**found, audit_log.name: list(_logged(connection, str(user_id), own))}


def _logged(connection: sa.Connection, user_id: str, own: set[str]) -> Iterator[Row]:
    """What the log says that this person did, and what it says of them; of lists of several people, them alone."""
    logged = sa.func.concat(audit_log.c.old_values, audit_log.c.new_values)
    named = sa.func.regexp_match(logged, "|".join(sorted(own))).is_not(None)
    query = sa.select(audit_log).where(sa.or_(audit_log.c.user_id == user_id, named)).order_by(audit_log.c.id)
    for row in rows.many(connection, query):
        for name in ("old_values", "new_values"):
            row[name] = {key: _of_own(value, own) for key, value in row[name].items()} if row[name] else row[name]
        yield row


def _of_own(value: Any, own: set[str]) -> Any:
    return [one for one in value if one in own] if isinstance(value, list) else value


def _without_secrets(connection: sa.Connection, table: sa.Table, condition: Any) -> list[Row]:
    columns = [column for column in table.c if column.name not in _SECRETS]
    order = next((column for column in columns if column.name in {"created_at", "timestamp"}), columns[0])
    return rows.many(connection, sa.select(*columns).where(condition).order_by(order))
