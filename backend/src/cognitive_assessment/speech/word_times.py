"""When words were said: a recogniser's times run on through silence, voice activity knows where the voice was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cognitive_assessment.records.speech import Stretch, Word

# Closer stretches are one: a word has gaps of its own, before a p or a t.
_ONE_STRETCH_S = 0.3
PAUSE_S = 0.5


def snapped(words: Sequence[Word], stretches: Sequence[Stretch]) -> tuple[Word, ...]:
    """Move the ends of words out of silence.

    Parameters
    ----------
    words : sequence of Word
        In time order, as the recogniser gave them.
    stretches : sequence of Stretch
        Where the voice is, in time order.

    Returns
    -------
    tuple of Word
        Each word within the stretch that it shares most time with; a word that shares none keeps its times.
    """
    joined: list[Stretch] = []
    for stretch in stretches:
        if joined and stretch.onset_s - joined[-1].offset_s < _ONE_STRETCH_S:
            joined[-1] = Stretch(joined[-1].onset_s, stretch.offset_s)
        else:
            joined.append(stretch)
    return tuple(_within(word, joined) for word in words)


def pauses_before(words: Sequence[Word]) -> frozenset[int]:
    """Say before which words the speaker paused.

    Parameters
    ----------
    words : sequence of Word
        With times within the voice, as `snapped` gives them; the same word may stand several times in a row.

    Returns
    -------
    frozenset of int
        Positions of words that begin at least half a second after the one before has ended.
    """
    return frozenset(at for at in range(1, len(words)) if words[at].onset_s - words[at - 1].offset_s >= PAUSE_S)


def _within(word: Word, stretches: Sequence[Stretch]) -> Word:
    shared = [min(word.offset_s, one.offset_s) - max(word.onset_s, one.onset_s) for one in stretches]
    longest = max(shared, default=0.0)
    if longest <= 0:
        return word
    stretch = stretches[shared.index(longest)]
    return replace(
        word,
        onset_s=round(max(word.onset_s, stretch.onset_s), 3),
        offset_s=round(min(word.offset_s, stretch.offset_s), 3),
    )
