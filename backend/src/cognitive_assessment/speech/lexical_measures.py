"""Measures of the words of connected speech: fillers, immediate repetitions, different words and their variety."""

from __future__ import annotations

from collections.abc import Sequence

FILLERS = frozenset("um umm uh uhm er erm ah eh hm hmm mm mmm".split())  # noqa: SIM905
# what is said twice to stress it
_STRESSED = frozenset("very really so many much no yes yeah bye ha".split())  # noqa: SIM905
_LONGEST_REPETITION = 3


def fillers_in(words: Sequence[str]) -> frozenset[int]:
    """Find the words that fill a pause.

    Parameters
    ----------
    words : sequence of str
        In lower case.

    Returns
    -------
    frozenset of int
        Positions of "um", "er" and the like. A recogniser that leaves them out makes them fewer than they were.
    """
    return frozenset(at for at, word in enumerate(words) if word in FILLERS)


def immediate_repetitions(words: Sequence[str]) -> tuple[range, ...]:
    """Find words that are said at once again: one, two or three in a row.

    Parameters
    ----------
    words : sequence of str
        In lower case and without fillers, so that "the um the" is a repetition.

    Returns
    -------
    tuple of range
        For each repetition the positions that are said again, that is the first saying. "very very" and other words
        that are said twice to stress them are none. "the the the" are two.

    References
    ----------
    MacWhinney B. The CHILDES project: tools for analyzing talk. 3rd ed. Mahwah: Erlbaum 2000 (retracing without
    correction).
    """
    found: list[range] = []
    at = 0
    while at < len(words):
        size = next((n for n in range(_LONGEST_REPETITION, 0, -1) if _is_said_again(words, at, n)), 0)
        if size:
            found.append(range(at, at + size))
        at += size or 1
    return tuple(found)


def _is_said_again(words: Sequence[str], at: int, size: int) -> bool:
    said = list(words[at : at + size])
    again = list(words[at + size : at + 2 * size])
    is_one_word = len(set(said)) == 1
    return said == again and not (is_one_word and (size > 1 or said[0] in _STRESSED))


def count_of_types(words: Sequence[str]) -> int:
    """Count the different words.

    Parameters
    ----------
    words : sequence of str
        In lower case; inflected forms are words of their own.

    Returns
    -------
    int
        0 for no words.
    """
    return len(set(words))


def moving_average_type_token_ratio(words: Sequence[str], *, window: int) -> float | None:
    """Mean share of different words in every window of so many words: does not fall with the length of the text.

    Parameters
    ----------
    words : sequence of str
        In lower case.
    window : int >= 1
        Number of words; values of different windows cannot be compared.

    Returns
    -------
    float or None
        Above 0, at most 1; None for a text that is shorter than the window.

    Raises
    ------
    ValueError
        If the window is below 1.

    References
    ----------
    Covington MA, McFall JD. Cutting the Gordian knot: the moving-average type-token ratio (MATTR). J Quant Linguist
    2010; 17: 94-100.
    """
    if window < 1:
        raise ValueError("A window has at least one word.")
    if len(words) < window:
        return None
    ratios = [len(set(words[at : at + window])) / window for at in range(len(words) - window + 1)]
    return sum(ratios) / len(ratios)
