"""Spans: the longest length with a trial right, and how many trials are right, each with its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cognitive_assessment.scoring.uncertainty import (
    distribution_of_count,
    distribution_of_longest,
    expected_value,
    interval_90,
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial that was given: its length, its points as read, and the probability that it was right."""

    length: int
    points: float
    probability: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its mean and its central 90 % interval."""

    value: float
    expected: float
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
        In items, such as digits; 0 if no trial is right.
    """
    by_length: dict[int, list[float]] = {}
    for trial in trials:
        by_length.setdefault(trial.length, []).append(trial.probability)
    value = max((trial.length for trial in trials if trial.points > 0), default=0)
    return _estimate(value, distribution_of_longest(by_length))


def trials_right(trials: Sequence[Trial]) -> Estimate:
    """Give the number of trials that are right.

    Parameters
    ----------
    trials : sequence of Trial
        Every trial that was given.

    Returns
    -------
    Estimate
        From 0 to the number of trials.
    """
    value = sum(trial.points > 0 for trial in trials)
    return _estimate(value, distribution_of_count([trial.probability for trial in trials]))


def _estimate(value: float, distribution: Mapping[float, float]) -> Estimate:
    return Estimate(float(value), round(expected_value(distribution), 3), interval_90(distribution))


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
