"""Places for rule `orientation@1`: the name that staff or the organisation gave has to be in what was said."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.scoring.spoken_point import Judgement
from cognitive_assessment.speech.spoken_calendar import NEGATIONS
from cognitive_assessment.speech.spoken_refusals import gives_up
from cognitive_assessment.speech.spoken_text import Token, tokens_of

# How alike two names have to be for a person to look: a recogniser spells names in many ways.
SIMILAR = 0.7
_SMALL_WORDS = frozenset({"the", "of", "a", "saint", "st", "city", "town", "county", "state", "hospital", "clinic"})


def judge(context: QuestionContext, answer: SpokenAnswer) -> Judgement:
    """Compare what was said with the place; several accepted names have `|` between them."""
    names = [name.strip() for name in (context.expected or "").split("|") if name.strip()]
    if not names:
        raise InvalidInput(f"The right {context.item_id} is not known for this session.", field="expected")
    tokens = tokens_of(answer.text)
    found = [place for name in names if (place := _find(tokens, name)) is not None]
    said = " ".join(token.text for token in tokens if token.kind != "mark")
    if found:
        return Judgement(names[0], True, (found[0],), False, names[0])
    is_similar = any(_similarity(tokens, name) >= SIMILAR for name in names)
    return Judgement(None if gives_up(tokens) or not said else said, False, (), is_similar, names[0])


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = [token.text for token in tokens_of(plain) if token.kind != "mark"]
    return [word for word in words if word not in _SMALL_WORDS] or words


def _find(tokens: Sequence[Token], name: str) -> tuple[int, int] | None:
    """Find the last place where a name was said and not denied."""
    wanted = _words(name)
    spoken = [(at, word) for at, token in enumerate(tokens) if token.kind != "mark" for word in _words(token.text)]
    spoken = [(at, word) for at, word in spoken if word in wanted or word not in _SMALL_WORDS]
    for start in range(len(spoken) - len(wanted), -1, -1):
        if [word for _, word in spoken[start : start + len(wanted)]] == wanted:
            first, last = spoken[start][0], spoken[start + len(wanted) - 1][0] + 1
            if not any(token.text in NEGATIONS for token in tokens[max(0, first - 3) : first]):
                return first, last
    return None


def _similarity(tokens: Sequence[Token], name: str) -> float:
    """Compare a name with every stretch of as many words; 1 means the same letters."""
    wanted = _words(name)
    spoken = [word for token in tokens if token.kind != "mark" for word in _words(token.text)]
    stretches = [spoken[at : at + len(wanted)] for at in range(max(1, len(spoken) - len(wanted) + 1))]
    target = "".join(wanted)
    return max((difflib.SequenceMatcher(None, "".join(one), target).ratio() for one in stretches), default=0.0)
