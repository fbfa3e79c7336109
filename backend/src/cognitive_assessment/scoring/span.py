"""Spans: the longest length with a trial right, and how many trials are right, each with its uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cognitive_assessment.scoring.uncertainty import (
    distribution_of_count,
    distribution_of_longest,
    expected_value,
    interval_90,
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial that was given: its length, its points as read, and the probability that it was right.

    `probability` is None where nothing says whether it would have been right.
    """

    length: int
    points: float
    probability: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its mean, None where that is not known, and its central 90 % interval."""

    value: float
    expected: float | None
    interval_90: tuple[float, float]


def longest_span(trials: Sequence[Trial]) -> Estimate:
    """Give the longest length of which at least one trial is right.

    Parameters
    ----------
    trials : sequence of Trial
        Every trial that was given.

    Returns
    -------
    Estimate
        In items, such as digits; 0 if no trial is right. The interval spans what it would be if the trials of which
        nothing is known were all wrong, and all right.
    """
    value = max((trial.length for trial in trials if trial.points > 0), default=0)
    return _estimate(value, trials, _longest)


def trials_right(trials: Sequence[Trial]) -> Estimate:
    """Give the number of trials that are right.

    Parameters
    ----------
    trials : sequence of Trial
        Every trial that was given.

    Returns
    -------
    Estimate
        From 0 to the number of trials; the interval as for `longest_span`.
    """
    value = sum(trial.points > 0 for trial in trials)
    return _estimate(value, trials, lambda chances: distribution_of_count([chance for _, chance in chances]))


def _longest(chances: Sequence[tuple[int, float]]) -> dict[float, float]:
    by_length: dict[int, list[float]] = {}
    for length, chance in chances:
        by_length.setdefault(length, []).append(chance)
    return distribution_of_longest(by_length)


def _estimate(
    value: float, trials: Sequence[Trial], distribution: Callable[[Sequence[tuple[int, float]]], Mapping[float, float]]
) -> Estimate:
    least, most = (
        distribution([(one.length, unknown if one.probability is None else one.probability) for one in trials])
        for unknown in (0.0, 1.0)
    )
    is_known = all(one.probability is not None for one in trials)
    expected = round(expected_value(least), 3) if is_known else None
    return Estimate(float(value), expected, (interval_90(least)[0], interval_90(most)[1]))


def is_stopped(points_in_order: Sequence[tuple[int, float]], *, misses: int) -> bool:
    """Tell whether a block has come to its end by its stop rule.

    Parameters
    ----------
    points_in_order : sequence of tuple
        Length and points of every trial that was given, in order.
    misses : int
        How many trials of one length have to be missed.

    Returns
    -------
    bool
        True if the last length given was missed that often.
    """
    if not points_in_order:
        return False
    last_length = points_in_order[-1][0]
    return sum(length == last_length and points <= 0 for length, points in points_in_order) >= misses
