"""What staff see: the list of sessions, and one session's result in which every point can be traced."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment import blobs
from cognitive_assessment.api import access, pages_of_lists, unless_same, validity
from cognitive_assessment.api.rights import Right
from cognitive_assessment.api.schemas import SessionsQuery
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.store import (
    acting,
    drawings,
    events,
    overrides,
    questions,
    recordings,
    scores,
    sessions,
    words,
)
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

blueprint = APIBlueprint("results", __name__, url_prefix="/api/sessions", tag="Results")
_UNCLOSED = {"open": "in_progress", "withdrawn": "withdrawn"}
NO_STORE = {"Cache-Control": "no-store"}


@blueprint.get("")
@blueprint.input(SessionsQuery, location="query")
def listing(query_data: SessionsQuery) -> ResponseReturnValue:
    """The organisation's sessions, newest first; `next` is the `before` of the next page."""
    with transaction() as connection:
        staff = access.require(connection, Right.READ_RESULTS)
        rows = sessions.listing(
            connection,
            staff["organisation_id"],
            state=query_data.state,
            limit=query_data.limit,
            before=pages_of_lists.place(query_data.before),
        )
    following = pages_of_lists.following(rows, query_data.limit)
    body = {"sessions": [_present_listed(row) for row in rows], "next": following}
    return unless_same.answer(body, staff, "sessions", session_ids=[str(row["id"]) for row in rows])


def _present_listed(row: Row) -> dict[str, Any]:
    names = ("id", "battery", "state", "is_simulated", "needs_review_count")
    closed = "ready" if row["has_result"] else "measuring"
    return {
        **{name: row[name] for name in names},
        "participant_label": _label(row),
        "created_at": row["created_at"].isoformat(),
        "completed_at": row["completed_at"] and row["completed_at"].isoformat(),
        "flags": _present_flags(row["flags"], row["locale"]),
        "result_status": _UNCLOSED.get(row["state"], closed),
    }


def _present_flags(flags: list[dict[str, Any]], locale: str) -> list[dict[str, Any]]:
    """Each flag once: that of the form which came in the end stands for those of its single choices."""
    told = sorted(flags, key=lambda flag: flag["question_id"] is not None)
    once = {(flag["instrument"], flag["notice"]): flag for flag in told}
    return [_present_flag(flag, locale) for flag in once.values()]


def _present_flag(flag: dict[str, Any], locale: str) -> dict[str, Any]:
    """A flag with its words, or its code where the instrument is not there any more."""
    words = catalogue().notice_words(flag["instrument"], locale, flag["notice"])
    return {
        "code": flag["notice"],
        "instrument": flag["instrument"],
        "question_id": flag["question_id"],
        "title": words.title if words else flag["notice"],
        "detail": words.detail if words else "",
    }


def _label(row: Row) -> str:
    """What staff called the participant; to whom identities are not shown, a name that only tells people apart."""
    return row["display_name"] or f"Participant {str(row['user_id'])[:8]}"


@blueprint.get("/<uuid:session_id>/result")
def result(session_id: UUID) -> ResponseReturnValue:
    """The result with its evidence; also of a session that still runs, with what is there."""
    with transaction() as connection:
        staff = access.require(connection, Right.READ_RESULTS)
        session = sessions.get_in_organisation(connection, session_id, staff["organisation_id"])
        found = _Found(
            session=session,
            asked=questions.of_session(connection, session_id),
            scores=scores.newest_of_session(connection, session_id),
            transcripts=scores.transcripts_of_session(connection, session_id),
            drawings=drawings.of_session(connection, session_id),
            recordings={row["id"]: row for row in recordings.of_session(connection, session_id)},
            result=scores.newest_result(connection, session_id),
            overrides=overrides.history_of_session(connection, session_id),
            attended_by=overrides.name_of(connection, session["attended_by"]),
            are_words_shown=acting.sees_identities(connection),
        )
        happened = events.of_session(connection, session_id)
        found.flags = [event["detail"] for event in happened if event["kind"] == events.FLAG]
    facts = validity.facts(session, happened, list(found.recordings.values()), found.asked)
    body = {**found.present(facts), "may_correct": staff["role"] in Right.CORRECT.value}
    return unless_same.answer(body, staff, "results", session_id=str(session_id))


@dataclass(kw_only=True)
class _Found:
    """Everything of one session, put together for the page."""

    session: Row
    asked: list[Row]
    scores: dict[UUID, Row]
    transcripts: dict[UUID, Row]
    drawings: dict[UUID, Row]
    recordings: dict[UUID, Row]
    result: Row | None
    overrides: dict[UUID, list[Row]]
    attended_by: str | None
    are_words_shown: bool
    flags: list[dict[str, Any]] = field(default_factory=list)

    def present(self, facts: list[dict[str, Any]]) -> dict[str, Any]:
        """The whole document of the result page."""
        to_score = [q for q in self.asked if q["response"]["kind"] != "skipped"]
        done = sum(q["id"] in self.scores for q in to_score)
        return {
            "session": self._session(),
            "status": self._status(done, len(to_score)),
            "progress": {"done": done, "total": len(to_score)},
            "instruments": [self._instrument(part) for part in self.session["plan"]["parts"]],
            "flags": _present_flags(self.flags, self.session["locale"]),
            "validity": facts,
            "versions": self._versions(),
            "are_words_shown": self.are_words_shown,
        }

    @functools.cached_property
    def _key(self) -> blobs.DataKey:
        """The person's key, fetched once for the page, and not at all for a page without words."""
        return blobs.key_ring().of(self.session["user_id"])

    def _unseal(self, place: str, sealed: bytes) -> Any:
        return blobs.unseal_json(self._key, place, sealed)

    def _opened(self, table: str, row: Row) -> Row:
        """The row with its words, or without them for whoever is not shown what was said, written and drawn."""
        return words.opened(table, row, self._unseal) if self.are_words_shown else words.withheld(table, row)

    @functools.cached_property
    def _measured(self) -> dict[str, dict[str, Any]]:
        """The measures of the result, by instrument."""
        if self.result is None:
            return {}
        return {one["instrument"]: one for one in self._opened("results", self.result)["instruments"]}

    def _score(self, question_id: UUID) -> Row | None:
        row = self.scores.get(question_id)
        if row is None:
            return None
        opened = self._opened("scores", row)
        return opened if self.are_words_shown else {**opened, "evidence": None}

    def _session(self) -> dict[str, Any]:
        row = self.session
        names = ("id", "battery", "locale", "time_zone", "state", "is_simulated", "device", "satisfaction")
        return {
            **{name: row[name] for name in names},
            "participant_label": _label(row),
            "user_id": row["user_id"],
            "created_at": row["created_at"].isoformat(),
            "completed_at": row["completed_at"] and row["completed_at"].isoformat(),
            "satisfaction": (row["satisfaction"] or {}).get("rating"),
            "is_attended": row["attended_by"] is not None,
            "attended_by": self.attended_by,
        }

    def _status(self, done: int, total: int) -> str:
        if self.session["state"] in _UNCLOSED:
            return _UNCLOSED[self.session["state"]]
        return "ready" if self.result is not None and done == total else "measuring"

    def _versions(self) -> dict[str, Any]:
        versions: dict[str, Any] = dict(self.result["versions"]) if self.result else {}
        for score in self.scores.values():
            versions |= {name: value for name, value in score["versions"].items() if name not in versions}
        return versions

    def _instrument(self, part: dict[str, Any]) -> dict[str, Any]:
        slug = part["instrument"]
        measured = self._measured.get(slug)
        titles = catalogue().measure_titles(slug, self.session["locale"])
        planned = {question["item_id"]: question for question in part["questions"]}
        return {
            "instrument": slug,
            "version": part["version"],
            "title": part["title"],
            "form": part["form"],
            "seed": part["seed"],
            "status": measured["status"] if measured else None,
            "reason": measured["reason"] if measured else None,
            "rule": measured["rule"] if measured else None,
            "measures": [
                {**measure, "title": titles.get(measure["name"], measure["name"])}
                for measure in (measured["measures"] if measured else [])
            ],
            "questions": [
                self._question(question, planned[question["item_id"]])
                for question in self.asked
                if question["instrument"] == slug
            ],
        }

    def _question(self, question: Row, planned: dict[str, Any]) -> dict[str, Any]:
        score = self._score(question["id"])
        response = self._opened("questions", question)["response"]
        skipped = response["reason"] if response["kind"] == "skipped" else None
        return {
            "question_id": question["id"],
            "item_id": question["item_id"],
            "attempt": question["attempt"],
            "kind": planned["kind"],
            "title": planned["title"],
            "is_practice": planned["is_practice"],
            "asked": planned["asked"],
            "expected": planned.get("expected"),
            "presented_at": question["presented_at"].isoformat(),
            "skipped": skipped,
            "skipped_note": response.get("note"),
            **_present_score(score),
            "overrides": [
                _present_override(self._opened("overrides", row)) for row in self.overrides.get(question["id"], [])
            ],
            "recording": self._recording(question["recording_id"], response),
            "transcript": self._transcript(question["recording_id"]),
            "trials": response.get("trials") or self._strokes(question["id"]),
            "summary": response.get("summary"),
            "parameters": planned["parameters"],
        }

    def _recording(self, recording_id: UUID | None, response: dict[str, Any]) -> dict[str, Any] | None:
        row = self.recordings.get(recording_id) if recording_id else None
        if row is None:
            return None
        is_playable = row["playback_stored_bytes"] is not None and row["scan_finding"] is None and self.are_words_shown
        return {
            "recording_id": row["id"],
            "audio_url": f"/api/recordings/{row['id']}/audio" if is_playable else None,
            "onset_latency_ms": response.get("onset_latency_ms"),
            **{name: row[name] for name in ("state", "duration_s", "waveform", "quality", "settings", "sha256")},
        }

    def _transcript(self, recording_id: UUID | None) -> dict[str, Any] | None:
        row = self.transcripts.get(recording_id) if recording_id else None
        if row is None or not self.are_words_shown:
            return None
        said = self._unseal(scores.transcript_place(row["id"]), row["sealed"])
        return {**said, "recogniser": row["recogniser"], "details": row["details"]}

    def _strokes(self, question_id: UUID) -> list[dict[str, Any]] | None:
        row = self.drawings.get(question_id)
        if row is None or not self.are_words_shown:
            return None
        strokes: list[dict[str, Any]] = self._unseal(drawings.place(question_id), row["sealed"])
        return strokes


def _present_override(row: Row) -> dict[str, Any]:
    return {
        "values": row["values"],
        "reason": row["reason"],
        "made_by": row["made_by_name"],
        "created_at": row["created_at"].isoformat(),
    }


def _present_score(score: Row | None) -> dict[str, Any]:
    names = ("status", "reason", "values", "answer", "rule", "probability_right", "evidence", "expected", "interval_90")
    found = {name: score[name] if score else None for name in names}
    found["expected_value"] = found.pop("expected")  # `expected` is the right answer on this page
    return found
