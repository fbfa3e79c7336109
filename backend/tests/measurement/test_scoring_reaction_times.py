"""Middle and spread of reaction times: worked by hand, and what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitive_assessment.scoring.reaction_times import far_out_limit_ms, median_interval_90, summarise

TIMES = st.lists(st.floats(100, 5000), min_size=5, max_size=60)


def test_worked_by_hand_five_times() -> None:
    """Squares of the distances from the mean of 380: 16900, 6400, 3600, 400 and 62500, in all 89800."""
    found = summarise([400, 250, 630, 300, 320])
    assert found is not None
    assert (found.count, found.median_ms, found.mean_ms, found.iqr_ms) == (5, 320, 380, 100)
    assert found.sd_ms == pytest.approx((89_800 / 4) ** 0.5)


def test_quartiles_lie_between_ranks_as_hyndman_and_fan_1996_type_7() -> None:
    """Of 1 to 8 the quartiles are 2.75 and 6.25, as R's `quantile` gives them by default."""
    found = summarise([100.0 * one for one in range(1, 9)])
    assert found is not None
    assert found.iqr_ms == pytest.approx(350)
    assert far_out_limit_ms([100.0 * one for one in range(1, 9)]) == pytest.approx(625 + 3 * 350)


def test_interval_of_the_median_of_twenty_as_tabled() -> None:
    """Binomial(20, 1/2): at most 5 has 0.0207, at most 6 has 0.0577; so the 6th and the 15th value."""
    assert median_interval_90([float(one) for one in range(1, 21)]) == (6.0, 15.0)


def test_fewer_than_five_tell_nothing() -> None:
    assert summarise([300, 310, 320, 330]) is None


@given(TIMES)
def test_the_middle_lies_within_its_interval_and_nothing_is_negative(times: list[float]) -> None:
    found = summarise(times)
    assert found is not None
    low, high = found.interval_90
    assert min(times) <= low <= found.median_ms <= high <= max(times)
    assert found.sd_ms >= 0
    assert found.iqr_ms >= 0


@given(TIMES, st.floats(0, 200))
def test_a_device_that_adds_the_same_to_each_moves_the_middle_and_no_spread(times: list[float], added: float) -> None:
    one, other = summarise(times), summarise([time + added for time in times])
    assert one is not None
    assert other is not None
    assert other.median_ms == pytest.approx(one.median_ms + added)
    assert other.sd_ms == pytest.approx(one.sd_ms, abs=1e-6)
    assert other.iqr_ms == pytest.approx(one.iqr_ms, abs=1e-6)
