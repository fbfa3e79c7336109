"""A participant's session: start, go on, answer, complete."""

from __future__ import annotations

import base64
import datetime as dt
import functools
import secrets
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from cognitive_assessment import blobs
from cognitive_assessment.api import access, consent
from cognitive_assessment.api.rights import Right
from cognitive_assessment.api.schemas import (
    CompleteRequest,
    Event,
    EventsRequest,
    OptionChosen,
    OutcomesQuery,
    QuestionRequest,
    SatisfactionRequest,
    SessionRequest,
    TrialsResponse,
)
from cognitive_assessment.errors import Conflict, InvalidInput, NoConsent
from cognitive_assessment.instruments import notices
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.help_text import help_text
from cognitive_assessment.instruments.kinds import DRAWN, TRIALS, WHOLE_FAULTS
from cognitive_assessment.store import consents, drawings, events, invitations, organisations, questions, sessions
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.questions import NewResponse
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.words import Seal, Unseal

blueprint = APIBlueprint("sessions", __name__, url_prefix="/api/sessions", tag="Sessions")
NO_STORE = {"Cache-Control": "no-store"}
# what tells the right answer stays on the server, unless the stimulus itself is the answer
_PRIVATE = {"asked", "expected"}
OPTION_CHOSEN = "option_chosen"


@blueprint.post("")
@blueprint.input(SessionRequest)
def start(json_data: SessionRequest) -> ResponseReturnValue:
    """Start a session under the client's id and lay down its plan; the same again returns it as it stands."""
    now = dt.datetime.now(dt.UTC)
    seed = json_data.seed if json_data.seed is not None else secrets.randbelow(2**53)
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        _require_no_other(connection, user["id"], json_data.id)
        agreed = _agreed(connection, user, json_data)
        earlier = [row["plan"] for row in sessions.earlier_seeds(connection, user["id"])]
        organisation = organisations.get(connection, user["organisation_id"])
        place = organisation["place"]
        plan = catalogue().make_plan(json_data.battery, json_data.locale, seed, earlier_plans=earlier, place=place)
        row, is_new = sessions.start(
            connection,
            json_data.id,
            user_id=user["id"],
            battery=json_data.battery,
            locale=json_data.locale,
            time_zone=json_data.time_zone,
            clock_offset_s=(now - json_data.client_time).total_seconds(),
            seed=seed,
            plan=plan,
            device=json_data.device,
            consent=agreed,
            is_simulated=json_data.is_simulated,
            attended_by=invitations.attendant_of(connection, user["id"]),
        )
        body = _present(row, questions.answered(connection, row["id"]), organisation)
    return body, 201 if is_new else 200, NO_STORE


@blueprint.get("/<uuid:session_id>")
def get(session_id: UUID) -> ResponseReturnValue:
    """The session with its plan and what is answered, to go on on any device."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        row = sessions.get_own(connection, session_id, user["id"])
        organisation = organisations.get(connection, user["organisation_id"])
        body = _present(row, questions.answered(connection, session_id), organisation)
    return body, 200, NO_STORE


@blueprint.get("/<uuid:session_id>/outbox-key")
def outbox_key(session_id: UUID) -> ResponseReturnValue:
    """The key under which a browser keeps what it has not sent yet of this session; for whoever may answer in it."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        sessions.get_own(connection, session_id, user["id"])
        consents.require_taking_part(connection, session_id, user["id"])
    key = blobs.key_ring().of(user["id"]).for_outbox(session_id)
    return {"key": base64.b64encode(key).decode()}, 200, NO_STORE


def _agreed(connection: sa.Connection, user: Row, request: SessionRequest) -> dict[str, Any]:
    """What this person agreed to, now or before; raises `NoConsent` if that is not the present text."""
    if request.consent is not None:
        with consent.speaking(connection, user) as speaker:
            consents.give(
                connection,
                user,
                sha256=request.consent.sha256,
                locale=request.locale,
                told_at=request.consent.given_at,
                **speaker,
            )
    said = consents.newest(connection, user["id"])
    if said is None or not consents.is_given(
        said, consents.current_text(connection, user["organisation_id"], request.locale)
    ):
        raise NoConsent(
            "A session begins when its participant has agreed to the present text of the consent.",
            remedy="Send `consent` with the hash of the text of GET /api/me/consent.",
        )
    return {"text_version": said["version"], "sha256": said["sha256"], "given_at": said["told_at"].isoformat()}


def _require_no_other(connection: sa.Connection, user_id: UUID, session_id: UUID) -> None:
    """One session at a time: two devices that begin at once would each get half of the answers."""
    sessions.hold_starts(connection, user_id)
    running = invitations.session_of(connection, user_id)
    if running not in {None, session_id} and sessions.get(connection, running)["state"] == "open":
        raise Conflict(
            "A session was begun with this invitation already.", remedy="Open the link again to go on with it."
        )


def _present(row: Row, answered: list[Row], organisation: Row) -> dict[str, Any]:
    names = ("id", "state", "battery", "locale", "time_zone", "is_simulated")
    return {
        **{name: row[name] for name in names},
        "is_attended": row["attended_by"] is not None,
        "created_at": row["created_at"].isoformat(),
        "completed_at": row["completed_at"] and row["completed_at"].isoformat(),
        "server_time": dt.datetime.now(dt.UTC).isoformat(),
        "plan": _public_plan(row["plan"]),
        "help_text": help_text(organisation["help_text"], row["locale"]),
        "answered": [
            {
                "question_id": q["id"],
                **{name: q[name] for name in ("instrument", "item_id", "attempt")},
                "answered_at": q["answered_at"].isoformat(),
            }
            for q in answered
        ],
    }


def _public_plan(plan: dict[str, Any]) -> dict[str, Any]:
    parts = [
        {**part, "questions": [{k: v for k, v in q.items() if k not in _PRIVATE} for q in part["questions"]]}
        for part in plan["parts"]
    ]
    return {**plan, "parts": parts}


@blueprint.put("/<uuid:session_id>/questions/<uuid:question_id>")
@blueprint.input(QuestionRequest)
def put_question(session_id: UUID, question_id: UUID, json_data: QuestionRequest) -> ResponseReturnValue:
    """Store one response; once this is answered it is kept, and the same again is harmless."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        session = sessions.get_own(connection, session_id, user["id"])
        planned = _require_planned(session["plan"], json_data)
        response = _response(json_data, session)
        strokes = response["trials"] if planned["kind"] in DRAWN and response["kind"] == "trials" else None
        if strokes is not None:
            response = drawings.response_of(strokes, response["summary"])
        offset = _clock_offset(session, json_data.clock_offset_s)
        new = NewResponse(
            instrument=json_data.instrument,
            item_id=json_data.item_id,
            attempt=json_data.attempt,
            response=response,
            presented_at=json_data.presented_at + offset,
            answered_at=json_data.answered_at + offset,
        )
        seal, unseal = _sealing(user["id"]) if response.get("note") else (None, None)
        row, is_new = questions.put(
            connection, question_id, new, session=session, user_email=user["email"], seal=seal, unseal=unseal
        )
        if strokes is not None:
            _keep_drawing(connection, row["id"], user["id"], strokes)
        elif isinstance(json_data.response, TrialsResponse):
            flags = notices.raised(planned["parameters"], json_data.response.trials, notices.FLAG)
            codes = [notice["id"] for notice in flags]
            events.raise_flags(
                connection,
                session_id,
                codes,
                by=row["id"],
                at=new.answered_at,
                instrument=json_data.instrument,
                question_id=row["id"],
            )
    body = {"question_id": row["id"], "created_at": row["created_at"].isoformat()}
    return body, 201 if is_new else 200, NO_STORE


def _keep_drawing(connection: sa.Connection, question_id: UUID, user_id: UUID, strokes: list[dict[str, Any]]) -> None:
    """What a hand drew is kept under the person's key, as what they said is."""
    seal, unseal = _sealing(user_id)
    drawings.put(connection, question_id, strokes, seal=seal, unseal=unseal)


def _sealing(user_id: UUID) -> tuple[Seal, Unseal]:
    """What seals and opens a person's words."""
    key = blobs.key_ring().of(user_id)
    return functools.partial(blobs.seal_json, key), functools.partial(blobs.unseal_json, key)


def _response(request: QuestionRequest, session: Row) -> dict[str, Any]:
    """The response as it is kept; only where staff sit beside the person may they leave a question out."""
    response = request.response.model_dump(mode="json")
    if response["kind"] != "skipped":
        return response
    if response["reason"] == "examiner" and (session["attended_by"] is None or response["note"] is None):
        raise InvalidInput(
            "An examiner leaves out a question in a session that staff attend, and says why in `note`.",
            field="response.reason",
        )
    return {name: value for name, value in response.items() if value is not None}


def _clock_offset(session: Row, own_s: float | None) -> dt.timedelta:
    """How far the server is ahead of the device that speaks: its own word, else that of the device that began."""
    return dt.timedelta(seconds=session["clock_offset_s"] if own_s is None else own_s)


def _require_planned(plan: dict[str, Any], request: QuestionRequest) -> dict[str, Any]:
    """The planned question, if this response fits its kind; raises `InvalidInput` with the field that does not."""
    planned = _planned(plan, request.instrument, request.item_id)
    kind = planned["kind"]
    fitting = "spoken" if kind == "spoken" else "trials"
    if request.response.kind not in {fitting, "skipped"}:
        raise InvalidInput(f"A {kind} question is answered by '{fitting}' or 'skipped'.", field="response.kind")
    if isinstance(request.response, TrialsResponse):
        _require_trials(planned, request.response)
    return planned


def _planned(plan: dict[str, Any], instrument: str, item_id: str) -> dict[str, Any]:
    questions_of_plan = {
        (part["instrument"], question["item_id"]): question for part in plan["parts"] for question in part["questions"]
    }
    planned: dict[str, Any] | None = questions_of_plan.get((instrument, item_id))
    if planned is None:
        raise InvalidInput("The plan of this session has no such question.", field="item_id")
    return planned


def _require_trials(planned: dict[str, Any], response: TrialsResponse) -> None:
    """Every trial has to be what the task reports; one that is not would make the whole answer worthless later."""
    for position, trial in enumerate(response.trials):
        try:
            TRIALS[planned["kind"]].model_validate(trial, context=planned["parameters"])
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(["response", "trials", str(position), *map(str, found["loc"])])
            raise InvalidInput(f"{place}: {found['msg']}.", field=place) from None
    fault = WHOLE_FAULTS[planned["kind"]](response.trials)
    if fault is not None:
        raise InvalidInput(f"{fault[0].upper()}{fault[1:]}.", field="response.trials")


@blueprint.get("/<uuid:session_id>/outcomes")
@blueprint.input(OutcomesQuery, location="query")
def outcomes(session_id: UUID, query_data: OutcomesQuery) -> ResponseReturnValue:
    """What is known so far of the answers, for stop rules and for asking again."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        sessions.get_own(connection, session_id, user["id"])
        found = questions.outcomes(connection, session_id, query_data.instrument)
    return {"outcomes": found}, 200, NO_STORE


@blueprint.post("/<uuid:session_id>/events")
@blueprint.input(EventsRequest)
def report_events(session_id: UUID, json_data: EventsRequest) -> ResponseReturnValue:
    """Keep what happened around the answers; an option that was chosen is not kept, but raises its flags."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        session = sessions.get_own(connection, session_id, user["id"])
        offset = _clock_offset(session, json_data.clock_offset_s)
        told = [event for event in json_data.events if event.kind != OPTION_CHOSEN]
        events.report(connection, session, [{**e.model_dump(), "at": e.at + offset} for e in told])
        for event in json_data.events:
            if event.kind == OPTION_CHOSEN:
                _flag_option(connection, session, event, at=event.at + offset)
    return "", 204


def _flag_option(connection: sa.Connection, session: Row, event: Event, *, at: dt.datetime) -> None:
    """Staff are told of an option that was chosen at once, whether the rest of its form is ever sent or not."""
    try:
        chosen = OptionChosen.model_validate(event.detail)
    except ValidationError as error:
        raise InvalidInput(
            "option_chosen needs instrument, item_id, item and option in its detail.", field="events.detail"
        ) from error
    planned = _planned(session["plan"], chosen.instrument, chosen.item_id)
    trial = {"item": chosen.item, "option": chosen.option}
    codes = [notice["id"] for notice in notices.raised(planned["parameters"], [trial], notices.FLAG)]
    events.raise_flags(
        connection, session["id"], codes, by=event.id, at=at, instrument=chosen.instrument, question_id=None
    )


@blueprint.post("/<uuid:session_id>/complete")
@blueprint.input(CompleteRequest)
def complete(session_id: UUID, json_data: CompleteRequest) -> ResponseReturnValue:
    """Close the session; its result follows (202)."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        row = sessions.complete(connection, session_id, user["id"], question_count=json_data.question_count)
        organisation = organisations.get(connection, user["organisation_id"])
        body = _present(row, questions.answered(connection, session_id), organisation)
    return body, 202, NO_STORE


@blueprint.post("/<uuid:session_id>/satisfaction")
@blueprint.input(SatisfactionRequest)
def satisfaction(session_id: UUID, json_data: SatisfactionRequest) -> ResponseReturnValue:
    """Keep how the participant found it."""
    with transaction() as connection:
        user = access.require(connection, Right.TAKE_PART)
        seal, _ = _sealing(user["id"]) if json_data.comment else (None, None)
        sessions.set_satisfaction(connection, session_id, user["id"], json_data.model_dump(), seal=seal)
    return "", 204
