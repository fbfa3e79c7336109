"""What may be said instead of the words of one form: its foils, what is like its words, words of other forms."""

from __future__ import annotations

import functools
from pathlib import Path

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.word_files import read_groups, read_sets, read_words
from cognitive_assessment.scoring.word_recall import IntrusionKind, WordsToRecall

FOLDER = Path(__file__).parent
SLUG = "word_list"


@functools.cache
def words_to_recall(form: str, locale: str) -> WordsToRecall:
    """The words of a form in a language, and every stranger by its kind; raises `InvalidInput` for an unknown form."""
    texts = catalogue().texts.get((SLUG, locale))
    if texts is None or form not in texts.word_lists:
        raise InvalidInput(f"There is no list {form} in the language {locale}.", field="form")
    own = texts.word_lists[form]
    strangers: dict[str, IntrusionKind] = {}
    for name, other in texts.word_lists.items():
        if name != form:
            strangers |= dict.fromkeys(other.foils, "foil")
    for name, other in texts.word_lists.items():
        if name != form:
            strangers |= dict.fromkeys(other.words, "other_list")
    strangers |= dict.fromkeys(own.unrelated, "foil")
    for word, alike in read_sets(FOLDER / "like.txt").items():
        if word in own.words:
            strangers |= dict.fromkeys(alike, "related")
    strangers |= dict.fromkeys(own.related, "related")
    return WordsToRecall(
        words=tuple(own.words),
        strangers={word: kind for word, kind in strangers.items() if word not in own.words},
        heard_as={
            heard: word
            for heard, word in read_groups(FOLDER / "heard_as.txt").items()
            if word in {*own.words, *strangers}
        },
        comments=read_words(FOLDER / "comments.txt"),
    )
