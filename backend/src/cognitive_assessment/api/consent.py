"""A participant's consent: the words, that they agree, and that they withdraw; and an organisation's own words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, TypedDict
from uuid import UUID

import sqlalchemy as sa
from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment.api import access
from cognitive_assessment.api.rights import Right
from cognitive_assessment.api.schemas import ConsentQuery, ConsentRequest, ConsentTextRequest, WithdrawalRequest
from cognitive_assessment.consent import ConsentText, standard
from cognitive_assessment.errors import Conflict
from cognitive_assessment.store import acting, consents, invitations, organisations, users
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

blueprint = APIBlueprint("consent", __name__, url_prefix="/api", tag="Consent")
NO_STORE = {"Cache-Control": "no-store"}


class Speaker(TypedDict):
    """Who said something about consent, and who recorded it."""

    by: consents.DoneBy
    recorded_by: UUID


@blueprint.get("/me/consent")
@blueprint.input(ConsentQuery, location="query")
def own(query_data: ConsentQuery) -> ResponseReturnValue:
    """The words to agree to, whether they have to be put, and what was said before."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        body = describe(connection, user, query_data.locale)
    return body, 200, NO_STORE


def describe(connection: sa.Connection, person: Row, locale: str) -> dict[str, Any]:
    """The present text, what the person said of it, and everything they said before."""
    text = consents.current_text(connection, person["organisation_id"], locale)
    said = consents.history(connection, person["id"])
    newest = said[0] if said else None
    return {
        "organisation": organisations.get(connection, person["organisation_id"])["name"],
        "text": present_text(text),
        "state": "none" if newest is None else newest["operation"],
        "is_to_ask": not consents.is_given(newest, text),
        "history": [_present(row) for row in said],
    }


def present_text(text: ConsentText) -> dict[str, Any]:
    """A text with its hash."""
    return {**text.document(), "sha256": text.sha256}


def _present(row: Row) -> dict[str, Any]:
    names = ("operation", "done_by", "data_choice", "version", "sha256")
    return {
        **{name: row[name] for name in names},
        "at": row["created_at"].isoformat(),
        "told_at": row["told_at"].isoformat(),
    }


@blueprint.post("/me/consent")
@blueprint.input(ConsentRequest)
def give(json_data: ConsentRequest) -> ResponseReturnValue:
    """Agree to the present text; the same again is harmless, another text is refused."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        with speaking(connection, user) as speaker:
            consents.give(
                connection,
                user,
                sha256=json_data.sha256,
                locale=json_data.locale,
                told_at=json_data.given_at,
                **speaker,
            )
        body = describe(connection, user, json_data.locale)
    return body, 201, NO_STORE


@blueprint.post("/me/consent/withdraw")
@blueprint.input(WithdrawalRequest)
def withdraw(json_data: WithdrawalRequest) -> ResponseReturnValue:
    """Withdraw: an open session ends, nothing more is kept, and what was given is kept or erased, as is chosen here."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        with speaking(connection, user) as speaker:
            row, ended = consents.withdraw(connection, user, data=json_data.data, told_at=json_data.at, **speaker)
        if json_data.data == "erase":
            users.end_ways_in(connection, user["id"], but=access.current_token())
    return present_withdrawal(row, ended), 200, NO_STORE


@contextlib.contextmanager
def speaking(connection: sa.Connection, user: Row) -> Iterator[Speaker]:
    """As whose word counts what a participant's sign-in says: one that staff began beside them is recorded by those.

    Raises `Conflict` where these are no staff any more.
    """
    attendant = invitations.attendant_of(connection, user["id"])
    if attendant is None:
        yield {"by": "participant", "recorded_by": user["id"]}
        return
    acting.act_as(connection, attendant)
    if acting.role(connection) not in Right.INVITE.value:
        raise Conflict(
            "Whoever began this here does not look after participants any more.",
            remedy="Open the link that you were sent, and say it there.",
        )
    yield {"by": "staff", "recorded_by": attendant}
    acting.act_as(connection, user["id"])


def present_withdrawal(row: Row, ended: int) -> dict[str, Any]:
    """What a withdrawal did, and what becomes of the data."""
    return {**_present(row), "ended_sessions": ended}


@blueprint.get("/organisation/consent-text")
@blueprint.input(ConsentQuery, location="query")
def organisations_text(query_data: ConsentQuery) -> ResponseReturnValue:
    """The words that participants of the organisation agree to, and the standard ones."""
    with transaction() as connection:
        user = access.require(connection, Right.MANAGE)
        text = consents.current_text(connection, user["organisation_id"], query_data.locale)
    return _present_texts(text, query_data.locale), 200, NO_STORE


@blueprint.put("/organisation/consent-text")
@blueprint.input(ConsentTextRequest)
def publish(json_data: ConsentTextRequest) -> ResponseReturnValue:
    """Give the organisation its own words, as a new version; every participant is asked anew."""
    with transaction() as connection:
        user = access.require(connection, Right.MANAGE)
        text = consents.publish(connection, user["organisation_id"], **json_data.model_dump())
    return _present_texts(text, json_data.locale), 200, NO_STORE


def _present_texts(text: ConsentText, locale: str) -> dict[str, Any]:
    return {"text": present_text(text), "standard": present_text(standard(locale)), "is_own": text != standard(locale)}
