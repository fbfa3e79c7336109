"""A minute of words against the clock: what was said in time, in which quarter, and how surely it was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cognitive_assessment.records.scores import Evidence
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.fluency import Thing
from cognitive_assessment.scoring.word_recall import RecalledWord
from cognitive_assessment.speech.spoken_text import Token

LIMIT_S = 60.0
QUARTER_S = 15.0
UNSURE = 0.5  # a word that was heard with less is shown to a reviewer
QUARTERS = ("valid_first_quarter", "valid_second_quarter", "valid_third_quarter", "valid_fourth_quarter")


def in_time(things: Sequence[Thing], words: Sequence[Word] | None) -> list[Thing]:
    """Leave out what was begun after the limit.

    Parameters
    ----------
    things : sequence of Thing
        What was said.
    words : sequence of Word, optional
        One for each token; None for a written answer, which has no limit.

    Returns
    -------
    list of Thing
        Those begun at 60 s or later are `ignored`.
    """
    return [
        replace(thing, label="ignored") if words and words[thing.first].onset_s >= LIMIT_S else thing
        for thing in things
    ]


def evidence_of(
    thing: Thing,
    tokens: Sequence[Token],
    words: Sequence[Word] | None,
    *,
    rule: str,
    label: str | None = None,
    note: str | None = None,
) -> Evidence:
    """Show where one thing was said, and how it counts.

    Parameters
    ----------
    thing : Thing
        What was said.
    tokens : sequence of Token
        Of the transcript.
    words : sequence of Word, optional
        One for each token; None for a written answer, whose evidence has no seconds.
    rule : str
        The rule's name with its version.
    label : str, optional
        Another label than the thing's own.
    note : str, optional
        What else the rule found.

    Returns
    -------
    Evidence
        One point for what is `valid`, with onset and end in seconds.
    """
    text = " ".join(token.text for token in tokens[thing.first : thing.last])
    own = words[thing.first : thing.last] if words else ()
    onset_s = min((word.onset_s for word in own), default=None)
    offset_s = max((word.offset_s for word in own), default=None)
    return Evidence(text, label or thing.label, float(thing.label == "valid"), rule, onset_s, offset_s, note=note)


def valid_by_quarter(evidence: Sequence[Evidence]) -> dict[str, float]:
    """Count the valid words begun in each 15 s.

    Parameters
    ----------
    evidence : sequence of Evidence
        Everything that was said.

    Returns
    -------
    dict of str to float
        Four counts; empty where the words have no times.
    """
    if not evidence or evidence[0].onset_s is None:
        return {}
    onsets = [one.onset_s for one in evidence if one.label == "valid"]
    return {
        name: float(sum(s is not None and number * QUARTER_S <= s < (number + 1) * QUARTER_S for s in onsets))
        for number, name in enumerate(QUARTERS)
    }


def confidence_of(thing: Thing | RecalledWord, words: Sequence[Word] | None) -> float:
    """Say how surely a thing was heard.

    Parameters
    ----------
    thing : Thing or RecalledWord
        What was said.
    words : sequence of Word, optional
        One for each token; None for a written answer.

    Returns
    -------
    float
        The confidence of its least sure word, 0 to 1; 1 for a written answer.
    """
    return min((word.confidence for word in words[thing.first : thing.last]), default=1.0) if words else 1.0
