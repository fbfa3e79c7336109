"""Places: the name that staff or the organisation gave has to be what was answered."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.scoring.fluency import is_near_spelling
from cognitive_assessment.scoring.spoken_point import Judgement
from cognitive_assessment.speech.spoken_mentions import Mention, choose, correction_before
from cognitive_assessment.speech.spoken_phrases import PHRASES
from cognitive_assessment.speech.spoken_refusals import gives_up
from cognitive_assessment.speech.spoken_text import Token, tokens_of, words_of

# How alike two names have to be for a person to look: a recogniser spells names in many ways.
SIMILAR = 0.7
_SMALL_WORDS = words_of("the of a saint st city town county state hospital clinic")
# Words with which a place is told; any other word beside a name may make it something else.
_TELLING = _SMALL_WORDS | words_of(
    """
    i i'm i'd i'll i've am we we're are it it's 's is this that here there here's now today in at an on my our where
    place country region village called named name live lives living stay staying think believe guess suppose know say
    said would should could must be so just still of course sure probably maybe perhaps certainly definitely obviously
    currently presently answer yes yeah yep please thank thanks oh not isn't don't can't remember if
    """
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A word in plain letters, said with the tokens `[first, last)`."""

    text: str
    first: int
    last: int


def judge(context: QuestionContext, answer: SpokenAnswer) -> Judgement:
    """Compare what was said with the place; several accepted names have `|` between them.

    The name that counts is chosen among its mentions as a date is. One taken back for something else is no answer.
    """
    names = [name.strip() for name in (context.expected or "").split("|") if name.strip()]
    if not names:
        raise InvalidInput(f"The right {context.item_id} is not known for this session.", field="expected")
    tokens = tokens_of(answer.text)
    spoken = _words(tokens)
    mentions = _mentions(spoken, names)
    reading = choose(tokens, mentions)
    said = " ".join(token.text for token in tokens if token.kind != "mark")
    others = _others(tokens, spoken, mentions)
    if reading.value is None or any(correction_before(tokens, at, reading.last) for at in others if at >= reading.last):
        is_doubtful = bool(mentions) or any(_similarity(spoken, name) >= SIMILAR for name in names)
        return Judgement(None if gives_up(tokens) or not said else said, False, (), is_doubtful, names[0])
    is_beside = not all(_is_taken_back(tokens, at, reading.first) for at in others)
    span = (reading.first, reading.last)
    return Judgement(names[0], True, (span,), reading.is_doubtful or is_beside, names[0])


def _words(tokens: Sequence[Token]) -> list[_Said]:
    """Words without marks and accents; letters said one by one are one word: "U K", "the U.S.A."."""
    found: list[_Said] = []
    for at, token in enumerate(tokens):
        if token.kind == "mark":
            continue
        plain = "".join(c for c in unicodedata.normalize("NFKD", token.text) if not unicodedata.combining(c))
        before = found[-1] if found else None
        if before is not None and _is_spelt(tokens, before, at):
            found[-1] = _Said(before.text + plain, before.first, at + 1)
        else:
            found.append(_Said(plain, at, at + 1))
    return found


def _is_spelt(tokens: Sequence[Token], before: _Said, at: int) -> bool:
    """Whether a letter goes on with the letters before it; an "a" or "I" before them is a word, if no point follows."""
    last = tokens[before.last - 1]
    is_pointed = before.last == at - 1 and tokens[at - 1].text == "." and last.end == tokens[at - 1].start
    is_next = before.last == at and (len(before.text) > 1 or before.text not in ("a", "i"))
    return len(tokens[at].text) == 1 and tokens[at].kind == "word" and len(last.text) == 1 and (is_pointed or is_next)


def _wanted(name: str) -> list[str]:
    words = [word.text for word in _words(tokens_of(name))]
    return [word for word in words if word not in _SMALL_WORDS] or words


def _mentions(spoken: Sequence[_Said], names: Sequence[str]) -> list[Mention]:
    """Every place at which one of the names was said; one letter less, more or other leaves it doubtful."""
    found: dict[int, Mention] = {}
    for name in names:
        wanted = _wanted(name)
        words = [word for word in spoken if word.text in wanted or word.text not in _SMALL_WORDS]
        for start in range(len(words) - len(wanted) + 1):
            stretch = words[start : start + len(wanted)]
            is_near = is_near_spelling("".join(word.text for word in stretch), "".join(wanted))
            if is_near or [word.text for word in stretch] == wanted:
                mention = Mention(names[0], stretch[0].first, stretch[-1].last, is_doubtful=is_near)
                known = found.get(mention.first)
                if known is None or (known.last, not known.is_doubtful) < (mention.last, not is_near):
                    found[mention.first] = mention
    return [found[first] for first in sorted(found)]


def _others(tokens: Sequence[Token], spoken: Sequence[_Said], mentions: Sequence[Mention]) -> list[int]:
    """Where words stand that neither belong to a name nor only tell it."""
    inside = {at for mention in mentions for at in range(mention.first, mention.last)}
    inside |= {
        place
        for at in range(len(tokens))
        if (found := PHRASES.at(tokens, at)) is not None
        for place in range(at, at + found[1])
    }
    return [word.first for word in spoken if word.first not in inside and word.text not in _TELLING]


def _is_taken_back(tokens: Sequence[Token], other: int, name: int) -> bool:
    """Whether something said before the name was corrected by it: "Hamburg, no, Munich"."""
    between = [token.text for token in tokens[other:name]]
    return other < name and "or" not in between and correction_before(tokens, name, other)


def _similarity(spoken: Sequence[_Said], name: str) -> float:
    """Compare a name with every stretch of as many words; 1 means the same letters."""
    wanted = _wanted(name)
    words = [word.text for word in spoken if word.text not in _SMALL_WORDS] or [word.text for word in spoken]
    stretches = [words[at : at + len(wanted)] for at in range(max(1, len(words) - len(wanted) + 1))]
    target = "".join(wanted)
    return max((difflib.SequenceMatcher(None, "".join(one), target).ratio() for one in stretches), default=0.0)
