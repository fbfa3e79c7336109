"""Every text that is heard, as JSON for the script that makes the sound files."""

from __future__ import annotations

import json
import sys

from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.folders import heard
from cognitive_assessment.instruments.kinds.given import audio_path, word_path


def spoken_texts() -> list[dict[str, str]]:
    """Id, text, language, path and kind of each, once: `speech`, or `word` for one that is heard by itself."""
    found: dict[str, dict[str, str]] = {}
    for (slug, locale), texts in sorted(catalogue().texts.items()):
        for _, text in heard(texts):
            path = audio_path(locale, slug, text)
            found[path] = _told(f"{slug}.{text.id}", text.text, locale, path, "speech")
        for words in texts.word_lists.values():
            for word in [*words.words, *words.foils]:
                path = word_path(locale, slug, word)
                found[path] = _told(f"{slug}.words.{word}", word, locale, path, "word")
    return list(found.values())


def _told(text_id: str, text: str, locale: str, path: str, kind: str) -> dict[str, str]:
    return {"id": text_id, "text": text, "locale": locale, "path": path, "kind": kind}


if __name__ == "__main__":
    json.dump(spoken_texts(), sys.stdout, indent=1, ensure_ascii=False)
