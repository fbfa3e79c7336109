"""Telling signals from noise: sensitivity and criterion from counts of hits and false alarms."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

_NORMAL = NormalDist()
_Z_OF_90 = _NORMAL.inv_cdf(0.95)


@dataclass(frozen=True, slots=True)
class Detection:
    """How well signals were told from noise, and how readily "yes" was said.

    `hit_rate` and `false_alarm_rate` are the corrected rates, between 0 and 1 without reaching either. `d_prime` is in
    standard deviations: 0 is guessing, below 0 worse than guessing. `criterion` is above 0 where "yes" was said
    seldom, below 0 where it was said often. `interval_90` belongs to `d_prime`.
    """

    hit_rate: float
    false_alarm_rate: float
    d_prime: float
    criterion: float
    interval_90: tuple[float, float]


def corrected_rate(count: int, of: int) -> float:
    """Give the log-linear rate, which is never 0 or 1.

    Parameters
    ----------
    count : int
        How many trials were answered with "yes", from 0 to `of`.
    of : int
        How many trials there were, 1 or more.

    Returns
    -------
    float
        (count + 0.5) / (of + 1), for every count and not only for 0 and `of`: so d' is biased least.

    Raises
    ------
    ValueError
        If there were no trials, or the count is impossible.

    References
    ----------
    Hautus MJ (1995). Corrections for extreme proportions and their biasing effects on estimated values of d'. Behavior
    Research Methods, Instruments, & Computers 27: 46-51.
    """
    if of < 1 or not 0 <= count <= of:
        raise ValueError(f"{count} of {of} trials is no rate")
    return (count + 0.5) / (of + 1)


def d_prime(hit_rate: float, false_alarm_rate: float) -> float:
    """Give the distance between signal and noise: z(hit rate) - z(false alarm rate).

    Parameters
    ----------
    hit_rate, false_alarm_rate : float
        Between 0 and 1, without either; see `corrected_rate`.

    Returns
    -------
    float
        In standard deviations.

    References
    ----------
    Macmillan NA, Creelman CD (2005). Detection theory: a user's guide, 2nd edition, chapter 1.
    """
    return _NORMAL.inv_cdf(hit_rate) - _NORMAL.inv_cdf(false_alarm_rate)


def criterion(hit_rate: float, false_alarm_rate: float) -> float:
    """Give the criterion c: minus half of z(hit rate) + z(false alarm rate).

    Parameters
    ----------
    hit_rate, false_alarm_rate : float
        Between 0 and 1, without either.

    Returns
    -------
    float
        In standard deviations from the middle between signal and noise; negative: "yes" is said readily.

    References
    ----------
    Macmillan NA, Creelman CD (2005). Detection theory: a user's guide, 2nd edition, chapter 2.
    """
    return -(_NORMAL.inv_cdf(hit_rate) + _NORMAL.inv_cdf(false_alarm_rate)) / 2


def d_prime_standard_error(hit_rate: float, signals: int, false_alarm_rate: float, noises: int) -> float:
    """Give the standard error of d'.

    Parameters
    ----------
    hit_rate, false_alarm_rate : float
        Between 0 and 1, without either.
    signals, noises : int
        How many trials of each there were, 1 or more.

    Returns
    -------
    float
        In standard deviations; good for some ten trials or more of each.

    References
    ----------
    Gourevitch V, Galanter E (1967). A significance test for one parameter isosensitivity functions. Psychometrika 32:
    25-33.
    """
    return math.sqrt(_variance_of_z(hit_rate, signals) + _variance_of_z(false_alarm_rate, noises))


def detect(*, hits: int, signals: int, false_alarms: int, noises: int) -> Detection:
    """Give sensitivity and criterion of whoever said "yes" to so many signals and so much noise.

    Parameters
    ----------
    hits : int
        Signals that were answered with "yes".
    signals : int
        All signals, 1 or more.
    false_alarms : int
        Noise that was answered with "yes".
    noises : int
        All noise, 1 or more.

    Returns
    -------
    Detection
        From log-linear rates, with the central 90 % interval of d'.

    Raises
    ------
    ValueError
        If there were no signals or no noise, or a count is impossible.
    """
    hit_rate, false_alarm_rate = corrected_rate(hits, signals), corrected_rate(false_alarms, noises)
    sensitivity = d_prime(hit_rate, false_alarm_rate)
    half = _Z_OF_90 * d_prime_standard_error(hit_rate, signals, false_alarm_rate, noises)
    return Detection(
        hit_rate=hit_rate,
        false_alarm_rate=false_alarm_rate,
        d_prime=sensitivity,
        criterion=criterion(hit_rate, false_alarm_rate),
        interval_90=(sensitivity - half, sensitivity + half),
    )


def _variance_of_z(rate: float, trials: int) -> float:
    return rate * (1 - rate) / (trials * _NORMAL.pdf(_NORMAL.inv_cdf(rate)) ** 2)
