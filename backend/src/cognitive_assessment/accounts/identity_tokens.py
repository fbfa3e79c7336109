"""Tokens of an identity provider: Clerk, by its own SDK, or any OpenID Connect issuer.

A token is taken only if it is signed by the provider's key with an asymmetric algorithm, is in its time, says who has
signed in rather than what a program may do, and was made for us (`azp` or `aud`). Source: OpenID Connect Core 1.0,
section 3.1.3.7; RFC 8725, sections 3.1 to 3.11; `acr` and `amr`: the same, section 2, and RFC 8176.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from cognitive_assessment.config import LOOPBACK, Settings
from cognitive_assessment.errors import NotSignedIn, Unavailable

_LIMIT_S = 4.0
_SKEW_S = 5
_KEYS_LAST_S = 300
_ASK_AGAIN_AFTER_S = 5  # tokens that name unknown keys must not make us ask without end
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_WORDS = {
    "token-expired": "The token has expired.",
    "token-not-active-yet": "The token is not valid yet; the clocks may differ.",
    "token-iat-in-the-future": "The token was made in the future; the clocks differ.",
    "token-invalid-authorized-parties": "The token was made for another application (azp).",
    "token-invalid-audience": "The token was made for another application (aud).",
    "token-invalid-signature": "The token is signed with another key than the provider's.",
    "jwk-kid-mismatch": "The token is signed with a key that the provider does not publish.",
    "jwk-failed-to-resolve": "The provider's public key cannot be read.",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider vouches for, by an id that no other provider can give, and how.

    The address is there only if the provider has verified it; `is_strong` says that it asked for a second factor.
    """

    subject: str
    verified_email: str | None
    is_strong: bool


def looks_like_one(token: str) -> bool:
    """Whether a bearer token has the three parts of a JSON Web Token; our own have none."""
    return token.count(".") == 2


def verify(token: str, settings: Settings) -> Identity:
    """Whose token this is; raises `NotSignedIn` that says what is wrong with it, or `Unavailable`."""
    has_clerk = settings.clerk_jwt_key is not None or settings.clerk_secret_key is not None
    if settings.oidc_issuer is not None and (not has_clerk or _claimed_issuer(token) == settings.oidc_issuer):
        return _identity(_verify_open_id(token, settings), settings, issuer=settings.oidc_issuer)
    if has_clerk:
        return _identity(_verify_clerk(token, settings), settings, issuer=None)
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


def _identity(claims: dict[str, Any], settings: Settings, *, issuer: str | None) -> Identity:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or "exp" not in claims:
        raise NotSignedIn("The token names nobody, or never ends.")
    if issuer is None and not re.fullmatch(r"[\w-]+", subject, re.ASCII):
        raise NotSignedIn("The token names nobody: an id of Clerk is letters, digits and _.")
    email = claims.get("email")
    is_verified = claims.get("email_verified") is True and isinstance(email, str)
    # Clerk's ids are alone in having no address before them, so that no issuer can give one
    name = subject if issuer is None else f"{issuer} {subject}"
    return Identity(name, str(email).strip().lower() if is_verified else None, _is_strong(claims, settings))


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
    from clerk_backend_api.security import verify_token
    from clerk_backend_api.security.types import TokenVerificationError, VerifyTokenOptions

    options = VerifyTokenOptions(
        authorized_parties=list(settings.clerk_authorized_parties),
        clock_skew_in_ms=_SKEW_S * 1000,
        jwt_key=settings.clerk_jwt_key,
        secret_key=settings.clerk_secret_key,
        api_url=settings.clerk_api_url,
    )
    try:
        claims = verify_token(token, options)
    except TokenVerificationError as error:
        code = error.reason.value[0]
        if code == "jwk-failed-to-load":
            raise Unavailable("The identity provider's keys cannot be fetched.", remedy="Try again.") from error
        raise NotSignedIn(_WORDS.get(code, "The token cannot be read."), remedy="Sign in again.") from error
    _require_kind(token, claims)
    return claims


def _verify_open_id(token: str, settings: Settings) -> dict[str, Any]:
    issuer = str(settings.oidc_issuer)
    try:
        key = _keys_of(issuer).get_signing_key_from_jwt(token)
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
        raise NotSignedIn(f"The token is not taken: {_told(error)}.", remedy="Sign in again.") from error
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


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Nobody but the set issuer is asked, as PyJWT and Clerk's SDK have it for the keys."""

    def redirect_request(self, *_: object) -> None:
        return None


@functools.lru_cache(maxsize=4)
def _keys_of(issuer: str) -> jwt.PyJWKClient:
    """The issuer's published keys; one that is not known yet is looked for anew, so that keys can be changed."""
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    with urllib.request.build_opener(_NoRedirect).open(address, timeout=_LIMIT_S) as answer:
        found = json.load(answer)
    if not isinstance(found, dict) or found.get("issuer") != issuer:
        raise ValueError("the issuer names itself differently")
    keys = urlsplit(str(found.get("jwks_uri")))
    if keys.scheme != "https" and keys.hostname not in LOOPBACK:
        raise ValueError("the issuer publishes its keys without https")
    return jwt.PyJWKClient(keys.geturl(), lifespan=_KEYS_LAST_S, cooldown_duration=_ASK_AGAIN_AFTER_S, timeout=_LIMIT_S)
