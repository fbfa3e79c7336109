"""What answers look like; the OpenAPI document is made from these, and the tests hold every answer against it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Json = dict[str, Any]
State = Literal["open", "completed"]
Status = Literal["scored", "needs_review", "not_scorable"]
# 460 is the tus protocol's own
ErrorStatus = Annotated[int, Field(ge=400, le=599)]


class Answer(BaseModel):
    """An answer's body: everything in it is in the contract, so nothing can slip out by accident."""

    model_config = ConfigDict(extra="forbid")


class FieldError(Answer):
    """One place of a request that does not follow the contract."""

    field: str
    message: str


class Problem(Answer):
    """Every error, after RFC 9457."""

    type: str
    title: str
    status: ErrorStatus
    detail: str
    code: str
    errors: list[FieldError] | None = None
    remedy: str | None = None


class User(Answer):
    """Somebody, as they see themselves."""

    id: UUID
    role: Literal["participant", "clinician", "researcher", "administrator", "operator"]
    display_name: str
    email: str | None


class SignedIn(Answer):
    """A sign-in, complete or with a step to come."""

    user: User | None
    token: str
    next: Literal["second_factor", "enrol"] | None
    methods: list[str]


class Me(Answer):
    """Who is signed in."""

    user: User
    session_id: UUID | None = None
    signed_out_in_s: Annotated[int, Field(ge=0)] | None = None


class Passkey(Answer):
    """A passkey, as its owner knows it."""

    id: UUID
    name: str
    created_at: AwareDatetime
    used_at: AwareDatetime | None


class Account(Answer):
    """How an account is protected."""

    user: User
    has_password: bool
    is_second_factor_required: bool
    has_one_time_codes: bool
    passkeys: list[Passkey]
    recovery_code_count: int
    idle_minutes: int


class SignIn(Answer):
    """One place where somebody is signed in."""

    id: UUID
    is_current: bool
    browser: str | None
    method: str
    created_at: AwareDatetime
    used_at: AwareDatetime
    ends_at: AwareDatetime


class SignIns(Answer):
    """Every place, this one first."""

    sign_ins: list[SignIn]


class OneTimeCodeSecret(Answer):
    """For an authenticator app."""

    secret: str
    address: str


class RecoveryCodes(Answer):
    """Shown this once."""

    recovery_codes: list[str]


class NewFactor(RecoveryCodes):
    """A second factor that counts from now on; the token, where a sign-in waited for it."""

    token: str | None


class NewInvitation(Answer):
    """An invitation whose token is shown this once."""

    invitation_id: UUID
    user_id: UUID
    token: str
    url: str
    expires_at: AwareDatetime


class Invitation(Answer):
    """An invitation in the list of staff."""

    invitation_id: UUID
    participant_label: str
    battery: str
    session_id: UUID | None
    created_at: AwareDatetime
    expires_at: AwareDatetime
    used_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class Invitations(Answer):
    """The organisation's invitations."""

    invitations: list[Invitation]


class InvitationLook(Answer):
    """What a link invites to."""

    battery: str
    title: str
    minutes: float
    organisation: str
    locale: str
    is_started: bool
    is_completed: bool
    expires_at: AwareDatetime


class Accepted(Answer):
    """The sign-in of an invited participant."""

    user: User
    token: str
    session_id: UUID | None
    battery: str
    locale: str


class PlanQuestion(Answer):
    """One question as it will be put, without what tells its right answer."""

    item_id: str
    block: str | None
    kind: Literal["spoken", "symbol_digit"]
    is_practice: bool
    title: str
    prompt: Json
    stimulus: Json | None
    answer: Json | None
    parameters: Json


class PlanPart(Answer):
    """One instrument's part of a plan."""

    instrument: str
    version: int
    rule: str
    form: str | None
    seed: int
    title: str
    summary: str
    minutes: float
    instructions: list[Json]
    blocks: list[Json]
    stop_rules: list[Json]
    questions: list[PlanQuestion]


class Plan(Answer):
    """Everything that a session will put."""

    battery: str
    version: int
    seed: int
    parts: list[PlanPart]


class Answered(Answer):
    """A question whose response is kept."""

    question_id: UUID
    instrument: str
    item_id: str
    attempt: int


class Session(Answer):
    """A participant's own session."""

    id: UUID
    state: State
    battery: str
    locale: str
    time_zone: str
    is_simulated: bool
    created_at: AwareDatetime
    completed_at: AwareDatetime | None
    server_time: AwareDatetime
    plan: Plan
    answered: list[Answered]


class KeptQuestion(Answer):
    """A response that is kept."""

    question_id: UUID
    created_at: AwareDatetime


class Outcome(Answer):
    """What is known of one answer, and never why."""

    question_id: UUID
    item_id: str
    attempt: int
    outcome: Literal["waiting", "right", "wrong", "doubtful", "ask_again", "done"]


class Outcomes(Answer):
    """What is known of the answers so far."""

    outcomes: list[Outcome]


class Catalogue(Answer):
    """Instruments and batteries of one language."""

    locale: str
    instruments: list[Json]
    batteries: list[Json]


class Organisation(Answer):
    """An organisation as it is set up."""

    id: UUID
    name: str
    place: dict[str, str]
    researchers_see_identities: bool


class StaffAccount(User):
    """A staff account, as an administrator sees it."""

    created_at: AwareDatetime
    is_active: bool


class Staff(Answer):
    """The organisation's staff."""

    staff: list[StaffAccount]


class ChangedAccount(Answer):
    """A staff account as it is now."""

    account: StaffAccount


class NewAccount(ChangedAccount):
    """With its first password, shown this once."""

    password: str


class AuditEntry(Answer):
    """One line of the log of who did what."""

    id: int
    timestamp: AwareDatetime
    table_name: str
    operation: Literal["INSERT", "UPDATE", "DELETE", "READ"]
    old_values: Json | None
    new_values: Json | None
    user_id: str | None
    user_name: str | None


class AuditLog(Answer):
    """A page of the log."""

    entries: list[AuditEntry]
    next: int | None


class Live(Answer):
    """The process can answer."""

    status: Literal["alive"]
    timestamp: dt.datetime


class Ready(Answer):
    """Whether requests should come here, and why not."""

    status: Literal["ready", "not ready"]
    timestamp: dt.datetime
    reasons: dict[str, str]


class Check(Answer):
    """One check of the health."""

    status: Literal["healthy", "unhealthy"]
    message: str


class Health(Answer):
    """Every check."""

    status: Literal["healthy", "degraded", "unhealthy"]
    timestamp: dt.datetime
    checks: dict[str, Check]


class Operation(Answer):
    """What whoever runs the machine sees; `docs/reference/api.md` describes the parts."""

    timestamp: AwareDatetime
    health: Json
    figures: list[Json]
    error_budget_left: dict[str, float | None]
    use: Json
    queue: dict[str, float | None]
    backups: Json
    model: Json
    machine: Json
    versions: dict[str, str | None]
    errors: list[dict[str, str]]
