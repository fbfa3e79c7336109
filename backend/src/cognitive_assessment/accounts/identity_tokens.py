"""Tokens of an identity provider: Clerk, by its own SDK, or any OpenID Connect issuer.

A token is taken only if it is signed by the provider's key with an asymmetric algorithm, is in its time, says who has
signed in rather than what a program may do, and was made for us (`azp` or `aud`). Source: OpenID Connect Core 1.0,
section 3.1.3.7; RFC 8725, sections 3.1 to 3.11; `acr` and `amr`: the same, section 2, and RFC 8176.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cognitive_assessment.accounts import provider_keys
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import NotSignedIn, Unavailable

_SKEW_S = 5
_CLOCKS_DIFFER_S = 300
_LAST_MOMENT_S = 253_402_300_799  # of the year 9999
_ENDED = "token-expired"
_WRONG_SIGNATURE = "token-invalid-signature"
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_WORDS = {
    _ENDED: "The token has expired.",
    "token-not-active-yet": "The token is not valid yet; the clocks may differ.",
    "token-iat-in-the-future": "The token was made in the future; the clocks differ.",
    "token-invalid-authorized-parties": "The token was made for another application (azp).",
    "token-invalid-audience": "The token was made for another application (aud).",
    _WRONG_SIGNATURE: "The token is signed with another key than the provider's.",
    "jwk-failed-to-resolve": "The provider's public key cannot be read.",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider vouches for, by an id that no other provider can give, and how.

    The address is there only if the provider has verified it; `is_strong` says that it asked for a second factor.
    `signed` is what makes two tokens the same one, to be remembered until `forgotten_at`: a signature can be written
    in several ways.
    """

    subject: str
    verified_email: str | None
    is_strong: bool
    is_id_token: bool
    signed: str
    forgotten_at: dt.datetime


class TokenRefused(NotSignedIn):
    """A token that is not taken; `why` is a word for it."""

    def __init__(self, message: str, *, why: str | None = None) -> None:
        super().__init__(message, remedy="Sign in again.")
        self.why = why

    @property
    def has_ended(self) -> bool:
        """Good once, as is that of everybody who stays for long."""
        return self.why == _ENDED


def looks_like_one(token: str) -> bool:
    """Whether a bearer token begins and is parted as a JSON Web Token; our own, and those of machines, do not."""
    return token.startswith("eyJ") and token.count(".") == 2


def verify(token: str, settings: Settings) -> Identity:
    """Whose token this is; raises `NotSignedIn` that says what is wrong with it, or `Unavailable`.

    It may ask the provider for its keys, so not while a connection to the database is held.
    """
    if not looks_like_one(token):  # Clerk's SDK would ask Clerk about those of machines
        raise NotSignedIn("This is no token of an identity provider.", remedy="Send a JSON Web Token.")
    has_clerk = settings.clerk_jwt_key is not None or settings.clerk_secret_key is not None
    if settings.oidc_issuer is not None and (not has_clerk or _claimed_issuer(token) == settings.oidc_issuer):
        return _identity(token, _verify_open_id(token, settings), settings, issuer=settings.oidc_issuer)
    if has_clerk:
        return _identity(token, _verify_clerk(token, settings), settings, issuer=None)
    raise NotSignedIn("This system takes no tokens of an identity provider.", remedy="Sign in with a password.")


def proved_at(token: str) -> dt.datetime:
    """When the person of a token, which was verified before, last proved to the provider who they are.

    OpenID Connect tells it as `auth_time`, Clerk as the age of the first factor in minutes (`fva`); else it was at the
    latest when the token was made.
    """
    claims = jwt.decode(token, options={"verify_signature": False})
    made_s, said_s, ages_min = (claims.get(name) for name in ("iat", "auth_time", "fva"))
    moments_s = [one for one in (made_s, said_s) if isinstance(one, int)] if isinstance(made_s, int) else [0]
    if isinstance(ages_min, list) and ages_min and isinstance(ages_min[0], int):
        moments_s.append(moments_s[0] - 60 * ages_min[0])
    return dt.datetime.fromtimestamp(min(moments_s), dt.UTC)


def _claimed_issuer(token: str) -> object:
    """Who the token says made it, to choose whose key to ask; nothing is believed yet."""
    try:
        return jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.InvalidTokenError:
        return None


def _identity(token: str, claims: dict[str, Any], settings: Settings, *, issuer: str | None) -> Identity:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or "exp" not in claims:
        raise NotSignedIn("The token names nobody, or never ends.")
    if issuer is None and not re.fullmatch(r"[\w-]+", subject, re.ASCII):
        raise NotSignedIn("The token names nobody: an id of Clerk is letters, digits and _.")
    email = claims.get("email")
    is_verified = claims.get("email_verified") is True and isinstance(email, str)
    # Clerk's ids are alone in having no address before them, so that no issuer can give one
    name = subject if issuer is None else f"{issuer} {subject}"
    forgotten_s = min(int(claims["exp"]) + _CLOCKS_DIFFER_S, _LAST_MOMENT_S)
    return Identity(
        subject=name,
        verified_email=str(email).strip().lower() if is_verified else None,
        is_strong=_is_strong(claims, settings),
        is_id_token=issuer is not None,
        signed=token.rpartition(".")[0],
        forgotten_at=dt.datetime.fromtimestamp(forgotten_s, dt.UTC),
    )


def _is_strong(claims: dict[str, Any], settings: Settings) -> bool:
    """Whether the provider says that it asked for a second factor, or is trusted to do so."""
    accepted = settings.identity_strength
    methods = claims.get("amr")
    said = [claims.get("acr"), *(methods if isinstance(methods, list) else [])]
    ages = claims.get("fva")  # of Clerk: minutes since the first and the second factor, -1 for none
    has_second = isinstance(ages, list) and len(ages) == 2 and isinstance(ages[1], int) and ages[1] >= 0
    return accepted == ("any",) or has_second or any(isinstance(one, str) and one in accepted for one in said)


def _require_kind(token: str, claims: dict[str, Any]) -> None:
    """Refuse what is signed by the same provider for another use: tokens of access, of refreshing, of signing out."""
    kind = jwt.get_unverified_header(token).get("typ", "JWT")
    is_of_person = (
        isinstance(kind, str)
        and kind.upper() == "JWT"
        and claims.get("typ", "ID") == "ID"  # Keycloak's word for it
        and claims.get("token_use", "id") == "id"  # and Cognito's
        and "events" not in claims
    )
    if not is_of_person:
        raise NotSignedIn("The token is of another kind: an ID token says who has signed in.", remedy="Send that one.")


def _verify_clerk(token: str, settings: Settings) -> dict[str, Any]:
    known = settings.clerk_jwt_key
    if known is not None or settings.clerk_secret_key is None:
        return _verify_clerk_by(str(known), token, settings)
    keys = provider_keys.of_clerk(settings.clerk_api_url, settings.clerk_secret_key)
    key = _clerk_key(keys, token)
    try:
        return _verify_clerk_by(key, token, settings)
    except TokenRefused as error:
        if error.why != _WRONG_SIGNATURE:
            raise
        newer = _clerk_key(keys, token, anew=True)  # Clerk may publish another key under the same name
        if newer == key:
            raise
        return _verify_clerk_by(newer, token, settings)


def _clerk_key(keys: provider_keys.ProviderKeys, token: str, *, anew: bool = False) -> str:
    try:
        found = keys.of_token(token, anew=anew).key
    except (jwt.PyJWKClientConnectionError, OSError) as error:
        raise Unavailable("The identity provider's keys cannot be fetched.", remedy="Try again.") from error
    except (jwt.PyJWTError, ValueError) as error:
        raise TokenRefused(f"The token is not taken: {_told(error)}.") from error
    if not isinstance(found, RSAPublicKey):
        raise TokenRefused(_WORDS["jwk-failed-to-resolve"])
    return found.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _verify_clerk_by(key: str, token: str, settings: Settings) -> dict[str, Any]:
    from clerk_backend_api.security import verify_token
    from clerk_backend_api.security.types import TokenVerificationError, VerifyTokenOptions

    options = VerifyTokenOptions(
        authorized_parties=list(settings.clerk_authorized_parties),
        clock_skew_in_ms=_SKEW_S * 1000,
        jwt_key=key,  # with it, the SDK asks nobody
        api_url=settings.clerk_api_url,
    )
    try:
        claims = verify_token(token, options)
    except TokenVerificationError as error:
        code = error.reason.value[0]
        raise TokenRefused(_WORDS.get(code, "The token cannot be read."), why=code) from error
    _require_kind(token, claims)
    return claims


def _verify_open_id(token: str, settings: Settings) -> dict[str, Any]:
    issuer = str(settings.oidc_issuer)
    try:
        key = provider_keys.of_issuer(issuer).of_token(token)
        _require_strength(key.key, settings)
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            issuer=issuer,
            audience=settings.oidc_audience,
            leeway=_SKEW_S,
            options={"require": ["exp", "iat", "sub", "iss", "aud"]},
        )
    except (jwt.PyJWKClientConnectionError, OSError) as error:
        raise Unavailable("The identity provider's keys cannot be fetched.", remedy="Try again.") from error
    except (jwt.PyJWTError, ValueError) as error:
        why = _ENDED if isinstance(error, jwt.ExpiredSignatureError) else None
        raise TokenRefused(f"The token is not taken: {_told(error)}.", why=why) from error
    _require_kind(token, claims)
    return claims


def _require_strength(key: object, settings: Settings) -> None:
    """128 bits of strength, which RSA has from 3072 bits on (NIST SP 800-57 part 1, table 2); 112 where that is set."""
    least = 2048 if settings.rsa_2048 else 3072
    if isinstance(key, RSAPublicKey) and key.key_size < least:
        raise NotSignedIn(
            f"The provider signs with an RSA key of {key.key_size} bits; {least} are needed.",
            remedy="Let it sign by ES256 or with a longer key"
            + ("." if settings.rsa_2048 else ", or take 2048 bits by CAS_RSA_2048=on."),
        )


def _told(error: Exception) -> str:
    if isinstance(error, jwt.PyJWKClientError):
        return "it is signed with a key that the provider does not publish"
    return str(error).rstrip(".")
