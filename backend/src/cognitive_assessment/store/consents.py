"""Consents: which words a participant agreed to, when and how, and that they withdrew; rows are only ever added."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on, insert

from cognitive_assessment.consent import ConsentText, standard
from cognitive_assessment.errors import Conflict, InvalidInput, NoConsent
from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import consent_texts, consents, sessions, users

DoneBy = Literal["participant", "staff"]
DataChoice = Literal["keep", "erase"]


def current_text(connection: sa.Connection, organisation_id: UUID, locale: str) -> ConsentText:
    """What a participant of this organisation is to agree to: its own newest text, or the standard one."""
    query = (
        sa.select(consent_texts)
        .where(consent_texts.c.organisation_id == organisation_id, consent_texts.c.origin == "own")
        .where(consent_texts.c.locale == standard(locale).locale)
        .order_by(consent_texts.c.created_at.desc())
        .limit(1)
    )
    own = rows.one(connection, query)
    return standard(locale) if own is None else ConsentText.of(own)


def publish(
    connection: sa.Connection,
    organisation_id: UUID,
    *,
    locale: str,
    title: str,
    paragraphs: Sequence[str],
    agreement: str,
) -> ConsentText:
    """Give an organisation its own text, as its next version: everybody is asked anew. The same words are no change."""
    present = current_text(connection, organisation_id, locale)
    if (present.title, present.paragraphs, present.agreement) == (title, tuple(paragraphs), agreement):
        return present
    count = sa.select(sa.func.count()).select_from(consent_texts)
    own = count.where(consent_texts.c.organisation_id == organisation_id, consent_texts.c.origin == "own")
    number = connection.execute(own).scalar_one() + 1
    text = ConsentText(f"own-{number}", standard(locale).locale, title, tuple(paragraphs), agreement)
    _keep(connection, organisation_id, text, origin="own")
    return text


def _keep(connection: sa.Connection, organisation_id: UUID, text: ConsentText, *, origin: str) -> UUID:
    """The words themselves, once for each organisation, so that it can be shown later what was agreed to."""
    query = sa.select(consent_texts.c.id).where(
        consent_texts.c.organisation_id == organisation_id, consent_texts.c.sha256 == text.sha256
    )
    known: UUID | None = connection.execute(query).scalar()
    if known is not None:
        return known
    values = {"id": uuid.uuid4(), "organisation_id": organisation_id, "origin": origin, "sha256": text.sha256}
    connection.execute(insert(consent_texts).values(**values, **text.document()).on_conflict_do_nothing())
    found: UUID = connection.execute(query).scalar_one()
    return found


def newest(connection: sa.Connection, user_id: UUID) -> Row | None:
    """What a person said last, with version and hash of the text."""
    return rows.one(connection, _with_texts(user_id).limit(1))


def history(connection: sa.Connection, user_id: UUID) -> list[Row]:
    """Everything that a person said, newest first."""
    return rows.many(connection, _with_texts(user_id))


def _with_texts(user_id: UUID) -> sa.Select[Any]:
    return (
        sa.select(consents, consent_texts.c.version, consent_texts.c.sha256, consent_texts.c.locale)
        .outerjoin(consent_texts, consent_texts.c.id == consents.c.text_id)
        .where(consents.c.user_id == user_id)
        .order_by(consents.c.created_at.desc(), consents.c.id)
    )


def is_given(said: Row | None, text: ConsentText) -> bool:
    """Whether what was said last is a consent to just this text."""
    return said is not None and said["operation"] == "given" and said["sha256"] == text.sha256


def require_given(connection: sa.Connection, user_id: UUID) -> None:
    """Raise `NoConsent` unless the last that a person said is that they agree."""
    said = newest(connection, user_id)
    if said is None:
        raise NoConsent(
            "Nothing is kept of an answer before its participant has agreed.", remedy="Open the link again, and agree."
        )
    if said["operation"] != "given":
        raise NoConsent(
            "The consent was withdrawn; nothing more is kept.", remedy="To take part again, open the link and agree."
        )


def require_taking_part(connection: sa.Connection, session_id: UUID, user_id: UUID) -> None:
    """Hold a session as it is until this transaction ends; raises `NoConsent` once its person has withdrawn.

    A session that was withdrawn stays so, also when its person has agreed anew since.
    """
    require_given(connection, user_id)
    query = sa.select(sessions.c.state).where(sessions.c.id == session_id).with_for_update(read=True)
    if connection.execute(query).scalar() == "withdrawn":
        raise NoConsent(
            "The consent was withdrawn during this session; nothing more of it is kept.",
            remedy="To take part again, open the link and begin anew.",
        )


def require_not_to_erase(connection: sa.Connection, user_id: UUID) -> None:
    """Raise `Conflict` for staff once a person has asked for erasure: nobody takes that back in their name."""
    said = newest(connection, user_id)
    if said is not None and said["data_choice"] == "erase":
        raise Conflict(
            "This person has asked that their data be erased, which happens within a day.",
            remedy="Only they can take that back: by their own link, by agreeing there.",
        )


def give(
    connection: sa.Connection,
    person: Row,
    *,
    sha256: str,
    locale: str,
    by: DoneBy,
    recorded_by: UUID,
    told_at: dt.datetime,
) -> Row:
    """Keep that a person agreed to the present text; repeating it returns what is there.

    Raises `Conflict` if what they were shown is another text, and as `require_not_to_erase` where staff record it.
    """
    if by == "staff":
        require_not_to_erase(connection, person["id"])
    text = current_text(connection, person["organisation_id"], locale)
    if sha256 != text.sha256:
        raise Conflict(
            "The text of the consent has changed since it was shown.", remedy="Load it again, and read it once more."
        )
    said = newest(connection, person["id"])
    if said is not None and is_given(said, text):
        return said
    origin = "standard" if text == standard(locale) else "own"
    text_id = _keep(connection, person["organisation_id"], text, origin=origin)
    return _add(connection, person, operation="given", text_id=text_id, by=by, recorded_by=recorded_by, told_at=told_at)


def withdraw(
    connection: sa.Connection, person: Row, *, data: DataChoice, by: DoneBy, recorded_by: UUID, told_at: dt.datetime
) -> tuple[Row, int]:
    """Keep that a person withdrew and end their open sessions; returns the row and how many sessions ended.

    Repeating it changes nothing, but who kept the data may still ask for erasure. Raises `Conflict` if there is
    nothing to withdraw.
    """
    said = newest(connection, person["id"])
    if said is None and data == "keep":
        raise Conflict("No consent was given that could be withdrawn.", remedy="To erase all the same, choose `erase`.")
    if said is not None and said["operation"] == "withdrawn" and data in {said["data_choice"], "keep"}:
        return said, 0
    text_id = said["text_id"] if said is not None else None
    row = _add(
        connection,
        person,
        operation="withdrawn",
        text_id=text_id,
        by=by,
        recorded_by=recorded_by,
        told_at=told_at,
        data_choice=data,
    )
    ended: int = connection.execute(sa.select(sa.func.withdraw_sessions(person["id"]))).scalar_one()
    return row, ended


def _add(connection: sa.Connection, person: Row, *, by: DoneBy, **values: Any) -> Row:
    if person["role"] != "participant":
        raise InvalidInput("Only participants are asked for consent.", field="user_id")
    own = {"id": uuid.uuid4(), "user_id": person["id"], "organisation_id": person["organisation_id"], "done_by": by}
    connection.execute(sa.insert(consents).values(**own, **values))
    return rows.require(newest(connection, person["id"]), "consent")


def erasures_asked_for(connection: sa.Connection) -> list[Row]:
    """Everybody whose last word is that their data be erased, over all organisations, as the owner."""
    last = (
        sa.select(consents)
        .ext(distinct_on(consents.c.user_id))
        .order_by(consents.c.user_id, consents.c.created_at.desc())
        .subquery()
    )
    query = sa.select(last.c.user_id, last.c.organisation_id, last.c.recorded_by, last.c.created_at).where(
        last.c.data_choice == "erase"
    )
    return rows.many(connection, query.join(users, users.c.id == last.c.user_id).order_by(last.c.created_at))
