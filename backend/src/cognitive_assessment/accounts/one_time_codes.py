"""One-time codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when the app is lost."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import re
import secrets
from typing import Protocol

import pyotp

ISSUER = "Cognitive Assessment System"
STEP_S = 30
_STEPS_EARLIER_AND_LATER = 1
_RECOVERY_CODES = 10
_RECOVERY_BYTES = 16


def new_secret() -> str:
    """A new secret of 160 bits, as apps take it."""
    return pyotp.random_base32()


def address(secret: str, account: str) -> str:
    """The address that an app reads from a QR code."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=account, issuer_name=ISSUER)


def matching_step(secret: str, code: str, now: dt.datetime) -> int | None:
    """The time step whose code this is: the present one, or a neighbour for clocks that differ; or none."""
    generator = pyotp.TOTP(secret, interval=STEP_S)
    present = int(now.timestamp()) // STEP_S
    found = None
    for step in range(present - _STEPS_EARLIER_AND_LATER, present + _STEPS_EARLIER_AND_LATER + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), code.encode()):
            found = step
    return found


class Cipher(Protocol):
    """What seals values under the account's key."""

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """A value as it is kept."""

    def unseal(self, sealed: bytes, about: bytes) -> bytes:
        """The value again."""


def seal(cipher: Cipher, secret: str, owner: str) -> bytes:
    """A secret as it is kept: only with the account's key, and only as this account's, can it be read."""
    return cipher.seal(secret.encode(), owner.encode())


def unseal(cipher: Cipher, sealed: bytes, owner: str) -> str:
    """The secret again."""
    return cipher.unseal(sealed, owner.encode()).decode()


def new_recovery_codes() -> list[str]:
    """New recovery codes, each for one use, in groups that can be read aloud and typed."""
    texts = (
        base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().rstrip("=") for _ in range(_RECOVERY_CODES)
    )
    return ["-".join(re.findall(".{1,4}", text)) for text in texts]


def plain_recovery_code(typed: str) -> str:
    """A recovery code as it was made, whatever spaces, dashes and small letters it was typed with.

    The digits 0, 1 and 8 are in none: whoever reads them means the letters that look like them.
    """
    letters = re.sub(r"[\s-]+", "", typed).upper().translate(str.maketrans("018", "OIB"))
    return "-".join(re.findall(".{1,4}", letters))
