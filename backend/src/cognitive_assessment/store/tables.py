"""The tables, as SQLAlchemy Core metadata. The migrations make them; a test compares the two."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

metadata = sa.MetaData(
    naming_convention={
        "ix": "idx_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

TIME = sa.TIMESTAMP(timezone=True)


def _id() -> sa.Column[object]:
    return sa.Column("id", UUID(as_uuid=True), primary_key=True)


def _created_at() -> sa.Column[object]:
    return sa.Column("created_at", TIME, nullable=False, server_default=sa.func.now())


def _written_at() -> sa.Column[object]:
    """When the row was written, not when its transaction began: of two, the later written one is the newest."""
    return sa.Column("created_at", TIME, nullable=False, server_default=sa.func.clock_timestamp())


def _ref(name: str, target: str, *, is_nullable: bool = False, is_indexed: bool = True) -> sa.Column[object]:
    return sa.Column(
        name, UUID(as_uuid=True), sa.ForeignKey(target, ondelete="CASCADE"), nullable=is_nullable, index=is_indexed
    )


organisations = sa.Table(
    "organisations",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("place", JSONB, nullable=False, server_default="{}"),
    _created_at(),
    sa.Column("researchers_see_identities", sa.Boolean, nullable=False, server_default="false"),
    sa.Column("recordings_kept_days", sa.Integer),
    sa.Column("persons_kept_days", sa.Integer),
    sa.Column("contacts", JSONB, nullable=False, server_default="{}"),
    sa.CheckConstraint("recordings_kept_days > 0 AND persons_kept_days > 0", name="kept_days"),
    sa.Column("help_text", sa.Text),  # shown to participants whose answer raises a flag; none for the default
)

ROLES = ("participant", "clinician", "researcher", "administrator", "operator")

users = sa.Table(
    "users",
    metadata,
    _id(),
    _ref("organisation_id", "organisations.id"),
    sa.Column("clerk_id", sa.Text, unique=True),
    sa.Column("email", sa.Text),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text),
    sa.Column("password_ends_at", TIME),  # of a first one: until when it counts
    sa.Column("password_is_to_change", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("second_factor_reset_proof", sa.Text),
    _created_at(),
    sa.Column("deactivated_at", TIME),
    sa.CheckConstraint(f"role IN {ROLES}", name="role"),
    sa.UniqueConstraint("id", "organisation_id"),
)
sa.Index("uq_users_staff_email", users.c.email, unique=True, postgresql_where=users.c.role != "participant")
sa.Index(
    "uq_users_participant_email",
    users.c.organisation_id,
    users.c.email,
    unique=True,
    postgresql_where=users.c.role == "participant",
)

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    _ref("user_id", "users.id"),
    _created_at(),
    sa.Column("ends_at", TIME, nullable=False),
)

second_factors = sa.Table(
    "second_factors",
    metadata,
    sa.Column("user_id", UUID(as_uuid=True), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sealed_secret", sa.LargeBinary, nullable=False),
    sa.Column("last_step", sa.BigInteger, nullable=False, server_default="0"),
    _created_at(),
    sa.Column("confirmed_at", TIME),
)

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("code_hash", sa.LargeBinary, primary_key=True),
    _ref("user_id", "users.id"),
    _created_at(),
)

passkeys = sa.Table(
    "passkeys",
    metadata,
    _id(),
    _ref("user_id", "users.id"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("credential_id", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    _created_at(),
    sa.Column("used_at", TIME),
)

passkey_challenges = sa.Table(
    "passkey_challenges",
    metadata,
    sa.Column("challenge_hash", sa.LargeBinary, primary_key=True),
    _ref("user_id", "users.id", is_nullable=True),
    sa.Column("expires_at", TIME, nullable=False),
)

used_identity_tokens = sa.Table(
    "used_identity_tokens",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    sa.Column("ends_at", TIME, nullable=False),
)

sign_in_steps = sa.Table(
    "sign_in_steps",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    _ref("user_id", "users.id"),
    sa.Column("next", sa.Text, nullable=False),
    _created_at(),
    sa.Column("ends_at", TIME, nullable=False),
    sa.CheckConstraint("next IN ('second_factor', 'enrol', 'new_password')", name="next"),
)

sign_in_uses = sa.Table(
    "sign_in_uses",
    metadata,
    _id(),
    sa.Column(
        "token_hash",
        sa.LargeBinary,
        sa.ForeignKey("sign_ins.token_hash", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    _ref("user_id", "users.id"),
    sa.Column("used_at", TIME, nullable=False, server_default=sa.func.now()),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
)

invitations = sa.Table(
    "invitations",
    metadata,
    _id(),
    sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
    _ref("organisation_id", "organisations.id"),
    _ref("user_id", "users.id"),
    _ref("invited_by", "users.id", is_nullable=True),
    sa.Column("battery", sa.Text, nullable=False),
    sa.Column("locale", sa.Text, nullable=False),
    _created_at(),
    sa.Column("expires_at", TIME, nullable=False),
    sa.Column("used_at", TIME),
    sa.Column("revoked_at", TIME),
    sa.Column("attended_by", UUID(as_uuid=True), sa.ForeignKey("users.id", ondelete="SET NULL"), index=True),
)

sessions = sa.Table(
    "sessions",
    metadata,
    _id(),
    _ref("user_id", "users.id"),
    sa.Column("battery", sa.Text, nullable=False),
    sa.Column("locale", sa.Text, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("clock_offset_s", sa.Float(53), nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("plan", JSONB, nullable=False),
    sa.Column("device", JSONB, nullable=False),
    sa.Column("consent", JSONB, nullable=False),
    sa.Column("is_simulated", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="open"),
    sa.Column("satisfaction", JSONB),
    _created_at(),
    sa.Column("completed_at", TIME),
    sa.Column("organisation_id", UUID(as_uuid=True), nullable=False),
    sa.Column("attended_by", UUID(as_uuid=True), sa.ForeignKey("users.id", ondelete="SET NULL"), index=True),
    sa.Column("sealed", sa.LargeBinary),  # what of the row is words, see `words`
    sa.CheckConstraint("state IN ('open', 'completed', 'withdrawn')", name="state"),
    sa.ForeignKeyConstraint(
        ["user_id", "organisation_id"],
        ["users.id", "users.organisation_id"],
        name="fk_sessions_user_id_organisation_id",
        ondelete="CASCADE",
    ),
)
sa.Index("idx_sessions_organisation_id", sessions.c.organisation_id, sessions.c.created_at)

# the words that somebody was shown; rows are only ever added
consent_texts = sa.Table(
    "consent_texts",
    metadata,
    _id(),
    _ref("organisation_id", "organisations.id"),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("locale", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("paragraphs", JSONB, nullable=False),
    sa.Column("agreement", sa.Text, nullable=False),
    _written_at(),
    sa.UniqueConstraint("organisation_id", "sha256"),
    sa.CheckConstraint("origin IN ('standard', 'own')", name="origin"),
)

consents = sa.Table(
    "consents",
    metadata,
    _id(),
    _ref("user_id", "users.id"),
    sa.Column("organisation_id", UUID(as_uuid=True), nullable=False),
    _ref("text_id", "consent_texts.id", is_nullable=True),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("done_by", sa.Text, nullable=False),
    sa.Column("recorded_by", UUID(as_uuid=True), nullable=False),  # stays a number when its owner is gone
    sa.Column("told_at", TIME, nullable=False),
    sa.Column("data_choice", sa.Text),
    _written_at(),
    sa.CheckConstraint("operation IN ('given', 'withdrawn')", name="operation"),
    sa.CheckConstraint("done_by IN ('participant', 'staff')", name="done_by"),
    sa.CheckConstraint(
        "(operation = 'given' AND text_id IS NOT NULL AND data_choice IS NULL)"
        " OR (operation = 'withdrawn' AND data_choice IN ('keep', 'erase'))",
        name="choice",
    ),
)

questions = sa.Table(
    "questions",
    metadata,
    _id(),
    _ref("session_id", "sessions.id"),
    sa.Column("user_email", sa.Text, index=True),
    sa.Column("instrument", sa.Text, nullable=False),
    sa.Column("item_id", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("response", JSONB, nullable=False),
    sa.Column("recording_id", UUID(as_uuid=True), index=True),
    sa.Column("presented_at", TIME, nullable=False),
    sa.Column("answered_at", TIME, nullable=False),
    sa.Column("created_at", TIME, nullable=False, server_default=sa.func.now(), index=True),
    sa.Column("sealed", sa.LargeBinary),
    sa.UniqueConstraint("session_id", "instrument", "item_id", "attempt"),
)

recordings = sa.Table(
    "recordings",
    metadata,
    _id(),
    _ref("session_id", "sessions.id"),
    sa.Column("question_id", UUID(as_uuid=True), nullable=False, index=True),
    _ref("user_id", "users.id"),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("settings", JSONB, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="uploading"),
    sa.Column("received_bytes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("length_bytes", sa.BigInteger),
    sa.Column("stored_bytes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("sha256", sa.Text),
    sa.Column("quality", JSONB),
    sa.Column("duration_s", sa.Float(53)),
    sa.Column("waveform", JSONB),
    sa.Column("playback_stored_bytes", sa.BigInteger),
    sa.Column("scan_finding", sa.Text),  # why it is kept sealed: what the scanner found, in its words
    _created_at(),
    sa.Column("completed_at", TIME),
    sa.CheckConstraint("state IN ('uploading', 'complete', 'terminated', 'erased')", name="state"),
)

# who was erased, by a number that names nobody any more
erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("user_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("organisation_id", UUID(as_uuid=True)),
    sa.Column("erased_at", TIME, nullable=False),
    sa.Column("erased_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

# recordings that a rule of an organisation has let go; everything else about the answer stays
recording_erasures = sa.Table(
    "recording_erasures",
    metadata,
    sa.Column("recording_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("organisation_id", UUID(as_uuid=True), nullable=False),
    sa.Column("erased_at", TIME, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

transcripts = sa.Table(
    "transcripts",
    metadata,
    _id(),
    _ref("recording_id", "recordings.id"),
    sa.Column("recogniser", sa.Text, nullable=False),
    sa.Column("details", JSONB, nullable=False),
    _written_at(),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)

# the strokes of a drawing, sealed under the person's key; the question's response holds only how many they are
drawings = sa.Table(
    "drawings",
    metadata,
    sa.Column("question_id", UUID(as_uuid=True), sa.ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    _created_at(),
)

scores = sa.Table(
    "scores",
    metadata,
    _id(),
    _ref("question_id", "questions.id"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("values", JSONB, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("evidence", JSONB, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("probability_right", sa.Float(53)),
    sa.Column("expected", sa.Float(53)),
    sa.Column("interval_90", JSONB),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("versions", JSONB, nullable=False),
    _written_at(),
    sa.Column("sealed", sa.LargeBinary),
    sa.CheckConstraint("status IN ('scored', 'needs_review', 'not_scorable')", name="status"),
)

# a score by hand; without values, the machine's counts again
overrides = sa.Table(
    "overrides",
    metadata,
    _id(),
    _ref("question_id", "questions.id"),
    sa.Column("score_id", UUID(as_uuid=True), sa.ForeignKey("scores.id", ondelete="CASCADE"), index=True),
    sa.Column("values", JSONB(none_as_null=True)),
    sa.Column("reason", sa.Text),
    sa.Column("made_by", UUID(as_uuid=True), sa.ForeignKey("users.id", ondelete="SET NULL"), index=True),
    _written_at(),
    sa.Column("sealed", sa.LargeBinary),
)

results = sa.Table(
    "results",
    metadata,
    _id(),
    _ref("session_id", "sessions.id"),
    sa.Column("instruments", JSONB, nullable=False),
    sa.Column("versions", JSONB, nullable=False),
    _written_at(),
    sa.Column("sealed", sa.LargeBinary),
)

events = sa.Table(
    "events",
    metadata,
    _id(),
    _ref("session_id", "sessions.id"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", TIME, nullable=False),
    sa.Column("detail", JSONB, nullable=False, server_default="{}"),
    _created_at(),
)

audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("old_values", JSONB),
    sa.Column("new_values", JSONB),
    sa.Column("user_id", sa.Text),
    sa.Column("timestamp", TIME, nullable=False, server_default=sa.func.now()),
    sa.Column("organisation_id", UUID(as_uuid=True)),
)
sa.Index("idx_audit_log_organisation_id", audit_log.c.organisation_id, audit_log.c.id)

audit_chain = sa.Table(
    "audit_chain",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("audit_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)

model_checks = sa.Table(
    "model_checks",
    metadata,
    sa.Column("worker", sa.Text, primary_key=True),
    sa.Column("is_verified", sa.Boolean, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("checked_at", TIME, nullable=False),
)

# one row while writes are stopped on every machine, none else
maintenance = sa.Table(
    "maintenance",
    metadata,
    sa.Column("since", TIME, primary_key=True),
    sa.Column("is_lockdown", sa.Boolean, nullable=False),
)

job_faults = sa.Table(
    "job_faults",
    metadata,
    sa.Column("job_id", sa.BigInteger, primary_key=True, autoincrement=False),  # of the queue's own table
    sa.Column("faults", sa.Integer, nullable=False),
)
