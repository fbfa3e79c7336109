"""What is the same for everybody is worked out once: in process, or in a Redis that several machines share.

Only public answers are kept, under every argument that they depend on. A cache that is away or holds what we cannot
read makes an answer slower, never another one.
"""

from __future__ import annotations

import functools
import hashlib
import json
import logging
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from cachelib.serializers import BaseSerializer
from flask import Flask
from flask_caching import Cache
from flask_caching.backends.rediscache import RedisCache

from cognitive_assessment.config import settings
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.ops import redis_server

logger = logging.getLogger(__name__)
LASTS_S = 300
KEY_PREFIX = "cas:cache:"
_cache = Cache()


class Text(BaseSerializer):
    """Text in, text out: what stands in a Redis must never be run as a program, as a pickle would be."""

    def dumps(self, value: str) -> bytes:  # type: ignore[override]
        """As it is written."""
        return value.encode()

    def loads(self, bvalue: bytes | None) -> str | None:
        """As it was written; nothing for what is not text."""
        return None if bvalue is None else bvalue.decode(errors="replace")


class SharedCache(RedisCache):
    """Flask-Caching's, with our patience."""

    @classmethod
    def factory(cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]) -> SharedCache:
        """Made by the extension."""
        del app, args
        return cls(host=redis_server.client(config["CACHE_REDIS_URL"]), key_prefix=config["CACHE_KEY_PREFIX"], **kwargs)


def watch(app: Flask) -> None:
    """Give an application its cache."""
    chosen: dict[str, Any] = {"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": LASTS_S}
    if settings().redis_url is not None:
        chosen |= {
            "CACHE_TYPE": f"{__name__}.{SharedCache.__name__}",
            "CACHE_REDIS_URL": settings().redis_url,
            "CACHE_KEY_PREFIX": KEY_PREFIX,
            "CACHE_SERIALIZER": Text,
        }
    _cache.init_app(app, config=chosen)


def kept(name: str, arguments: dict[str, str | None], make: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """An answer for these arguments and this release, with `hit` or `miss`; what `make` raises is not kept."""
    key = f"{name}:{_release()}:{json.dumps(arguments, sort_keys=True)}"
    found = _read(key)
    if found is not None:
        return found, "hit"
    made = make()
    _try(lambda: _cache.set(key, json.dumps(made), timeout=LASTS_S))
    return made, "miss"


def _read(key: str) -> dict[str, Any] | None:
    text = _try(lambda: _cache.get(key))
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None  # somebody else's, or damaged
    return found if isinstance(found, dict) else None


def _try(ask: Callable[[], Any]) -> Any:
    if settings().redis_url is None:
        return ask()
    from redis.exceptions import RedisError

    try:
        return ask()
    except (RedisError, OSError) as error:
        logger.warning("the cache is away: %s", type(error).__name__)
        return None


@functools.cache
def _release() -> str:
    """Changes with the software and with any word of the catalogue, so that an update never shows what was before."""
    words = json.dumps([catalogue().public_view(None, locale) for locale in catalogue().locales()], default=str)
    return f"{version('cognitive-assessment')}:{hashlib.sha256(words.encode()).hexdigest()[:16]}"
