"""How well the system has served, from pieces of five minutes and from a running system."""

from __future__ import annotations

import json

import pytest

from cognitive_assessment.ops import figures, history
from cognitive_assessment.ops.history import Piece
from systems import wait_until

NOW = 1_800_000_000.0


def piece(minutes_ago, *, minutes=5, looks=20, up=20, **more):
    began_at = NOW - 60 * minutes_ago
    return Piece(began_at=began_at, ended_at=began_at + 60 * minutes, looks=looks, up=up, **more)


@pytest.mark.parametrize(
    ("pieces", "share"),
    [
        ([], None),
        ([piece(10), piece(5)], 1.0),
        ([piece(10), piece(5, up=10)], 0.75),
        ([piece(20), piece(5)], 0.5),
        ([piece(10)], 0.5),
        ([piece(10, looks=0, up=0), piece(5)], 1.0),
    ],
    ids=["nothing seen", "always", "a quarter away", "not running in between", "not running since", "no look"],
)
def test_the_share_of_time_served_counts_what_nobody_saw_as_away(pieces, share):
    assert history.share_up(pieces, since=NOW - 86_400, now=NOW) == (None if share is None else pytest.approx(share))


def test_only_the_part_of_a_piece_that_lies_within_the_window_counts():
    pieces = [piece(15, up=0), piece(10), piece(5)]
    assert history.share_up(pieces, since=NOW - 12.5 * 60, now=NOW) == pytest.approx(10 / 12.5)


@pytest.mark.parametrize(
    ("within", "seconds"),
    [
        ({}, None),
        ({"1.0": 0, "+Inf": 0}, None),
        ({"1.0": 100, "2.0": 100, "+Inf": 100}, 0.95),
        ({"1.0": 90, "2.0": 100, "+Inf": 100}, 1.5),
        ({"1.0": 0, "2.0": 0, "+Inf": 10}, 2.0),
    ],
)
def test_the_time_of_95_of_100_lies_straight_between_the_edges_as_prometheus_has_it(within, seconds):
    assert history.quantile_s(within, 0.95) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(("availability", "left"), [(None, None), (1.0, 1.0), (0.999, 0.0), (0.9985, -0.5)])
def test_the_budget_of_errors_is_what_the_target_allows(availability, left):
    assert figures.error_budget_left(availability) == (None if left is None else pytest.approx(left))


def test_a_line_that_was_cut_off_is_passed_over_and_old_ones_are_forgotten(tmp_path):
    folder = tmp_path / "history"
    folder.mkdir()
    kept = folder / "pieces.jsonl"
    lines = [json.dumps(vars(piece(minutes))) for minutes in (60 * 24 * 40, 60, 10)]
    kept.write_text("\n".join([*lines, '{"began_at": 1']) + "\n")
    assert len(history.pieces(tmp_path, since=0)) == 3
    history._forget_before(kept, NOW - history.KEPT_S)
    assert len(kept.read_text().splitlines()) == 2


@pytest.mark.slow
def test_a_running_system_writes_its_own_history(system):
    seen = wait_until(lambda: [piece for piece in history.pieces(system.data_dir, since=0) if piece.up], 60)
    assert 1 <= seen[-1].up <= seen[-1].looks
    assert 0 < seen[-1].memory_fraction < 1
    before = history.counted(system.data_dir)
    staff = system.sign_in()
    assert staff("GET", "/api/me").ok
    # each is counted once its answer is on its way
    wait_until(lambda: history.counted(system.data_dir).requests >= before.requests + 2, 10)
    wait_until(lambda: history.counted(system.data_dir).within["+Inf"] >= before.within.get("+Inf", 0) + 2, 10)
