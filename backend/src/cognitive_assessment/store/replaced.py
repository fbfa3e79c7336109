"""Replace what is personal in a copy of the database that is not for care: names, addresses, ways in, what was said.

A text or a document is kept only if it is named here: what a later migration adds is replaced until somebody has
thought about it.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from cognitive_assessment.store.events import FLAG
from cognitive_assessment.store.tables import metadata

# sealed words and drawings cannot be read without keys, which the copy does not get; they go all the same
_EMPTIED = (
    "sign_in_uses",
    "sign_ins",
    "sign_in_steps",
    "second_factors",
    "recovery_codes",
    "passkeys",
    "passkey_challenges",
    "used_identity_tokens",
    "invitations",
    "transcripts",
    "drawings",
    "audit_log",
    "audit_chain",
    "model_checks",
    "job_faults",
    "procrastinate_jobs",
)
# codes, versions and measures; what is beside them is text that somebody wrote or that leads to somebody
_KEPT = {
    "users": {"role", "second_factor_reset_proof"},
    "sessions": {"battery", "locale", "state"},
    "consent_texts": {"origin", "locale", "sha256"},
    "consents": {"operation", "done_by", "data_choice"},
    "questions": {"instrument", "item_id"},
    "recordings": {"state", "quality"},
    "scores": {"status", "values", "rule", "interval_90", "outcome", "versions"},
    "overrides": {"values"},
    "results": {"versions"},
    "events": {"kind"},
}
PLACE_ITEMS = ("town", "region", "country", "building")
# the parts of what is else replaced whole without which the copy does not behave as the original
_IN_PART = {
    ("users", "display_name"): "initcap(role) || ' ' || left(id::text, 8)",
    ("users", "email"): "CASE WHEN role <> 'participant' THEN id || '@staging.invalid' END",
    ("organisations", "name"): "'Organisation'",
    ("sessions", "time_zone"): "'UTC'",
    ("sessions", "consent"): "jsonb_build_object('given_at', consent -> 'given_at')",
    ("consent_texts", "paragraphs"): "'[]'",
    ("events", "detail"): f"CASE WHEN kind = '{FLAG}' THEN detail ELSE '{{}}' END",
    # of an answer its numbers and codes; what examiners wrote beside it goes
    ("questions", "response"): """(
        SELECT jsonb_object_agg(key, value) FROM jsonb_each(response)
        WHERE key IN ('kind', 'recording_id', 'onset_latency_ms', 'reason', 'trials', 'summary')
    )""",
    # what is expected of an answer about the place names the place
    ("sessions", "plan"): f"""jsonb_set(plan, '{{parts}}', coalesce((
        SELECT jsonb_agg(CASE WHEN part ? 'questions' THEN jsonb_set(part, '{{questions}}', coalesce((
            SELECT jsonb_agg(CASE WHEN one ->> 'item_id' IN {PLACE_ITEMS}
                THEN one || '{{"expected": "replaced"}}' ELSE one END ORDER BY nr)
            FROM jsonb_array_elements(part -> 'questions') WITH ORDINALITY AS q (one, nr)
        ), '[]')) ELSE part END ORDER BY number)
        FROM jsonb_array_elements(plan -> 'parts') WITH ORDINALITY AS p (part, number)
    ), '[]'))""",  # noqa: S608  # names of ours
    ("scores", "evidence"): "'[]'",
    # the reasons of a result are words about a person; its measures are numbers
    ("results", "instruments"): """(
        SELECT jsonb_agg((one - 'reason') || '{"reason": null}' || jsonb_build_object('measures', (
            SELECT coalesce(jsonb_agg(measure || '{"reason": null}' ORDER BY nr), '[]')
            FROM jsonb_array_elements(one -> 'measures') WITH ORDINALITY AS m (measure, nr)
        )) ORDER BY number)
        FROM jsonb_array_elements(instruments) WITH ORDINALITY AS i (one, number)
    )""",
}


def replace(connection: sa.Connection) -> None:
    """Replace everything, as a superuser; points, times and measures stay, so that a copy behaves as the original."""
    connection.execute(sa.text(f"TRUNCATE {', '.join(_EMPTIED)} CASCADE"))
    # no trigger: what replaces the words would be logged beside them, and consents refuse any change
    connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
    connection.execute(sa.text("UPDATE users SET deactivated_at = now()"))
    for statement in _statements():
        connection.execute(sa.text(statement.replace(":", r"\:")))
    connection.execute(sa.text("SET LOCAL session_replication_role = DEFAULT"))


def _statements() -> Iterator[str]:
    for table in metadata.sorted_tables:
        written = [column for column in table.c if isinstance(column.type, sa.Text | JSONB) or column.name == "sealed"]
        changed = [column for column in written if column.name not in _KEPT.get(table.name, set())]
        if changed and table.name not in _EMPTIED:
            changes = ", ".join(f'"{column.name}" = {_instead(column)}' for column in changed)
            yield f'UPDATE "{table.name}" SET {changes}'  # noqa: S608  # names and words of ours


def _instead(column: sa.Column[object]) -> str:
    in_part = _IN_PART.get((column.table.name, column.name))
    if in_part is not None:
        return in_part
    if column.nullable:
        return "NULL"
    return "'{}'" if isinstance(column.type, JSONB) else "'replaced'"
