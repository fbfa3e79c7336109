"""Every text that is heard, as JSON for the script that makes the sound files."""

from __future__ import annotations

import json
import sys

from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.kinds.given import audio_path


def spoken_texts() -> list[dict[str, str]]:
    """Id, text, language and path of each."""
    found = []
    for (slug, locale), texts in sorted(catalogue().texts.items()):
        of_blocks = [text for block in texts.block_instructions.values() for text in block]
        for text in [*texts.instructions, *of_blocks, *texts.prompts.values(), *texts.stimuli.values()]:
            found.append(
                {"id": f"{slug}.{text.id}", "text": text.text, "locale": locale, "path": audio_path(locale, slug, text)}
            )
    return found


if __name__ == "__main__":
    json.dump(spoken_texts(), sys.stdout, indent=1, ensure_ascii=False)
