"""Make the list of animal names from WordNet's animals, without what nobody means, with what people say beside it.

Usage: .venv/bin/python scripts/build_lexicon.py ANIMALS_WORDNET31.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from cognitive_assessment.instruments.category_fluency.lexicon import WORDS
from cognitive_assessment.instruments.word_files import read_groups, read_words


def main(source: Path) -> None:
    """Write `words/animals.csv`: every name and its canonical name, sorted."""
    stopped = read_words(WORDS / "animals_stop.txt")
    stopped |= read_groups(WORDS / "animals_borderline.txt").keys()
    added = read_groups(WORDS / "animals_added.txt")
    names: dict[str, str] = {}
    with source.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lemma"].lower() not in stopped]
    # a name of several animals means the one that it names itself, else the first
    for row in sorted(rows, key=lambda row: row["lemma"] != row["canonical"]):
        names.setdefault(row["lemma"].lower(), row["canonical"].lower())
    for name, canonical in added.items():
        names[name] = canonical
    # synonyms of a name that was added follow it: what WordNet calls a synonym of "hippo" is one of "hippopotamus"
    names = {name: added.get(canonical, canonical) for name, canonical in names.items()}
    with (WORDS / "animals.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "canonical"])
        writer.writerows(sorted(names.items()))
    print(f"{len(names)} names of {len(set(names.values()))} animals")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
