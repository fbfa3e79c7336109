"""How well old is told from new: sensitivity and bias of yes/no answers."""

from __future__ import annotations

from statistics import NormalDist

from cognitive_assessment.errors import InvalidInput


def rates_log_linear(hits: int, old: int, false_alarms: int, new: int) -> tuple[float, float]:
    """Give hit rate and false-alarm rate with the log-linear correction, so that neither is 0 or 1.

    Parameters
    ----------
    hits, old : int
        "Yes" to old ones, of how many.
    false_alarms, new : int
        "Yes" to new ones, of how many.

    Returns
    -------
    tuple of float
        Both between 0 and 1, exclusive.

    Raises
    ------
    InvalidInput
        If there is nothing of either kind, or more was said than asked.

    References
    ----------
    Hautus MJ. Corrections for extreme proportions and their biasing effects on estimated values of d'. Behav Res
    Methods Instrum Comput 1995; 27: 46-51: 0.5 is added to each count and 1 to each number, always, not only at the
    ends.
    """
    if not (0 <= hits <= old and 0 <= false_alarms <= new and old > 0 and new > 0):
        raise InvalidInput("Hits and false alarms must lie between none and all of what was shown.", field="hits")
    return (hits + 0.5) / (old + 1), (false_alarms + 0.5) / (new + 1)


def d_prime(hits: int, old: int, false_alarms: int, new: int) -> float:
    """Give the sensitivity d' with the log-linear correction.

    Parameters
    ----------
    hits, old, false_alarms, new : int
        As for `rates_log_linear`, whose errors it raises.

    Returns
    -------
    float
        In standard deviations; 0 where old and new are not told apart.
    """
    hit_rate, false_alarm_rate = rates_log_linear(hits, old, false_alarms, new)
    return NormalDist().inv_cdf(hit_rate) - NormalDist().inv_cdf(false_alarm_rate)


def criterion(hits: int, old: int, false_alarms: int, new: int) -> float:
    """Give the criterion c with the log-linear correction.

    Parameters
    ----------
    hits, old, false_alarms, new : int
        As for `rates_log_linear`, whose errors it raises.

    Returns
    -------
    float
        In standard deviations; below 0 for who says "yes" more readily than "no".
    """
    hit_rate, false_alarm_rate = rates_log_linear(hits, old, false_alarms, new)
    return -(NormalDist().inv_cdf(hit_rate) + NormalDist().inv_cdf(false_alarm_rate)) / 2
