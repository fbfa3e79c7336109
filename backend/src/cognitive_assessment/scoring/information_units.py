"""Information units of a description: which of them were told, and in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from cognitive_assessment.speech.plain_stem import plain_stem

Pattern = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that may be told; one of its patterns is enough. A pattern is sets of stems, one word of each."""

    id: str
    title: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class UnitLexicon:
    """The units of one scene in one language.

    `window` is how many words a pattern may stretch over; a word of `persons` counts for one unit only.
    """

    units: tuple[Unit, ...]
    irregular: Mapping[str, str]
    compounds: Mapping[tuple[str, str], str]
    persons: frozenset[str]
    window: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit as it was told: the places of its words, in order, and which of them speaks of a person."""

    unit_id: str
    places: tuple[int, ...]
    person: int | None = None

    @property
    def width(self) -> int:
        """How far its words lie apart."""
        return self.places[-1] - self.places[0]


def mentions_of_units(words: Sequence[str], lexicon: UnitLexicon) -> dict[str, tuple[Mention, ...]]:
    """Find the units that were told.

    Parameters
    ----------
    words : sequence of str
        The words of the description in lower case, in order; in the place of a word that may not be used, an empty one.
    lexicon : UnitLexicon
        The units.

    Returns
    -------
    dict of str to tuple of Mention
        Unit's id -> its mentions, in order; none for what was not told. A word for a person belongs to one unit;
        they are dealt out so that as many units as possible have one, the closest first.
    """
    stems = _stems(words, lexicon)
    found = {unit.id: _mentions(unit, stems, lexicon) for unit in lexicon.units}
    owners = _owners(found)
    return {
        name: tuple(sorted(some, key=lambda one: one.places))
        for name, mentions in found.items()
        if (some := [one for one in mentions if one.person is None or owners.get(one.person) == name])
    }


def _owners(found: Mapping[str, Sequence[Mention]]) -> dict[int, str]:
    """The unit to which each word for a person belongs: as many units as possible have one (Kuhn's matching)."""
    owners: dict[int, str] = {}

    def finds_a_person(name: str, tried: set[int]) -> bool:
        for mention in found[name]:
            if mention.person is None or mention.person in tried:
                continue
            tried.add(mention.person)
            if mention.person not in owners or finds_a_person(owners[mention.person], tried):
                owners[mention.person] = name
                return True
        return False

    needing = [name for name, mentions in found.items() if mentions and all(one.person is not None for one in mentions)]
    for name in sorted(needing, key=lambda name: found[name][0].width):
        finds_a_person(name, set())
    return owners


def _stems(words: Sequence[str], lexicon: UnitLexicon) -> list[str]:
    """One stem a word; a compound in two words stands at the first of them, and the second is empty."""
    plain = [lexicon.irregular.get(word, word) for word in words]
    stems = [plain_stem(word, lexicon.irregular) for word in words]
    for at in range(len(words) - 1):
        joined = lexicon.compounds.get((plain[at], stems[at + 1]))
        if joined is not None:
            stems[at], stems[at + 1] = joined, ""
    return stems


def _mentions(unit: Unit, stems: Sequence[str], lexicon: UnitLexicon) -> list[Mention]:
    """For every place of a pattern's first word the closest words that complete it within the window; closest first."""
    window = lexicon.window
    found = set()
    for pattern in unit.patterns:
        places = [[at for at, stem in enumerate(stems) if stem in some] for some in pattern]
        for first in places[0]:
            near = [[at for at in some if abs(at - first) < window and at != first] for some in places[1:]]
            complete = [
                tuple(sorted((first, *rest))) for rest in product(*near) if len({first, *rest}) == 1 + len(rest)
            ]
            fitting = [one for one in complete if one[-1] - one[0] < window]
            if fitting:
                found.add(min(fitting, key=lambda one: (one[-1] - one[0], one)))
    mentions = [
        Mention(unit.id, places, next((at for at in places if stems[at] in lexicon.persons), None)) for places in found
    ]
    return sorted(mentions, key=lambda one: (one.width, one.places))
