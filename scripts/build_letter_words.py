"""Make the words that begin with each asked letter, every one with the word that its variants share.

Words are those that WordNet writes in lower case and their inflected forms, as far as wordfreq knows them,
without abbreviations, and `words/added.txt`. Two words are variants if one is an inflection of the other,
if WordNet calls them derivationally related and they begin alike, if one is the other with a plain suffix, or if
`words/variants.txt`, a table of irregular forms and derivations, says so; `words/apart.txt` parts some again.

Usage, with `wordfreq` and `lemminflect` installed beside the system:
    python scripts/build_letter_words.py WORDNET_DICT_FOLDER
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from lemminflect import getAllInflections, getAllInflectionsOOV
from wordfreq import zipf_frequency

from cognitive_assessment.instruments.letter_fluency.lexicon import LETTERS, WORDS
from cognitive_assessment.instruments.word_files import read_groups, read_words

PARTS_OF_SPEECH = {"noun": "NOUN", "verb": "VERB", "adj": "ADJ", "adv": "ADV"}
SUFFIXES = ("ly", "ness", "ful", "less", "fully", "lessly")
LEAST_ZIPF = 1.0  # ten in a thousand million words
COMMON_ZIPF = 3.5
_TYPE_OF = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}


class Families:
    """Words that belong together, joined pair by pair."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def of(self, word: str) -> str:
        """Any one word that stands for the family."""
        while (parent := self._parents.setdefault(word, word)) != word:
            word = parent
        return word

    def join(self, one: str, other: str) -> None:
        """Make two families one."""
        self._parents[self.of(other)] = self.of(one)


class WordNet:
    """Lower-case words of the asked letters with their parts of speech, names, and pairs of related words."""

    def __init__(self, folder: Path) -> None:
        self.words: dict[str, set[str]] = defaultdict(set)
        self.names: set[str] = set()
        self.related: list[tuple[str, str]] = []
        sets: dict[tuple[str, str], list[str]] = {}
        links: list[tuple[tuple[str, str, int], tuple[str, str, int]]] = []
        for part in PARTS_OF_SPEECH:
            for number, words, pointers in _lines_of(folder / f"data.{part}"):
                sets[part, number] = words
                links += [((part, number, first), other) for first, other in pointers]
                for word in words:
                    self._add(word, part)
        self.names -= set(self.words)
        for (part, number, first), (other_part, other_number, second) in links:
            pair = sets[part, number][first - 1], sets[other_part, other_number][second - 1]
            if all(word in self.words for word in pair):
                self.related.append(pair)

    def _add(self, word: str, part: str) -> None:
        if word[0].lower() not in LETTERS:
            return
        if re.fullmatch("[a-z]{2,}", word) and re.search("[aeiouy]", word):
            self.words[word].add(part)
        elif re.fullmatch("[A-Z][a-zA-Z]+", word):
            self.names.add(word.lower())


def _lines_of(path: Path) -> Iterator[tuple[str, list[str], list[tuple[int, tuple[str, str, int]]]]]:
    """Each set of synonyms: its number, its words, and what each word is derived from (see WordNet's wndb(5WN))."""
    for line in path.read_text(encoding="latin-1").splitlines():
        if line.startswith(" "):
            continue
        fields = line.partition(" | ")[0].split()
        count = int(fields[3], 16)
        words = [re.sub(r"\(.*\)", "", fields[4 + 2 * at]) for at in range(count)]
        start = 5 + 2 * count
        pointers = []
        for at in range(int(fields[start - 1])):
            symbol, number, part, ends = fields[start + 4 * at : start + 4 * at + 4]
            if symbol in ("+", "\\") and ends != "0000":
                pointers.append((int(ends[:2], 16), (_TYPE_OF[part], number, int(ends[2:], 16))))
        yield fields[0], words, pointers


def families_of(net: WordNet) -> tuple[set[str], Families]:
    """Every word with its inflected forms, and which of them are variants of one another."""
    words, families = set(net.words), Families()
    for word, parts in sorted(net.words.items()):
        for part in sorted(parts):
            for form in _inflections(word, PARTS_OF_SPEECH[part]):
                # "dove" and "bare" are words of their own, besides being forms of "dive" and of "bar"
                endings = ("s", "ed", "ing", "er", "est") if part == "adj" else ("s", "ed", "ing")
                if form in net.words and not form.endswith(endings):
                    continue
                words.add(form)
                families.join(word, form)
    for one, other in net.related:
        shortest = min(len(one), len(other))
        if _shared_letters(one, other) >= max(3, shortest - (2 if shortest > 5 else 1)):
            families.join(one, other)
    for word in sorted(net.words):
        for base in _bases(word):
            if base in net.words and zipf_frequency(base, "en") >= zipf_frequency(word, "en") - 1:
                families.join(base, word)
                break
    return words, families


def _shared_letters(one: str, other: str) -> int:
    """How many letters two words have in common from the beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _inflections(word: str, part: str) -> set[str]:
    found = getAllInflections(word, upos=part) or (getAllInflectionsOOV(word, upos=part) if part != "ADV" else {})
    return {form for forms in found.values() for form in forms if re.fullmatch("[a-z]+", form) and form[0] == word[0]}


def _bases(word: str) -> Iterator[str]:
    """What a word may be made from with a plain suffix, the likeliest first."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) > len(suffix) + 2:
            stem = word.removesuffix(suffix)
            yield stem
            if stem.endswith("i"):
                yield f"{stem[:-1]}y"


def main(folder: Path) -> None:
    """Write a file of words for each letter, and `names.txt`; print how many there are."""
    net = WordNet(folder)
    words, families = families_of(net)
    for word, base in read_groups(WORDS / "variants.txt").items():
        families.join(base, word)
    refused = read_words(WORDS / "names_refused.txt")
    words = {word for word in words if zipf_frequency(word, "en") >= LEAST_ZIPF} | read_words(WORDS / "added.txt")
    words -= refused
    apart = read_groups(WORDS / "apart.txt")
    members: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        members[f"apart: {apart[word]}" if word in apart else families.of(word)].append(word)
    for letter in LETTERS:
        rows = []
        for family in members.values():
            if family[0][0] == letter:
                name = max(family, key=lambda word: (zipf_frequency(word, "en"), word))
                rows += [(word, name) for word in family]
        with (WORDS / f"{letter}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("word", "family"), *sorted(rows)])
        common = {name for word, name in rows if zipf_frequency(word, "en") >= COMMON_ZIPF}
        print(f"{letter}: {len(rows)} words of {len({n for _, n in rows})} families, {len(common)} of them common")
    known = {name for name in net.names if zipf_frequency(name, "en") >= LEAST_ZIPF and name not in words}
    names = sorted(known | refused)
    (WORDS / "names.txt").write_text(
        "# Words that WordNet writes with a capital only (people, places, months, makes), and names_refused.txt.\n"
        "# Made by the same script.\n" + "".join(f"{name}\n" for name in names),
        encoding="utf-8",
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
