"""What may be said instead of the words of one form: its foils, what is like its words, words of other forms.

An instrument of others has its own lists in its texts, and may have its own `like.txt` (what is like a word of a list),
`heard_as.txt` (what a recogniser writes for it), `compounds.txt` (names that hold it and are the same thing) and
`comments.txt` beside its definition. `more_compounds.txt` and `more_comments.txt` are for rules that ask for more.
"""

from __future__ import annotations

import functools
from pathlib import Path

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.word_files import read_groups, read_sets, read_words
from cognitive_assessment.scoring.word_recall import IntrusionKind, WordsToRecall

FOLDER = Path(__file__).parent


@functools.cache
def words_to_recall(instrument: str, form: str, locale: str, *, has_more: bool = False) -> WordsToRecall:
    """The words of an instrument's form in a language, and every stranger by its kind; `has_more` reads `more_*.txt`.

    Raises `InvalidInput` for an unknown form.
    """
    texts = catalogue().texts.get((instrument, locale))
    if texts is None or form not in texts.word_lists:
        raise InvalidInput(f"{instrument} has no list {form} in the language {locale}.", field="form")
    folder = catalogue().folders[instrument]
    names = ("like", "heard_as", "comments")
    like, heard_as, comments = (folder / f"{name}.txt" for name in names)
    own = texts.word_lists[form]
    # never those of a later series: what an answer was worth does not change when other lists come to be given
    others = [one for one in texts.word_lists.values() if one is not own and one.series <= own.series]
    strangers: dict[str, IntrusionKind] = {}
    for other in others:
        strangers |= dict.fromkeys(other.foils, "foil")
    for other in others:
        strangers |= dict.fromkeys(other.words, "other_list")
    strangers |= dict.fromkeys(own.unrelated, "foil")
    for word, alike in (read_sets(like) if like.is_file() else {}).items():
        if word in own.words:
            strangers |= dict.fromkeys(alike, "related")
    strangers |= dict.fromkeys(own.related, "related")
    known = {*own.words, *strangers}
    return WordsToRecall(
        words=tuple(own.words),
        strangers={word: kind for word, kind in strangers.items() if word not in own.words},
        heard_as={
            heard: word
            for heard, word in (read_groups(heard_as) if heard_as.is_file() else {}).items()
            if word in known
        },
        compounds={
            compound: word
            for compound, word in _compounds(folder, has_more=has_more).items()
            # "cheese sandwich" is no compound where cheese is to be learnt
            if word in known and compound not in known and not (set(compound.split()) & set(own.words)) - {word}
        },
        comments=read_words(comments if comments.is_file() else FOLDER / "comments.txt")
        | (read_words(FOLDER / "more_comments.txt") if has_more else frozenset()),
    )


def _compounds(folder: Path, *, has_more: bool) -> dict[str, str]:
    paths = [folder / "compounds.txt", *([folder / "more_compounds.txt"] if has_more else [])]
    return {compound: word for path in paths if path.is_file() for compound, word in read_groups(path).items()}
