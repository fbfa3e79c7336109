"""Signal detection: published and hand-worked examples, extreme counts, and what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitive_assessment.scoring.signal_detection import (
    corrected_rate,
    criterion,
    d_prime,
    d_prime_standard_error,
    detect,
)


@pytest.mark.parametrize(
    ("hit_rate", "false_alarm_rate", "expected"),
    [
        (0.7, 0.4, 0.78),  # the manual of |STAT, `dprime`, October 1985: ".7 .4 will print dprime 0.78"
        (0.84134, 0.5, 1.0),  # the standard normal table: z = 1 and 0
        (0.97725, 0.02275, 4.0),  # z = 2 and -2
        (0.69146, 0.30854, 1.0),  # z = 0.5 and -0.5
        (0.7, 0.1, 1.806),  # Schneider W. Short notes on the theory of signal detection: its table of three subjects
        (0.5, 0.4, 0.253),
        (0.85, 0.05, 2.681),  # 2.6813 unrounded
    ],
)
def test_d_prime_as_in_the_manual_of_stat_1985_the_normal_table_and_schneiders_short_notes(
    hit_rate: float, false_alarm_rate: float, expected: float
) -> None:
    assert d_prime(hit_rate, false_alarm_rate) == pytest.approx(expected, abs=0.005)


def test_worked_by_hand_log_linear_9_of_10_and_2_of_9() -> None:
    """(9 + 0.5) / 11 = 0.8636 and (2 + 0.5) / 10 = 0.25; z = 1.0968 and -0.6745."""
    found = detect(hits=9, signals=10, false_alarms=2, noises=9)
    assert found.hit_rate == pytest.approx(0.86364, abs=1e-5)
    assert found.false_alarm_rate == 0.25
    assert found.d_prime == pytest.approx(1.771, abs=0.001)
    assert found.criterion == pytest.approx(-0.211, abs=0.001)


def test_worked_by_hand_log_linear_everything_right_of_60_and_20() -> None:
    """60.5 / 61 = 0.99180 and 0.5 / 21 = 0.02381; z = 2.3997 and -1.9808."""
    found = detect(hits=60, signals=60, false_alarms=0, noises=20)
    assert found.d_prime == pytest.approx(4.380, abs=0.002)
    assert found.criterion == pytest.approx(-0.209, abs=0.002)


def test_worked_by_hand_standard_error() -> None:
    """At a rate of a half z has the variance 0.25 / (n * 0.39894 ** 2) = 1.5708 / n."""
    assert d_prime_standard_error(0.5, 100, 0.5, 50) == pytest.approx((1.5708 / 100 + 1.5708 / 50) ** 0.5, abs=1e-4)


def test_the_interval_lies_around_d_prime() -> None:
    found = detect(hits=30, signals=40, false_alarms=10, noises=40)
    low, high = found.interval_90
    assert (low + high) / 2 == pytest.approx(found.d_prime)
    assert high - low == pytest.approx(2 * 1.64485 * d_prime_standard_error(30.5 / 41, 40, 10.5 / 41, 40), abs=1e-4)


def test_yes_to_everything_and_to_nothing_tell_nothing_apart() -> None:
    always = detect(hits=20, signals=20, false_alarms=20, noises=20)
    never = detect(hits=0, signals=20, false_alarms=0, noises=20)
    assert always.d_prime == never.d_prime == 0
    assert always.criterion == pytest.approx(-never.criterion)
    assert always.criterion < 0


def test_signals_and_noise_taken_for_each_other_is_worse_than_guessing() -> None:
    assert detect(hits=2, signals=20, false_alarms=18, noises=20).d_prime < -2


@pytest.mark.parametrize(("count", "of"), [(0, 0), (-1, 5), (6, 5)])
def test_an_impossible_count_is_refused(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        corrected_rate(count, of)


COUNTS = st.integers(1, 200).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(COUNTS, COUNTS)
def test_it_is_finite_and_turns_round_when_signal_and_noise_change_places(
    signal: tuple[int, int], noise: tuple[int, int]
) -> None:
    found = detect(hits=signal[0], signals=signal[1], false_alarms=noise[0], noises=noise[1])
    turned = detect(hits=noise[0], signals=noise[1], false_alarms=signal[0], noises=signal[1])
    assert found.d_prime == pytest.approx(-turned.d_prime)
    assert found.criterion == pytest.approx(turned.criterion)
    assert found.interval_90[0] < found.d_prime < found.interval_90[1]


@given(st.integers(1, 100), st.integers(1, 100), st.data())
def test_one_hit_more_is_better_and_readier(signals: int, noises: int, data: st.DataObject) -> None:
    hits, false_alarms = data.draw(st.integers(0, signals - 1)), data.draw(st.integers(0, noises))
    fewer = detect(hits=hits, signals=signals, false_alarms=false_alarms, noises=noises)
    more = detect(hits=hits + 1, signals=signals, false_alarms=false_alarms, noises=noises)
    assert more.d_prime > fewer.d_prime
    assert more.criterion < fewer.criterion
    assert criterion(more.hit_rate, more.false_alarm_rate) == more.criterion
