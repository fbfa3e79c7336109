"""Make the families of animals, which are subcategories for clusters: from WordNet's classes, for every known animal.

Usage: .venv/bin/python scripts/build_subcategories.py ANIMALS_WORDNET31.csv WORDNET_DICT_FOLDER
"""

from __future__ import annotations

import csv
import itertools
import sys
from collections import defaultdict
from pathlib import Path

from cognitive_assessment.instruments.category_fluency.lexicon import WORDS

# Families of mammals, by the WordNet class of which they are members; an animal stands in every family that holds it.
MAMMALS = {
    "dogs": ("domestic dog",),
    "dogs, wolves and foxes": ("canine",),
    "cats": ("feline",),
    "cattle": ("bovine",),
    "sheep and goats": ("sheep", "goat"),
    "antelopes": ("antelope",),
    "deer": ("deer",),
    "horses": ("equine",),
    "pigs": ("swine",),
    "camels and llamas": ("camel", "llama"),
    "monkeys and apes": ("primate",),
    "rodents": ("rodent",),
    "rabbits and hares": ("leporid",),
    "marsupials": ("marsupial",),
    "bears": ("bear",),
    "weasels and badgers": ("musteline mammal",),
    "whales and seals": ("aquatic mammal",),
    "bats": ("bat",),
    "thick-skinned": ("elephant", "rhinoceros", "hippopotamus", "pachyderm"),
    "insect eaters": ("insectivore",),
}
OTHERS = {
    "bird": "birds",
    "fish": "fish",
    "insect": "insects and spiders",
    "arachnid": "insects and spiders",
    "reptile": "reptiles and amphibians",
    "amphibian": "reptiles and amphibians",
    "mollusk": "shellfish",
    "crustacean": "shellfish",
    "worm": "worms",
}


def _nouns(folder: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Words and classes of every set of synonyms, by its number."""
    words, parents = {}, {}
    for line in (folder / "data.noun").read_text(encoding="latin-1").splitlines():
        if line.startswith(" "):
            continue
        fields = line.partition(" | ")[0].split()
        count = int(fields[3], 16)
        words[fields[0]] = [fields[4 + 2 * at].replace("_", " ").lower() for at in range(count)]
        pointers = fields[5 + 2 * count :]
        parents[fields[0]] = [number for symbol, number in itertools.pairwise(pointers) if symbol == "@"]
    return words, parents


def _classes(number: str, words: dict[str, list[str]], parents: dict[str, list[str]]) -> set[str]:
    return set(words[number]).union(*(_classes(parent, words, parents) for parent in parents[number]))


def main(source: Path, folder: Path) -> None:
    """Write `words/animals_families.txt`: each family with the canonical names of its members."""
    words, parents = _nouns(folder)
    with (WORDS / "animals.csv").open(encoding="utf-8", newline="") as file:
        canonical = {row["name"]: row["canonical"] for row in csv.DictReader(file)}
    families: dict[str, set[str]] = defaultdict(set)
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # an animal is of the kind that its own name says first: the "rabbit" that is a fish has another one
    sets: dict[str, str] = {}
    rows.sort(key=lambda row: row["lemma"] != row["canonical"])
    rows.sort(key=lambda row: row["lemma"].lower() != canonical.get(row["lemma"].lower()))
    for row in rows:
        name, number = canonical.get(row["lemma"].lower()), row["synset_offset_wn31"]
        if name is not None and sets.setdefault(name, number) == number:
            if row["group"] in OTHERS:
                families[OTHERS[row["group"]]].add(name)
            elif row["group"] == "mammal":
                classes = _classes(number, words, parents)
                for family, members in MAMMALS.items():
                    if classes.intersection(members):
                        families[family].add(name)
    lines = [f"{family}: {', '.join(sorted(names))}\n" for family, names in sorted(families.items())]
    head = "# Families of animals by WordNet 3.1's classes; made by scripts/build_subcategories.py.\n"
    (WORDS / "animals_families.txt").write_text(head + "".join(lines), encoding="utf-8")
    print({family: len(names) for family, names in sorted(families.items())})


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
