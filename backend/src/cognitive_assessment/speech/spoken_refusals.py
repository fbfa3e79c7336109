"""Answers that give none: silence in words, and saying that one does not know."""

from __future__ import annotations

from collections.abc import Sequence

from cognitive_assessment.speech.spoken_phrases import PHRASES, phrases_of
from cognitive_assessment.speech.spoken_text import Token

_REFUSALS = phrases_of(
    {
        "refusal": """
        don't know | dont know | do not know | dunno | don't remember | do not remember | can't remember |
        cannot remember | couldn't remember | can't recall | don't recall | no idea | not a clue | no clue |
        haven't a clue | haven't got a clue | haven't the foggiest | can't say | couldn't say | couldn't tell you |
        can't tell you | can't tell | wouldn't know | not sure | i forget | forgot | forgotten | lost it |
        pass | skip | skip it | give up | i can't | i can't do it | too hard | too difficult | too many | beats me |
        search me | who knows | next one | next question | no answer | nothing
        """
    }
)

_SEARCHES = phrases_of(
    {
        "search": """
        tip of my tongue | can't think of it | can't think of the name | can't think of the word | can't think what |
        can't find the word | can't find the name | it won't come | won't come to me | escapes me | slipped my mind |
        gone blank | went blank | i've lost the word | i've lost the name
        """
    }
)


def says_nothing(tokens: Sequence[Token]) -> bool:
    """Tell whether nothing but marks and fillers was said.

    Parameters
    ----------
    tokens : sequence of Token
        The whole answer.

    Returns
    -------
    bool
        True for an empty text, and for one such as "um ... er".
    """
    return all(
        token.kind == "mark" or ((found := PHRASES.at(tokens, at)) is not None and found[0] == "NOTHING")
        for at, token in enumerate(tokens)
    )


def gives_up(tokens: Sequence[Token], *, or_searches: bool = False) -> bool:
    """Tell whether somebody says that they do not know or will not answer.

    Parameters
    ----------
    tokens : sequence of Token
        The whole answer.
    or_searches : bool, optional
        Whether somebody who looks for the word in vain ("it's on the tip of my tongue") gives up too.

    Returns
    -------
    bool
        True if it holds words such as "I don't know" or "I can't remember"; there may be an answer besides.
    """
    kinds = [_REFUSALS, _SEARCHES] if or_searches else [_REFUSALS]
    return any(phrases.at(tokens, at) is not None for at in range(len(tokens)) for phrases in kinds)
