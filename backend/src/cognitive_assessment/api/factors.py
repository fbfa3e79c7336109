"""Second factors as requests meet them: what is still to come after a password, and whether a code proves it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from cognitive_assessment import blobs
from cognitive_assessment.accounts import one_time_codes
from cognitive_assessment.config import settings
from cognitive_assessment.errors import NotSignedIn
from cognitive_assessment.store import second_factors, sign_in_steps, users
from cognitive_assessment.store.rows import Row


def cipher(connection: sa.Connection, user: Row) -> one_time_codes.Cipher:
    """The cipher of what is kept sealed of this account; the master key wraps its key."""
    users.hold(connection, user["id"])
    is_known = second_factors.secret(connection, user["id"]) is not None
    data_key = blobs.key_ring().of(user["id"]) if is_known else blobs.key_ring().ensure(user["id"])
    return data_key.for_row(blobs.ONE_TIME_CODES)


def require_in_time(user: Row) -> None:
    """Raise `NotSignedIn` for a first password whose time is over."""
    ends_at = user["password_ends_at"]
    if ends_at is not None and ends_at <= dt.datetime.now(dt.UTC):
        raise NotSignedIn(
            "This password was a first one, and its time is over.",
            remedy="Ask who runs this system for another: cas user password ADDRESS --generate.",
        )


def next_step(
    factors: second_factors.Factors, user: Row, *, has_shown_factor: bool = False
) -> sign_in_steps.Next | None:
    """What is still to come after a right password: a second factor, a password of one's own, setting a factor up."""
    if factors.are_there and not has_shown_factor:
        return "second_factor"
    if user["password_is_to_change"]:
        return "new_password"
    return "enrol" if settings().require_second_factor and not factors.are_there else None


def proves_code(connection: sa.Connection, user: Row, code: str) -> bool:
    """Whether a one-time or recovery code is this account's; it is used up with that."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit()):
        return second_factors.use_recovery_code(connection, user["id"], one_time_codes.plain_recovery_code(typed))
    return confirms(connection, user, typed, is_new=False)


def confirms(connection: sa.Connection, user: Row, code: str, *, is_new: bool) -> bool:
    """Whether a one-time code is of the account's secret, which is not confirmed yet if it `is_new`."""
    kept = second_factors.secret(connection, user["id"])
    if kept is None or (kept["confirmed_at"] is None) != is_new:
        return False
    secret = one_time_codes.unseal(cipher(connection, user), kept["sealed_secret"], str(user["id"]))
    step = one_time_codes.matching_step(secret, "".join(code.split()), dt.datetime.now(dt.UTC))
    return step is not None and second_factors.use_step(connection, user["id"], step)
