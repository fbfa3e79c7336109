"""Who looks after an account: its owner, signed in, or about to set up the second factor that comes first here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from cognitive_assessment.accounts import identity_tokens
from cognitive_assessment.api import access, steps
from cognitive_assessment.api.rights import Right
from cognitive_assessment.errors import CognitiveAssessmentError
from cognitive_assessment.store import sign_ins, users
from cognitive_assessment.store.rows import Row

_FRESH_FOR = dt.timedelta(minutes=15)


class SignInAgain(CognitiveAssessmentError):
    """What protects an account changes only soon after its owner has signed in."""

    code = "sign_in_again"


@dataclass(frozen=True, slots=True)
class Owner:
    """A member of staff, and whether the sign-in waits for a second factor to be set up."""

    user: Row
    is_enrolling: bool


def require(connection: sa.Connection) -> Row:
    """A member of staff who is signed in; participants have no account to look after."""
    return access.require(connection, Right.KEEP_ACCOUNT)


def require_fresh(connection: sa.Connection) -> Row:
    """The same, having signed in within the last minutes: an unwatched screen cannot give an account away.

    The account is held until the transaction ends: two changes of what protects it are made one after the other.
    """
    user = require(connection)
    users.hold(connection, user["id"])
    token = access.current_token()
    began = None
    if token is not None:
        is_vouched = identity_tokens.looks_like_one(token)
        began = identity_tokens.proved_at(token) if is_vouched else sign_ins.started_at(connection, token)
    if began is None or began < dt.datetime.now(dt.UTC) - _FRESH_FOR:
        raise SignInAgain("Your sign-in is too long ago for this.", remedy="Sign out, sign in, and do it then.")
    return user


def require_fresh_or_enrolling(connection: sa.Connection) -> Owner:
    """The same, or somebody whose sign-in waits until there is a second factor."""
    enrolling = steps.find(connection, "enrol")
    return Owner(enrolling, True) if enrolling else Owner(require_fresh(connection), False)
