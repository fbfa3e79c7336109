"""Who sends slowly is cut off in time, sooner where many do, and the others are left alone."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from cognitive_assessment.api.arrivals import Arrivals

FOR_EVER_S = 3600.0


@pytest.fixture
def pair() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    """Three connections: the server's end and the client's."""
    with contextlib.ExitStack() as stack:
        made = [socket.socketpair() for _ in range(3)]
        for ends in made:
            for end in ends:
                stack.enter_context(end).settimeout(30)
        yield made


def test_whoever_is_not_here_in_time_is_heard_no_further_and_is_still_answered(pair):
    arrivals = Arrivals(room=9, within_s=0.1)
    server, client = pair[0]
    client.sendall(b"POST")
    with arrivals.waiting_for(server):
        assert server.recv(16) == b"POST"
        assert server.recv(16) == b""  # the client has not closed: it was cut off
        assert not arrivals.is_waiting_for(server)
        assert not arrivals.arrived(server)
    server.sendall(b"408")
    assert client.recv(16) == b"408"


def test_where_more_wait_than_there_is_room_for_the_longest_wait_ends_and_the_others_go_on(pair):
    arrivals = Arrivals(room=2, within_s=FOR_EVER_S, within_s_in_a_crowd=0.0)
    servers = [ends[0] for ends in pair]
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.enter_context(arrivals.waiting_for(server))
        assert servers[0].recv(16) == b""
        assert [arrivals.is_waiting_for(one) for one in servers] == [False, True, True]
        for server, client in pair[1:]:
            client.sendall(b"here")
            assert server.recv(16) == b"here"


def test_what_has_arrived_is_not_watched_for_and_the_next_request_of_that_connection_is(pair):
    arrivals = Arrivals(room=0, within_s=0.0, within_s_in_a_crowd=0.0)
    (first, its_client), (late, _), _ = pair
    with arrivals.waiting_for(first):
        was_in_time = arrivals.arrived(first)
        with arrivals.waiting_for(late):
            assert late.recv(16) == b""  # the watch has looked
        its_client.sendall(b"more")
        assert (was_in_time, first.recv(16)) == (True, b"more")
    with arrivals.waiting_for(first):
        assert first.recv(16) == b""
