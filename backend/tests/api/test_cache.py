"""The public catalogue is worked out once, in process or in a real Redis; one that goes away changes no answer."""

from __future__ import annotations

import json
import os
import signal

import pytest

import redis_servers
from api_clients import Person
from cognitive_assessment import config
from cognitive_assessment.api import cache
from cognitive_assessment.api.app import create_app
from cognitive_assessment.errors import InvalidSettings
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.ops import health
from systems import wait_until

ALL = "/api/questions"
ONE = "/api/questions?instrument=orientation"
CACHED = "public, max-age=300"


def seen(answer):
    """Whether it was kept, and what it says."""
    assert answer.headers["Cache-Control"] == CACHED
    return answer.headers["X-Cache"], answer.get_json()


@pytest.fixture
def redis(tmp_path):
    with redis_servers.running(tmp_path) as server:
        yield server


@pytest.fixture
def make_app(committed, data_dir, monkeypatch):
    def make(url: str) -> Person:
        monkeypatch.setenv("REDIS_URL", url)
        config.settings.cache_clear()
        return Person(create_app().test_client(use_cookies=False))

    return make


@pytest.fixture
def ask(make_app, redis):
    return make_app(redis.url)


def test_the_second_call_is_from_the_cache_and_says_so(nobody):
    (first, whole), (second, again) = seen(nobody("GET", ALL)), seen(nobody("GET", ALL))
    assert (first, second) == ("miss", "hit")
    assert again == whole


@pytest.mark.parametrize("kind", ["in process", "shared"])
def test_every_argument_that_the_answer_depends_on_has_an_answer_of_its_own(kind, nobody, request):
    ask = nobody if kind == "in process" else request.getfixturevalue("ask")
    paths = [ALL, *(f"{ALL}?instrument={one['slug']}" for one in catalogue().public_view(None, "en")["instruments"])]
    first = [seen(ask("GET", path)) for path in paths]
    second = [seen(ask("GET", path)) for path in paths]
    assert ({state for state, _ in first}, {state for state, _ in second}) == ({"miss"}, {"hit"})
    assert [body for _, body in second] == [body for _, body in first]
    assert len({json.dumps(body) for _, body in second}) == len(paths)
    assert seen(ask("GET", f"{ALL}?locale=en"))[0] == "hit"  # the same argument, said aloud
    for refused in ("locale=tlh", "instrument=moca"):
        assert [ask("GET", f"{ALL}?{refused}").status_code for _ in range(2)] in ([422, 422], [404, 404])


def test_who_asks_makes_no_difference_and_leaves_nothing_behind(ask, redis):
    ask("GET", ONE, headers={"Authorization": "Bearer of-anna-beispiel", "Cookie": "cas=of-anna-beispiel"})
    kept = b"".join(key + (redis.client.get(key) or b"") for key in redis.client.keys("*"))
    assert b"orientation" in kept
    assert b"anna" not in kept
    assert {redis.client.ttl(key) for key in redis.client.keys("*")} <= set(range(1, cache.LASTS_S + 1))


def test_machines_share_one_redis_and_an_update_never_shows_what_was_before(make_app, redis, monkeypatch):
    here, there = make_app(redis.url), make_app(redis.url)
    assert [seen(one("GET", ONE))[0] for one in (here, there)] == ["miss", "hit"]
    monkeypatch.setattr(cache, "_release", lambda: "another")
    assert seen(there("GET", ONE))[0] == "miss"


@pytest.mark.parametrize("damage", [b"\x80\x04cos\nsystem\n", b"[1]", b"null", b"{", b""])
def test_what_stands_there_and_is_not_ours_is_neither_run_nor_shown(ask, redis, damage):
    _, whole = seen(ask("GET", ONE))
    (key,) = redis.client.keys(f"{cache.KEY_PREFIX}*")
    redis.client.set(key, damage)
    assert seen(ask("GET", ONE)) == ("miss", whole)
    assert seen(ask("GET", ONE)) == ("hit", whole)


def test_a_redis_that_goes_away_makes_nothing_wrong_and_is_used_again_when_it_is_back(ask, redis):
    _, whole = seen(ask("GET", ALL))
    assert health.check_cache() == health.Check("healthy", "Connected")
    redis.stop()
    assert [seen(ask("GET", ALL)) for _ in range(2)] == [("miss", whole)] * 2
    away = health.check_cache()
    assert (away.status, away.is_optional) == ("unhealthy", True)
    assert str(redis.port) not in away.message
    well = {name: health.Check("healthy", "") for name in health.CHECKS}
    assert health.overall({**well, "cache": away}) == "degraded"
    assert "cache" not in health.not_ready({**well, "cache": away})
    found = wait_until(lambda: _cache_of(ask("GET", "/api/health")))
    assert "everything is worked out anew" in found["message"]
    redis.start()
    assert [seen(ask("GET", ALL)) for _ in range(2)] == [("miss", whole), ("hit", whole)]
    assert health.check_cache().status == "healthy"


def _cache_of(answer):
    found = answer.get_json()["checks"]["cache"]
    return found if found["status"] == "unhealthy" else None


def test_a_redis_that_hangs_is_not_waited_for(ask, redis):
    _, whole = seen(ask("GET", ALL))
    os.kill(redis.process.pid, signal.SIGSTOP)
    try:
        assert seen(ask("GET", ALL)) == ("miss", whole)
        assert health.check_cache().status == "unhealthy"
    finally:
        os.kill(redis.process.pid, signal.SIGCONT)


@pytest.mark.parametrize("url", ["localhost:6379", "http://cache.example.org", "redis://"])
def test_an_address_that_is_no_redis_stops_the_start_without_being_shown(url):
    with pytest.raises(InvalidSettings) as refused:
        config.build({"REDIS_URL": url})
    assert "redis://" in refused.value.message
    assert "REDIS_URL=***" in refused.value.message
