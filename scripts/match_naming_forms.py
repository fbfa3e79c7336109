"""Print how alike the forms of `naming` are: frequency, age of acquisition and length of the names of their pictures.

Frequency is the Zipf value of wordfreq (a word once in a million words has 3). Age of acquisition is the mean of the
Glasgow Norms on their scale of 1 (0 to 2 years) to 7 (13 years and more); names that they do not have are left out.

Usage, with `wordfreq` installed beside the system:
    python scripts/match_naming_forms.py GLASGOW_NORMS.csv
"""

from __future__ import annotations

import csv
import statistics
import sys
from pathlib import Path

from wordfreq import zipf_frequency

from cognitive_assessment.instruments.catalogue import catalogue


def names_of(form: str) -> list[str]:
    """The expected name of every picture of a form."""
    definition, texts = catalogue().instruments["naming"], catalogue().texts["naming", "en"]
    return [texts.names[item.id][0] for item in definition.items if item.form == form and item.picture]


def main() -> int:
    """Print the README's table."""
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        acquired = {row["word"]: float(row["aoa_1_7"]) for row in csv.DictReader(file)}
    print("| form | pictures | Zipf frequency, mean (SD) | age of acquisition, mean (n) | letters |")
    print("| --- | --- | --- | --- | --- |")
    for form in catalogue().instruments["naming"].forms:
        names = names_of(form)
        zipf = [zipf_frequency(name, "en") for name in names]
        ages = [acquired[name] for name in names if name in acquired]
        print(
            f"| {form} | {', '.join(names)} | {statistics.mean(zipf):.2f} ({statistics.pstdev(zipf):.2f}) "
            f"| {statistics.mean(ages):.2f} ({len(ages)}) | {statistics.mean(map(len, names)):.1f} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
