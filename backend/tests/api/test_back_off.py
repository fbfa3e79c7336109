"""Who guesses has to wait: at an address, at an account, and at every process that shares a Redis."""

from __future__ import annotations

import redis_servers
from cognitive_assessment.api import back_off

ACCOUNT, ADDRESS, ELSEWHERE = "Ada@example.org", "203.0.113.9", "198.51.100.7"


def fail(guard: back_off.BackOff, times: int) -> None:
    for _ in range(times):
        guard.note_failure(ACCOUNT, ADDRESS)


def wait_s(guard: back_off.BackOff, address: str = ADDRESS) -> int:
    try:
        guard.require_patience(ACCOUNT.lower(), address)
    except back_off.TooManyRequests as error:
        return error.retry_after_s
    return 0


def test_the_fifth_failure_makes_wait_and_each_further_one_longer():
    guard = back_off.BackOff(None)
    fail(guard, 4)
    assert wait_s(guard) == 0
    fail(guard, 1)
    assert 1 <= wait_s(guard) <= 2
    assert wait_s(guard, ELSEWHERE) == 0


def test_who_got_in_begins_anew():
    guard = back_off.BackOff(None)
    fail(guard, 4)
    guard.note_success(ACCOUNT, ADDRESS)
    fail(guard, 4)
    assert wait_s(guard) == 0


def test_no_wait_is_longer_than_a_quarter_of_an_hour():
    waits = [back_off.wait_s(over) for over in (0, 1, 2, 8, 9, 1000)]
    assert waits == [2, 4, 8, 512, 900, 900]


def test_processes_count_together_in_redis_without_an_address_in_plain_and_go_on_when_it_is_gone(tmp_path):
    with redis_servers.running(tmp_path) as server:
        one, other = back_off.BackOff(server.url), back_off.BackOff(server.url)
        fail(one, 3)
        fail(other, 2)
        assert wait_s(one) > 0
        assert wait_s(other) > 0
        with server.client as client:
            kept = b" ".join(client.keys("*")).decode()
            assert all(client.ttl(key) > 0 for key in client.keys("*"))
    assert ADDRESS not in kept
    assert "ada" not in kept
    assert wait_s(one) == 0
    fail(one, 5)
    assert wait_s(one) > 0
