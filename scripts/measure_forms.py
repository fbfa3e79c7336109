"""Measure how alike the forms of `sentence_repetition` and `picture_description` are, and write the figures down.

Of the sentences: words, letters a word, and the Zipf frequency (wordfreq; a word once in a million words has 3) of all
words that are not among the commonest. Of the scenes: units, the Zipf frequency of the word by which each unit is
commonly told, letters of it, and the elements that are drawn.

Usage, with `wordfreq` installed beside the system:
    python scripts/measure_forms.py
"""

from __future__ import annotations

import csv
import re
import statistics
from pathlib import Path
from typing import Any

import yaml
from wordfreq import zipf_frequency

from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.instruments.catalogue import FOLDER, catalogue
from cognitive_assessment.speech.spoken_text import tokens_of

COMMONEST_ZIPF = 6.0  # the, and, that: a thousand in a million words


def of_sentences(form: str) -> dict[str, Any]:
    """Figures of the six sentences of a form."""
    texts = catalogue().texts["sentence_repetition", "en"].stimuli
    sentences = [text.text for name, text in texts.items() if name.startswith(form.lower())]
    words = [token.text for sentence in sentences for token in tokens_of(sentence) if token.kind == "word"]
    zipf = [zipf_frequency(word, "en") for word in words]
    rarer = [value for value in zipf if value < COMMONEST_ZIPF]
    return {
        "form": form,
        "sentences": len(sentences),
        "words": len(words),
        "letters_a_word": _mean(map(len, words)),
        "rarer_words": len(rarer),
        "zipf_of_rarer": _mean(rarer),
        "lowest_zipf": round(min(zipf), 2),
    }


def of_scene(form: str) -> dict[str, Any]:
    """Figures of the scene of a form."""
    data = yaml.safe_load((FOLDER / "picture_description" / "units" / "en.yaml").read_text(encoding="utf-8"))
    apart = {words.replace(" ", ""): words for words in data["compounds"]}
    words = [_common_word(str(unit["any"][0]), data["classes"]) for unit in data["forms"][form]]
    told = [apart.get(word, word) for word in words]
    zipf = [zipf_frequency(word, "en") for word in told]
    picture = REPOSITORY_ROOT / "frontend" / "public" / "stimuli" / "pictures" / f"scene_{form.lower()}.svg"
    drawn = re.findall(r"<(?:path|circle|ellipse|rect|line|polyline|polygon|use)\b", picture.read_text("utf-8"))
    return {
        "form": form,
        "units": len(told),
        "letters_a_word": _mean(map(len, told)),
        "zipf": _mean(zipf),
        "lowest_zipf": round(min(zipf), 2),
        "drawn_elements": len(drawn),
    }


def _common_word(pattern: str, classes: dict[str, str]) -> str:
    """The first word of a pattern that names what is told; of a class its first word."""
    words = pattern.split()
    chosen = next((word for word in words if word != "PERSON"), words[0])
    return classes.get(chosen, chosen).split("/")[0]


def _mean(values: Any) -> float:
    return round(statistics.mean(values), 2)


def main() -> None:
    """Write `forms.csv` into both folders and print it."""
    for slug, figures_of in (("sentence_repetition", of_sentences), ("picture_description", of_scene)):
        rows = [figures_of(form) for form in catalogue().instruments[slug].forms]
        path = Path(FOLDER) / slug / "forms.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
