"""What requests must look like; the OpenAPI document is made from these."""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from cognitive_assessment.instruments.kinds.trials import LONGEST_MS

MAX_TRIALS = 5000
MAX_DEPTH = 8


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("the character NUL cannot be stored")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("half a surrogate pair is no character")
    return text


def plain_json(value: Any, depth: int = 0) -> Any:
    """JSON that the database can keep and anybody can read back; raises `ValueError` for any other."""
    if depth > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("numbers must be finite")
    if isinstance(value, int) and abs(value) > 2**53:
        raise ValueError("numbers must be smaller than 2^53")
    if isinstance(value, dict):
        return {_storable(str(k)): plain_json(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list):
        return [plain_json(item, depth + 1) for item in value]
    return value


def _in_this_age(moment: dt.datetime) -> dt.datetime:
    if not 2000 <= moment.year <= 2200:
        raise ValueError("a time between the years 2000 and 2200")
    return moment


def _stripped(text: str) -> str:
    if not text.strip():
        raise ValueError("not empty, such as P-017")
    return text.strip()


def _with_words(text: str) -> str:
    if not text.strip():
        raise ValueError("say why, in a few words")
    return text.strip()


Text = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
Password = Annotated[str, Field(max_length=1000), AfterValidator(_storable)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
Facts = Annotated[dict[str, Any], AfterValidator(plain_json)]
Role = Literal["clinician", "researcher", "administrator", "operator"]
Moment = Annotated[AwareDatetime, AfterValidator(_in_this_age)]


class Request(BaseModel):
    """A request body; a field that is not in the contract is an error, not ignored."""

    model_config = ConfigDict(extra="forbid")


class SignInRequest(Request):
    """Staff sign in with their address and password."""

    email: Annotated[str, Field(max_length=254), AfterValidator(_storable)]
    password: Password


class PasswordRequest(Request):
    """A new password, by who knows the present one."""

    current_password: Password
    new_password: Password


class NewPasswordRequest(Request):
    """A password of one's own, in place of a first one."""

    new_password: Password


class CodeRequest(Request):
    """A one-time code, or where one is asked for to sign in, a recovery code."""

    code: Annotated[str, Field(min_length=1, max_length=80, examples=["492039"]), AfterValidator(_storable)]


class PasskeyProof(Request):
    """What the browser answered, as `PublicKeyCredential.toJSON()` writes it."""

    credential: Facts


class NewPasskeyRequest(PasskeyProof):
    """The same for a new passkey, with the name by which its owner knows it."""

    name: Annotated[str, Field(max_length=60), AfterValidator(_storable), AfterValidator(_stripped)]


class InvitationRequest(Request):
    """Whom to invite, to what."""

    participant_label: Annotated[Text, AfterValidator(_stripped), Field(examples=["P-017"])]
    participant_email: Annotated[str, Field(max_length=254), AfterValidator(_storable)] | None = None
    battery: Name = "brief"
    locale: Name = "en"
    expires_in_days: Annotated[int, Field(ge=1, le=365)] = 30


class TokenRequest(Request):
    """The token of an invitation link."""

    token: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_storable)]


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Consent(Request):
    """Which text was agreed to, and when by the device's clock."""

    text_version: Text
    sha256: Sha256
    given_at: Moment


class ConsentRequest(Request):
    """A participant agrees to the text that they were shown, or staff beside them record that they do."""

    sha256: Sha256
    locale: Name = "en"
    given_at: Moment


class WithdrawalRequest(Request):
    """Somebody withdraws; what they gave is kept, or erased."""

    data: Literal["keep", "erase"]
    at: Moment


class ConsentQuery(BaseModel):
    """In which language the text is wanted."""

    locale: Name = "en"


class ConsentTextRequest(Request):
    """An organisation's own text, paragraph by paragraph."""

    locale: Name = "en"
    title: Annotated[str, Field(max_length=200), AfterValidator(_storable), AfterValidator(_stripped)]
    paragraphs: Annotated[
        list[Annotated[str, Field(max_length=2000), AfterValidator(_storable), AfterValidator(_stripped)]],
        Field(min_length=1, max_length=40),
    ]
    agreement: Annotated[str, Field(max_length=500), AfterValidator(_storable), AfterValidator(_stripped)]


class SessionRequest(Request):
    """Start a session under an id that the client made."""

    id: UUID
    battery: Name
    locale: Name
    time_zone: Annotated[str, Field(max_length=64, examples=["Europe/Berlin"])]
    client_time: Moment
    device: Facts = Field(default_factory=dict)
    consent: Consent | None = None
    is_simulated: bool = False
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**53)] | None = None

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("not the name of a time zone, such as Europe/Berlin") from error
        return name


# seconds by which the server's clock is ahead of the device's; a device without a clock starts in 1970
ClockOffset = Annotated[float, Field(allow_inf_nan=False, ge=-4e9, le=4e9)]


class SpokenResponse(Request):
    """An answer by voice."""

    kind: Literal["spoken"]
    recording_id: UUID
    onset_latency_ms: Annotated[float, Field(allow_inf_nan=False, ge=-LONGEST_MS, le=LONGEST_MS)] | None = None


class SkippedResponse(Request):
    """A question that was not answered, and why."""

    kind: Literal["skipped"]
    reason: Literal["participant", "microphone", "stop_rule", "examiner"]
    note: Annotated[Text, AfterValidator(_with_words)] | None = None


class TrialsResponse(Request):
    """The trials of a touch task, in order."""

    kind: Literal["trials"]
    trials: Annotated[list[Facts], Field(max_length=MAX_TRIALS)]
    summary: Facts


class QuestionRequest(Request):
    """One response to one question."""

    instrument: Name
    item_id: Name
    attempt: Annotated[int, Field(ge=1, le=2)] = 1
    presented_at: Moment
    answered_at: Moment
    clock_offset_s: ClockOffset | None = None
    response: Annotated[SpokenResponse | SkippedResponse | TrialsResponse, Field(discriminator="kind")]

    @model_validator(mode="after")
    def _answered_after_it_was_put(self) -> QuestionRequest:
        if self.answered_at < self.presented_at:
            raise ValueError("answered_at is before presented_at")
        return self


EventKind = Literal[
    "focus_lost",
    "focus_gained",
    "paused",
    "resumed",
    "device_changed",
    "microphone_lost",
    "reloaded",
    "offline",
    "online",
    "second_tab",
    "break_started",
    "break_ended",
    "repeated",
    "begun_again",
    "option_chosen",
]


class Event(Request):
    """One thing that happened around the answers."""

    id: UUID
    kind: EventKind
    at: Moment
    detail: Facts = Field(default_factory=dict)


class OptionChosen(Request):
    """The detail of `option_chosen`: in which form which option of which item was chosen."""

    instrument: Name
    item_id: Name
    item: Name
    option: Name


class EventsRequest(Request):
    """Events since the last report."""

    events: Annotated[list[Event], Field(max_length=500)]
    clock_offset_s: ClockOffset | None = None


class CompleteRequest(Request):
    """How many responses the client has sent."""

    question_count: Annotated[int, Field(ge=0, le=10_000)]


class SatisfactionRequest(Request):
    """The participant's last answer."""

    rating: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, Field(max_length=2000), AfterValidator(_storable)] | None = None


Value = Annotated[float, Field(allow_inf_nan=False, ge=-1000, le=10_000)]


class OverrideRequest(Request):
    """A score by hand with its reason; without values, the machine's score counts again."""

    values: Annotated[dict[Name, Value], Field(min_length=1, max_length=20)] | None
    reason: Annotated[str, Field(max_length=1000), AfterValidator(_storable), AfterValidator(_with_words)]


class CatalogueQuery(BaseModel):
    """Which part of the catalogue."""

    instrument: Name | None = None
    locale: Name = "en"


class OutcomesQuery(BaseModel):
    """Of which instrument."""

    instrument: Name | None = None


class PageQuery(BaseModel):
    """Which page of a list: so many rows, after the one that `next` of the page before names."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    before: Annotated[str, Field(max_length=100)] | None = None


class SessionsQuery(PageQuery):
    """Which sessions to list."""

    state: Literal["open", "completed", "withdrawn"] | None = None


class LogQuery(BaseModel):
    """Which lines of the log to show."""

    part: Name | None = None
    level: Literal["debug", "info", "warning", "error", "critical"] = "debug"
    route: Text | None = None
    status: Annotated[int, Field(ge=0, le=599)] = 0
    slower_than_ms: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class StaffRequest(Request):
    """A new staff account; it is given a password once, which its owner changes."""

    email: Text
    display_name: Annotated[Text, AfterValidator(_stripped)]
    role: Role


class StaffChange(Request):
    """Another role for a staff account, or its closing or reopening."""

    role: Role | None = None
    is_active: bool | None = None


class Place(Request):
    """Where the assessment takes place, for orientation to place."""

    town: Text = ""
    region: Text = ""
    country: Text = ""
    building: Text = ""


class ParticipantChange(Request):
    """A participant's details as they are right; without an address there is none."""

    participant_label: Annotated[Text, AfterValidator(_stripped)]
    participant_email: Annotated[str, Field(max_length=254), AfterValidator(_storable)] | None = None


class Contacts(Request):
    """Who answers for the processing, as the record of it names them."""

    controller: Annotated[str, Field(max_length=500), AfterValidator(_storable)] = ""
    representative: Annotated[str, Field(max_length=500), AfterValidator(_storable)] = ""
    protection_officer: Annotated[str, Field(max_length=500), AfterValidator(_storable)] = ""


Days = Annotated[int, Field(strict=True, ge=1, le=36500)]


class OrganisationChange(Request):
    """What an administrator sets for the organisation; what is left out stays."""

    name: Annotated[Text, AfterValidator(_stripped)] | None = None
    place: Place | None = None
    researchers_see_identities: bool | None = None
    contacts: Contacts | None = None
    recordings_kept_days: Days | None = None
    persons_kept_days: Days | None = None
    help_text: Annotated[str, Field(max_length=4000), AfterValidator(_storable)] | None = None


class AuditQuery(BaseModel):
    """Which rows of the audit log to list."""

    table_name: Name | None = None
    operation: Literal["INSERT", "UPDATE", "DELETE", "READ"] | None = None
    user_id: Text | None = None
    since: Moment | None = None
    until: Moment | None = None
    before: Annotated[int, Field(ge=1, le=2**53)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
