"""Every text that is heard, as JSON for the script that makes the sound files."""

from __future__ import annotations

import json
import sys

from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.folders import heard
from cognitive_assessment.instruments.kinds.given import audio_path


def spoken_texts() -> list[dict[str, str]]:
    """Id, text, language and path of each, once."""
    found: dict[str, dict[str, str]] = {}
    for (slug, locale), texts in sorted(catalogue().texts.items()):
        for _, text in heard(texts):
            path = audio_path(locale, slug, text)
            found[path] = {"id": f"{slug}.{text.id}", "text": text.text, "locale": locale, "path": path}
    return list(found.values())


if __name__ == "__main__":
    json.dump(spoken_texts(), sys.stdout, indent=1, ensure_ascii=False)
