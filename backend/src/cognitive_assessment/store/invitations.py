"""Invitations: a link for one participant that ends by itself and can be revoked."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.errors import Gone
from cognitive_assessment.store import acting, rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import invitations, organisations, sessions, sign_ins, users
from cognitive_assessment.store.users import token_hash


def add(
    connection: sa.Connection,
    *,
    organisation_id: UUID,
    user_id: UUID,
    invited_by: UUID,
    battery: str,
    locale: str,
    expires_at: dt.datetime,
) -> tuple[Row, str]:
    """Make an invitation; returns it with its token, of which only the hash is kept."""
    token = secrets.token_urlsafe(24)
    values = {
        "id": uuid.uuid4(),
        "token_hash": token_hash(token),
        "organisation_id": organisation_id,
        "user_id": user_id,
        "invited_by": invited_by,
        "battery": battery,
        "locale": locale,
        "expires_at": expires_at,
    }
    row = connection.execute(sa.insert(invitations).values(**values).returning(invitations)).mappings().one()
    return dict(row), token


def look(connection: sa.Connection, token: str) -> Row:
    """The invitation behind a token, unchanged; raises `NotFound`, or `Gone` when it has ended or was revoked.

    The transaction acts for the invited person from here on.
    """
    acting.act_as(connection, connection.execute(sa.select(sa.func.user_of_invitation(token_hash(token)))).scalar())
    query = (
        sa.select(invitations, organisations.c.name.label("organisation"))
        .join(organisations, organisations.c.id == invitations.c.organisation_id)
        .where(invitations.c.token_hash == token_hash(token))
    )
    found = rows.require(rows.one(connection, query), "invitation")
    _require_valid(found)
    return found


def _require_valid(invitation: Row) -> None:
    if invitation["revoked_at"] is not None:
        raise Gone("This invitation was withdrawn.", remedy="Please ask the people who invited you for a new link.")
    if invitation["expires_at"] <= dt.datetime.now(dt.UTC):
        raise Gone("This invitation has ended.", remedy="Please ask the people who invited you for a new link.")


def accept(connection: sa.Connection, token: str) -> Row:
    """Use an invitation, as who is by themselves; the same link works again on another device until it ends.

    Raises as `look` does.
    """
    found = look(connection, token)
    _use(connection, found["id"], attended_by=None)
    return found


def begin_here(connection: sa.Connection, organisation_id: UUID, invitation_id: UUID, *, staff_id: UUID) -> Row:
    """Use an invitation of this organisation with staff beside the person.

    Raises `NotFound` outside the organisation, or `Gone` when it has ended or was revoked.
    """
    query = sa.select(invitations).where(
        invitations.c.id == invitation_id, invitations.c.organisation_id == organisation_id
    )
    found = rows.require(rows.one(connection, query), "invitation")
    _require_valid(found)
    _use(connection, invitation_id, attended_by=staff_id)
    return found


def _use(connection: sa.Connection, invitation_id: UUID, *, attended_by: UUID | None) -> None:
    used_at = sa.func.coalesce(invitations.c.used_at, sa.func.now())
    statement = sa.update(invitations).where(invitations.c.id == invitation_id, invitations.c.revoked_at.is_(None))
    if connection.execute(statement.values(used_at=used_at, attended_by=attended_by)).rowcount == 0:
        # it ended since it was looked at
        raise Gone("This invitation has ended.", remedy="Please ask the people who invited you for a new link.")


def attendant_of(connection: sa.Connection, user_id: UUID) -> UUID | None:
    """The member of staff who sits beside a participant by their newest invitation, if anybody does."""
    query = (
        sa.select(invitations.c.attended_by)
        .where(invitations.c.user_id == user_id)
        .order_by(invitations.c.created_at.desc())
        .limit(1)
    )
    found: UUID | None = connection.execute(query).scalar()
    return found


def session_of(connection: sa.Connection, user_id: UUID) -> UUID | None:
    """The participant's newest session since they were last invited, to go on with or to look back at."""
    invited_at = (
        sa.select(sa.func.max(invitations.c.created_at)).where(invitations.c.user_id == user_id).scalar_subquery()
    )
    query = (
        sa.select(sessions.c.id)
        .where(sessions.c.user_id == user_id, sa.or_(invited_at.is_(None), sessions.c.created_at >= invited_at))
        .order_by(sessions.c.created_at.desc())
        .limit(1)
    )
    found: UUID | None = connection.execute(query).scalar()
    return found


def listing(
    connection: sa.Connection, organisation_id: UUID, *, limit: int, before: tuple[dt.datetime, UUID] | None
) -> list[Row]:
    """The organisation's invitations, newest first, with the participant's label and newest session."""
    session_id = (
        sa.select(sessions.c.id)
        .where(sessions.c.user_id == invitations.c.user_id, sessions.c.created_at >= invitations.c.created_at)
        .order_by(sessions.c.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        sa.select(invitations, users.c.display_name, session_id.label("session_id"))
        .join(users, users.c.id == invitations.c.user_id)
        .where(invitations.c.organisation_id == organisation_id)
        .order_by(invitations.c.created_at.desc(), invitations.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(sa.tuple_(invitations.c.created_at, invitations.c.id) < before)
    return rows.many(connection, query)


def revoke(connection: sa.Connection, organisation_id: UUID, invitation_id: UUID) -> None:
    """End an invitation and its participant's sign-ins now; repeating it is harmless.

    Raises `NotFound` outside the organisation.
    """
    user_id = connection.execute(
        sa.update(invitations)
        .where(invitations.c.id == invitation_id, invitations.c.organisation_id == organisation_id)
        .values(revoked_at=sa.func.coalesce(invitations.c.revoked_at, sa.func.now()))
        .returning(invitations.c.user_id)
    ).scalar()
    rows.require({"user_id": user_id} if user_id else None, "invitation")
    connection.execute(sa.delete(sign_ins).where(sign_ins.c.user_id == user_id))
