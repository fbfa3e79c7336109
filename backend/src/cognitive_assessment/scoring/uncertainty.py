"""What a score is worth when an answer may have been misheard: expected values and 90 % intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# Where an answer was misheard and nothing says as what, right and wrong are held equally likely.
SHARE_UNKNOWN = 0.5


def probability_of_point(
    is_right_as_read: bool, probability_right: float | None, alternatives_right: Sequence[bool] = ()
) -> float:
    """Give the probability that an answer earned its point.

    Parameters
    ----------
    is_right_as_read : bool
        Whether the answer is right if it was heard right.
    probability_right : float or None
        Probability that it was heard right, from 0 to 1; None for a written answer, which is certain.
    alternatives_right : sequence of bool, optional
        For every other hearing of the same recording that differs: whether it would be right.

    Returns
    -------
    float
        From 0 to 1. An answer that is right as read and was misheard is wrong; one that is wrong as read and was
        misheard is right in the share of the other hearings that are right, or in half of the cases if there are none.
    """
    if probability_right is None:
        return float(is_right_as_read)
    if is_right_as_read:
        return probability_right
    share = sum(alternatives_right) / len(alternatives_right) if alternatives_right else SHARE_UNKNOWN
    return (1 - probability_right) * share


def distribution_of_count(probabilities: Sequence[float]) -> dict[float, float]:
    """Give the distribution of how many of some independent answers are right (Poisson binomial).

    Parameters
    ----------
    probabilities : sequence of float
        Each answer's probability of being right, from 0 to 1.

    Returns
    -------
    dict of float to float
        Count -> its probability; the probabilities sum to 1.
    """
    chances = [1.0]
    for probability in probabilities:
        grown = [0.0] * (len(chances) + 1)
        for count, chance in enumerate(chances):
            grown[count] += chance * (1 - probability)
            grown[count + 1] += chance * probability
        chances = grown
    return {float(count): chance for count, chance in enumerate(chances)}


def distribution_of_longest(probabilities_by_length: Mapping[int, Sequence[float]]) -> dict[float, float]:
    """Give the distribution of the longest length of which at least one trial is right.

    Parameters
    ----------
    probabilities_by_length : mapping of int to sequence of float
        Length -> each of its trials' probability of being right.

    Returns
    -------
    dict of float to float
        Length -> its probability; 0 stands for none right. The probabilities sum to 1.
    """
    distribution: dict[float, float] = {}
    none_longer = 1.0
    for length in sorted(probabilities_by_length, reverse=True):
        none_here = 1.0
        for probability in probabilities_by_length[length]:
            none_here *= 1 - probability
        distribution[float(length)] = none_longer * (1 - none_here)
        none_longer *= none_here
    distribution[0.0] = none_longer
    return dict(sorted(distribution.items()))


def expected_value(distribution: Mapping[float, float]) -> float:
    """Give the mean of a distribution.

    Parameters
    ----------
    distribution : mapping of float to float
        Value -> its probability; the probabilities sum to 1.

    Returns
    -------
    float
        In the unit of the values.
    """
    return sum(value * chance for value, chance in distribution.items())


def interval_90(distribution: Mapping[float, float]) -> tuple[float, float]:
    """Give the central interval that holds at least 90 % of a distribution.

    Parameters
    ----------
    distribution : mapping of float to float
        Value -> its probability; the probabilities sum to 1.

    Returns
    -------
    tuple of float
        The 5 % and the 95 % quantile.
    """
    return _quantile(distribution, 0.05), _quantile(distribution, 0.95)


def _quantile(distribution: Mapping[float, float], level: float) -> float:
    # Sums of many small products miss the level by rounding alone.
    reached = 1e-12
    values = sorted(distribution)
    for value in values:
        reached += distribution[value]
        if reached >= level:
            return value
    return values[-1]
