"""What answers look like; the OpenAPI document is made from these, and the tests hold every answer against it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Json = dict[str, Any]
State = Literal["open", "completed", "withdrawn"]
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
    token: str | None
    next: Literal["second_factor", "enrol", "new_password"] | None
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
    user_id: UUID
    participant_label: str
    battery: str
    session_id: UUID | None
    created_at: AwareDatetime
    expires_at: AwareDatetime
    used_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class Invitations(Answer):
    """The organisation's invitations; `next` is the `before` of the next page."""

    invitations: list[Invitation]
    next: str | None


class InvitationLook(Answer):
    """What a link invites to."""

    battery: str
    title: str
    minutes: float
    organisation: str
    locale: str
    is_started: bool
    is_completed: bool
    is_withdrawn: bool
    expires_at: AwareDatetime


class Accepted(Answer):
    """The sign-in of an invited participant."""

    user: User
    token: str | None
    session_id: UUID | None
    battery: str
    locale: str


class PlanQuestion(Answer):
    """One question as it will be put, without what tells its right answer."""

    item_id: str
    block: str | None
    kind: str
    is_practice: bool
    title: str
    prompt: Json
    stimulus: Json | None
    answer: Json | None
    parameters: Json
    not_before: Json | None
    again: Literal["at_end", "at_once"]


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
    practice: Json | None = None  # plans of before do not say it
    questions: list[PlanQuestion]
    break_after: bool


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
    answered_at: AwareDatetime


class Session(Answer):
    """A participant's own session."""

    id: UUID
    state: State
    battery: str
    locale: str
    time_zone: str
    is_simulated: bool
    is_attended: bool
    created_at: AwareDatetime
    completed_at: AwareDatetime | None
    server_time: AwareDatetime
    plan: Plan
    help_text: str
    answered: list[Answered]


class OutboxKey(Answer):
    """The key of what a browser keeps of one session, 256 bits as base64."""

    key: str


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
    help_text: str
    contacts: dict[str, str]
    recordings_kept_days: int | None
    persons_kept_days: int | None


class BrowserSettings(Answer):
    """What the pages are told when they start."""

    error_reports: dict[str, str] | None


class ConsentText(Answer):
    """The words of a consent, with the hash by which they are known."""

    version: str
    locale: str
    title: str
    paragraphs: list[str]
    agreement: str
    sha256: str


class ConsentTexts(Answer):
    """The words that an organisation's participants agree to, and the standard ones."""

    text: ConsentText
    standard: ConsentText
    is_own: bool


class ConsentSaid(Answer):
    """That somebody agreed or withdrew."""

    operation: Literal["given", "withdrawn"]
    done_by: Literal["participant", "staff"]
    data_choice: Literal["keep", "erase"] | None
    version: str
    sha256: str
    at: AwareDatetime
    told_at: AwareDatetime


class Withdrawal(ConsentSaid):
    """What a withdrawal did."""

    ended_sessions: int


class Consent(Answer):
    """The words to agree to, whether they have to be put, and what was said before, the newest first."""

    organisation: str
    text: ConsentText
    state: Literal["none", "given", "withdrawn"]
    is_to_ask: bool
    history: list[ConsentSaid]


class Participant(Answer):
    """A participant, for the staff who look after them."""

    id: UUID
    participant_label: str
    participant_email: str | None
    created_at: AwareDatetime
    consent: Consent


class ProcessingRecord(Answer):
    """The record of processing activities, as it is made from what is set."""

    made_at: AwareDatetime
    controller: str
    contacts: dict[str, str]
    purposes: list[str]
    basis: str
    categories: list[Json]
    recipients: list[Json]
    retention: dict[str, str]
    safeguards: list[Json]


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
    deployments: list[Json]
    errors: list[dict[str, str]]
    alerts: Json
    contacts: Json
    addresses: list[Json]
    database: Json
    plots: Json
    error_patterns: list[Json]


class Log(Answer):
    """The newest lines of the log that are wanted."""

    lines: list[Json]
