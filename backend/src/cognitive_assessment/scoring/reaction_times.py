"""Reaction times of one person in one block: their middle, their spread, and which of them are none."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from cognitive_assessment.scoring.uncertainty import distribution_of_count

# Nobody sees, decides and presses sooner; what is faster was pressed without seeing (Luce 1986, Response Times; Whelan
# 2008, The Psychological Record 58: 475-482).
ANTICIPATION_MS = 100.0
FEWEST = 5
_TUKEY_FAR_OUT = 3.0


@dataclass(frozen=True, slots=True)
class ReactionTimes:
    """What reaction times amount to, in ms; `interval_90` belongs to the median."""

    count: int
    median_ms: float
    mean_ms: float
    sd_ms: float
    iqr_ms: float
    interval_90: tuple[float, float]


def summarise(times_ms: Sequence[float]) -> ReactionTimes | None:
    """Give middle and spread.

    Parameters
    ----------
    times_ms : sequence of float
        Reaction times in ms, in any order.

    Returns
    -------
    ReactionTimes or None
        None for fewer than five times, which tell no spread. The standard deviation divides by n - 1; quartiles are
        interpolated between ranks (Hyndman and Fan's type 7).

    References
    ----------
    Hyndman RJ, Fan Y (1996). Sample quantiles in statistical packages. The American Statistician 50: 361-365.
    """
    if len(times_ms) < FEWEST:
        return None
    first, median, third = statistics.quantiles(times_ms, n=4, method="inclusive")
    return ReactionTimes(
        count=len(times_ms),
        median_ms=median,
        mean_ms=statistics.fmean(times_ms),
        sd_ms=statistics.stdev(times_ms),
        iqr_ms=third - first,
        interval_90=median_interval_90(times_ms),
    )


def median_interval_90(times_ms: Sequence[float]) -> tuple[float, float]:
    """Give the interval between two of the times that holds the true median with a probability of at least 0.9.

    Parameters
    ----------
    times_ms : sequence of float
        Five times or more.

    Returns
    -------
    tuple of float
        Lower and upper limit in ms, from the binomial distribution of ranks; no shape of distribution is assumed.

    References
    ----------
    Conover WJ (1999). Practical nonparametric statistics, 3rd edition, section 3.2.
    """
    ordered = sorted(times_ms)
    chances = distribution_of_count([0.5] * len(ordered))
    below, rank = 0.0, 0
    while below + chances[float(rank)] <= 0.05:
        below += chances[float(rank)]
        rank += 1
    lower = max(0, rank - 1)
    return ordered[lower], ordered[len(ordered) - 1 - lower]


def far_out_limit_ms(times_ms: Sequence[float]) -> float:
    """Give the time above which an answer is far out of this person's others.

    Parameters
    ----------
    times_ms : sequence of float
        Five times or more.

    Returns
    -------
    float
        The third quartile and three times the distance between the quartiles, in ms.

    References
    ----------
    Tukey JW (1977). Exploratory data analysis, chapter 2 ("far out").
    """
    first, _, third = statistics.quantiles(times_ms, n=4, method="inclusive")
    return third + _TUKEY_FAR_OUT * (third - first)
