"""The Redis that several machines share, asked with short patience: whoever uses it goes on without it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis import Redis

PATIENCE_S = 0.5


@functools.cache
def client(url: str) -> Redis:
    """The connections of this process; the library is loaded only where a Redis is set."""
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Redis.from_url(
        url, socket_connect_timeout=PATIENCE_S, socket_timeout=PATIENCE_S, retry=Retry(NoBackoff(), retries=0)
    )


def fault(url: str) -> str | None:
    """What is wrong with it, in words without its address and password; nothing if it answers."""
    from redis.exceptions import RedisError

    try:
        client(url).ping()
    except (RedisError, OSError) as error:
        return f"Redis does not answer ({type(error).__name__}); everything is worked out anew"
    return None
