"""What staff are shown of sessions and results, as the OpenAPI document describes it."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from cognitive_assessment.api.answers import Answer, Json, State, Status


class Flag(Answer):
    """An answer that somebody has to look at first; `question_id` is null while its form has not been sent."""

    code: str
    instrument: str
    question_id: UUID | None
    title: str
    detail: str


class Override(Answer):
    """A score by hand; without values, the machine's counted again."""

    values: dict[str, float] | None
    reason: str | None
    made_by: str
    created_at: AwareDatetime


class NewOverride(Answer):
    """A score by hand that is kept."""

    override_id: UUID
    created_at: AwareDatetime


class ListedSession(Answer):
    """A session in the list of staff."""

    id: UUID
    participant_label: str
    battery: str
    state: State
    is_simulated: bool
    needs_review_count: int
    created_at: AwareDatetime
    completed_at: AwareDatetime | None
    flags: list[Flag]
    result_status: Literal["in_progress", "measuring", "ready", "withdrawn"]


class Sessions(Answer):
    """A page of the list."""

    sessions: list[ListedSession]
    next: str | None


class ResultSession(Answer):
    """The session that a result is of."""

    id: UUID
    user_id: UUID
    is_attended: bool
    attended_by: str | None
    participant_label: str
    battery: str
    locale: str
    time_zone: str
    state: State
    is_simulated: bool
    device: Json
    satisfaction: int | None
    created_at: AwareDatetime
    completed_at: AwareDatetime | None


class ResultRecording(Answer):
    """The recording behind an answer."""

    recording_id: UUID
    audio_url: str | None
    onset_latency_ms: float | None
    state: Literal["uploading", "complete", "terminated", "erased"]
    duration_s: float | None
    waveform: list[float] | None
    quality: Json | None
    settings: Json
    sha256: str | None


class ResultQuestion(Answer):
    """One answer with everything that its score rests on."""

    question_id: UUID
    item_id: str
    attempt: int
    kind: str
    title: str
    is_practice: bool
    asked: str
    expected: str | None
    presented_at: AwareDatetime
    skipped: str | None
    skipped_note: str | None
    status: Status | None
    reason: str | None
    values: dict[str, float] | None
    answer: str | None
    rule: str | None
    probability_right: float | None
    evidence: list[Json] | None
    interval_90: list[float] | None
    expected_value: float | None
    overrides: list[Override]
    recording: ResultRecording | None
    transcript: Json | None
    trials: list[Json] | None
    summary: Json | None
    parameters: Json


class Measure(Answer):
    """A raw score of an instrument."""

    name: str
    title: str
    value: float | None
    unit: str
    status: Status
    reason: str | None
    expected: float | None
    interval_90: list[float] | None


class ResultInstrument(Answer):
    """An instrument's measures and answers."""

    instrument: str
    version: int
    title: str
    form: str | None
    seed: int
    status: Status | None
    reason: str | None
    rule: str | None
    measures: list[Measure]
    questions: list[ResultQuestion]


class ValidityFact(Answer):
    """What could have disturbed a session."""

    code: str
    title: str
    detail: str
    severity: Literal["notice", "warning"]


class Progress(Answer):
    """How many of how many answers are scored."""

    done: int
    total: int


class Result(Answer):
    """A session's result, in which every point can be traced.

    Where `are_words_shown` is false, what was said, written and drawn, and what quotes it, is null.
    """

    session: ResultSession
    status: Literal["in_progress", "measuring", "ready", "withdrawn"]
    progress: Progress
    instruments: list[ResultInstrument]
    flags: list[Flag]
    validity: list[ValidityFact]
    versions: Json
    may_correct: bool
    are_words_shown: bool
