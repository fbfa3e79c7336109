"""How fast somebody spoke, and where they paused, from the times of words."""

from __future__ import annotations

from collections.abc import Sequence

from cognitive_assessment.records.speech import Word

SHORTEST_PAUSE_S = 0.25


def pauses_s(words: Sequence[Word], *, shortest_s: float = SHORTEST_PAUSE_S) -> tuple[float, ...]:
    """Give the lengths of the pauses between words.

    Parameters
    ----------
    words : sequence of Word
        In time order, fillers included: a filled pause is none of these. Times in seconds, moved out of silence as
        `word_times.snapped` does.
    shortest_s : float > 0, optional
        Shorter gaps belong to the articulation of words.

    Returns
    -------
    tuple of float
        Seconds, in their order; the silence before the first and after the last word is no pause.

    References
    ----------
    Goldman-Eisler F. Psycholinguistics: experiments in spontaneous speech. London: Academic Press 1968 (0.25 s).
    """
    found: list[float] = []
    spoken_until_s = words[0].offset_s if words else 0.0
    for word in words[1:]:
        gap_s = round(word.onset_s - spoken_until_s, 6)
        if gap_s >= shortest_s:
            found.append(gap_s)
        spoken_until_s = max(spoken_until_s, word.offset_s)
    return tuple(found)


def spoken_span_s(words: Sequence[Word]) -> float:
    """Give the time from the beginning of the first word to the end of the last.

    Parameters
    ----------
    words : sequence of Word
        Times in seconds.

    Returns
    -------
    float
        Seconds, pauses included; 0 for no words.
    """
    if not words:
        return 0.0
    return max(word.offset_s for word in words) - min(word.onset_s for word in words)


def rate_per_minute(count: int, span_s: float) -> float | None:
    """Give how many there were in a minute.

    Parameters
    ----------
    count : int
        Of words, or of information units.
    span_s : float
        Seconds in which they were said, pauses included.

    Returns
    -------
    float or None
        Per minute; None where no time is known.

    References
    ----------
    Nicholas LE, Brookshire RH. A system for quantifying the informativeness and efficiency of the connected speech of
    adults with aphasia. J Speech Hear Res 1993; 36: 338-350 (words per minute).
    """
    return 60 * count / span_s if span_s > 0 else None
