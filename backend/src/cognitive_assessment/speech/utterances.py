"""Measures of how words are built into utterances, as far as a transcript tells where one ends."""

from __future__ import annotations

from collections.abc import Sequence

from cognitive_assessment.records.speech import Word
from cognitive_assessment.speech.spoken_text import Token, words_of

LONGEST_PAUSE_S = 2.0
_ENDS = frozenset({".", "?", "!"})
# Words that begin a subordinate clause and hardly anything else; "that", "so" and "as" are too often something else.
SUBORDINATORS = words_of(
    "because although though while whilst whereas unless until if when whenever where who whom whose which why whether"
)


def utterances_in(
    tokens: Sequence[Token], places: Sequence[int], words: Sequence[Word] | None
) -> tuple[tuple[int, ...], ...] | None:
    """Part the words of connected speech into utterances.

    Parameters
    ----------
    tokens : sequence of Token
        Of the transcript, marks among them.
    places : sequence of int
        Of the words that count, in order.
    words : sequence of Word, optional
        The recogniser's word for each token, times in seconds; None for a written answer.

    Returns
    -------
    tuple of tuple of int, or None
        The places of each utterance. One ends at a full stop, question or exclamation mark, and before a pause of 2 s
        or more. None where there are neither marks nor times to go by.

    References
    ----------
    Miller JF, Andriacchi K, Nockerts A. Assessing language production using SALT software. 3rd ed. Madison: SALT
    Software 2019 (pauses of 2 s or more).
    """
    if words is None and not any(token.text in _ENDS for token in tokens):
        return None
    found: list[list[int]] = []
    before: int | None = None
    for at in places:
        if before is None or _ends(tokens, words, before, at):
            found.append([])
        found[-1].append(at)
        before = at
    return tuple(tuple(one) for one in found)


def _ends(tokens: Sequence[Token], words: Sequence[Word] | None, before: int, at: int) -> bool:
    """Whether an utterance ends between two words."""
    if any(token.text in _ENDS for token in tokens[before + 1 : at]):
        return True
    gaps = [round(words[k + 1].onset_s - words[k].offset_s, 6) for k in range(before, at)] if words else []
    return any(gap_s >= LONGEST_PAUSE_S for gap_s in gaps)


def mean_length_of_utterance(utterances: Sequence[Sequence[int]]) -> float:
    """Give the mean number of words of an utterance.

    Parameters
    ----------
    utterances : sequence of sequence of int
        At least one, each with the places of its words.

    Returns
    -------
    float
        At least 1.

    References
    ----------
    Brown R. A first language: the early stages. Harvard University Press 1973; in words rather than morphemes: Parker
    MD, Brorson K. A comparative study between mean length of utterance in morphemes (MLUm) and mean length of utterance
    in words (MLUw). First Lang 2005; 25: 365-376.
    """
    return sum(len(one) for one in utterances) / len(utterances)


def subordinators_per_utterance(tokens: Sequence[Token], utterances: Sequence[Sequence[int]]) -> float:
    """Give the mean number of words that begin a subordinate clause in an utterance.

    Parameters
    ----------
    tokens : sequence of Token
        Of the transcript.
    utterances : sequence of sequence of int
        At least one, each with the places of its words.

    Returns
    -------
    float
        A lower bound of the subordinate clauses, since many begin with "that" or with no such word.

    References
    ----------
    Hunt KW. Grammatical structures written at three grade levels. Champaign: NCTE 1965 (subordinate clauses per unit).
    """
    count = sum(tokens[at].text in SUBORDINATORS for one in utterances for at in one)
    return count / len(utterances)
