"""Sensitivity and bias with the log-linear correction, worked by hand with a table of the normal distribution."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.scoring.recognition import criterion, d_prime, rates_log_linear


@pytest.mark.parametrize(
    ("counts", "rates", "sensitivity", "bias"),
    [
        # 10.5/11 and 0.5/11: z = 1.6906 and -1.6906
        ((10, 10, 0, 10), (0.9545, 0.0455), 3.381, 0.0),
        # 9.5/11 and 1.5/11: z = 1.0968 and -1.0968
        ((9, 10, 1, 10), (0.8636, 0.1364), 2.194, 0.0),
        # 8.5/11 and 3.5/11: z = 0.7479 and -0.4728
        ((8, 10, 3, 10), (0.7727, 0.3182), 1.221, -0.138),
        # 5.5/11 and 5.5/11
        ((5, 10, 5, 10), (0.5, 0.5), 0.0, 0.0),
        # "yes" to everything tells nothing apart, and is as ready as can be
        ((10, 10, 10, 10), (0.9545, 0.9545), 0.0, -1.691),
        # "no" to everything
        ((0, 10, 0, 10), (0.0455, 0.0455), 0.0, 1.691),
        # 20.5/26 and 10.5/26: z = 0.8013 and -0.2434, of 25 old and 25 new
        ((20, 25, 10, 25), (0.7885, 0.4038), 1.044, -0.279),
    ],
)
def test_worked_examples_of_the_correction_of_hautus_1995(
    counts: tuple[int, int, int, int], rates: tuple[float, float], sensitivity: float, bias: float
) -> None:
    assert rates_log_linear(*counts) == pytest.approx(rates, abs=5e-5)
    assert d_prime(*counts) == pytest.approx(sensitivity, abs=1e-3)
    assert criterion(*counts) == pytest.approx(bias, abs=1e-3)


@given(st.integers(0, 10), st.integers(0, 10))
def test_more_hits_and_fewer_false_alarms_are_better_and_exchanging_them_turns_the_sign(hits: int, alarms: int) -> None:
    found = d_prime(hits, 10, alarms, 10)
    assert found == pytest.approx(-d_prime(alarms, 10, hits, 10))
    assert (found > 0) == (hits > alarms)
    if hits < 10:
        assert d_prime(hits + 1, 10, alarms, 10) > found
        assert criterion(hits + 1, 10, alarms, 10) < criterion(hits, 10, alarms, 10)


@pytest.mark.parametrize("counts", [(11, 10, 0, 10), (-1, 10, 0, 10), (0, 0, 0, 10), (0, 10, 0, 0), (0, 10, 11, 10)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(InvalidInput, match="between none and all"):
        d_prime(*counts)
