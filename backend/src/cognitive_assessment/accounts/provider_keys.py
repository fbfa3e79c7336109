"""The keys that an identity provider publishes, fetched seldom and by one thread at a time.

Anybody can show a token that names a key which nobody knows, or that comes while the provider is away. So the provider
is asked at most every few seconds, whatever came of it, and who comes while it is asked waits for a moment only.
"""

from __future__ import annotations

import functools
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

import jwt

from cognitive_assessment.config import LOOPBACK

_LIMIT_S = 4.0
_WAIT_S = 0.5
_KEYS_LAST_S = 300
_ASK_AGAIN_AFTER_S = 5


class ProviderKeys:
    """The keys of one provider by their names; one that is not known is looked for anew: keys may be changed."""

    def __init__(self, fetch: Callable[[], list[jwt.PyJWK]]) -> None:
        self._fetch = fetch
        self._asking = threading.Lock()
        self._asked_at = self._fetched_at = float("-inf")
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._failure: Exception | None = None

    def of_token(self, token: str, *, anew: bool = False) -> jwt.PyJWK:
        """The key that a token names, looked for `anew` if it was not just now.

        Raises `PyJWKClientConnectionError` or `OSError` while the provider cannot be asked, and `PyJWTError` or
        `ValueError` for a token or a key that is none.
        """
        name = jwt.get_unverified_header(token).get("kid")
        known = self._known(name)
        if known is not None and not anew:
            return known
        self._ask()
        known = self._known(name)
        if known is not None:
            return known
        if self._failure is not None:
            raise self._failure.with_traceback(None)
        raise jwt.PyJWKClientError  # no such key

    def _known(self, name: str | None) -> jwt.PyJWK | None:
        return self._keys.get(name) if time.monotonic() - self._fetched_at < _KEYS_LAST_S else None

    def _ask(self) -> None:
        if not self._asking.acquire(timeout=_WAIT_S):
            raise jwt.PyJWKClientConnectionError  # they are being fetched
        try:
            if time.monotonic() - self._asked_at < _ASK_AGAIN_AFTER_S:
                return
            try:
                self._keys, self._failure = {key.key_id: key for key in self._fetch()}, None
                self._fetched_at = time.monotonic()
            except (jwt.PyJWTError, OSError, ValueError) as error:
                for answer in (error, error.__cause__):
                    if isinstance(answer, urllib.error.HTTPError):
                        answer.close()  # what is remembered holds no connection open
                self._failure = error
            self._asked_at = time.monotonic()
        finally:
            self._asking.release()


@functools.lru_cache(maxsize=4)
def of_issuer(issuer: str) -> ProviderKeys:
    """The keys of an OpenID Connect issuer."""
    return ProviderKeys(lambda: _client(_address_of_keys(issuer)).get_signing_keys())


@functools.lru_cache(maxsize=4)
def of_clerk(api_url: str, secret_key: str) -> ProviderKeys:
    """The keys of an instance of Clerk."""
    return ProviderKeys(
        lambda: _client(f"{api_url}/v1/jwks", {"Authorization": f"Bearer {secret_key}"}).get_signing_keys()
    )


def _client(address: str, headers: dict[str, str] | None = None) -> jwt.PyJWKClient:
    return jwt.PyJWKClient(address, cache_jwk_set=False, headers=headers, timeout=_LIMIT_S)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Nobody but the set issuer is asked, as PyJWT has it for the keys."""

    def redirect_request(self, *_: object) -> None:
        return None


def _address_of_keys(issuer: str) -> str:
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    with urllib.request.build_opener(_NoRedirect).open(address, timeout=_LIMIT_S) as answer:
        found = json.load(answer)
    if not isinstance(found, dict) or found.get("issuer") != issuer:
        raise ValueError("the issuer names itself differently")
    keys = urlsplit(str(found.get("jwks_uri")))
    if keys.scheme != "https" and keys.hostname not in LOOPBACK:
        raise ValueError("the issuer publishes its keys without https")
    return keys.geturl()
