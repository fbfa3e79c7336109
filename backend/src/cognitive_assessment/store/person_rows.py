"""Everything that is held about one person, as it stands in the tables, for them to have."""

from __future__ import annotations

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
    events,
    invitations,
    organisations,
    overrides,
    questions,
    recordings,
    results,
    scores,
    sessions,
    sign_ins,
    transcripts,
    users,
)

_SECRETS = {"password_hash", "token_hash"}


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
        (invitations, invitations.c.user_id == user_id),
        (sessions, sessions.c.user_id == user_id),
        (consents, consents.c.user_id == user_id),
        (consent_texts, consent_texts.c.id.in_(sa.select(consents.c.text_id).where(consents.c.user_id == user_id))),
        (questions, questions.c.session_id.in_(own_sessions)),
        (recordings, recordings.c.user_id == user_id),
        (transcripts, transcripts.c.recording_id.in_(own_recordings)),
        (drawings, drawings.c.question_id.in_(own_questions)),
        (scores, scores.c.question_id.in_(own_questions)),
        (overrides, overrides.c.question_id.in_(own_questions)),
        (results, results.c.session_id.in_(own_sessions)),
        (events, events.c.session_id.in_(own_sessions)),
        (audit_log, audit_log.c.user_id == str(user_id)),
    )
    return {table.name: _without_secrets(connection, table, condition) for table, condition in conditions}


def _without_secrets(connection: sa.Connection, table: sa.Table, condition: Any) -> list[Row]:
    columns = [column for column in table.c if column.name not in _SECRETS]
    order = next((column for column in columns if column.name in {"created_at", "timestamp"}), columns[0])
    return rows.many(connection, sa.select(*columns).where(condition).order_by(order))
