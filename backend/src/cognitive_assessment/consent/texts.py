"""Texts of consent: the standard ones are locale files beside this module, an organisation may have its own."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

_FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What is shown, word by word; `version` changes whenever the words do."""

    version: str
    locale: str
    title: str
    paragraphs: tuple[str, ...]
    agreement: str

    @property
    def sha256(self) -> str:
        """The hash of every word and of the version, in hex."""
        document = json.dumps(self.document(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(document.encode()).hexdigest()

    def document(self) -> dict[str, Any]:
        """The text as it is sent and kept."""
        return {
            "version": self.version,
            "locale": self.locale,
            "title": self.title,
            "paragraphs": list(self.paragraphs),
            "agreement": self.agreement,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> ConsentText:
        """The text of such a document; other members are left alone."""
        words = {name: str(document[name]) for name in ("version", "locale", "title", "agreement")}
        return cls(**words, paragraphs=tuple(document["paragraphs"]))


@functools.cache
def standard(locale: str) -> ConsentText:
    """The text that comes with the system in this language, or in English where there is none."""
    folder = resources.files("cognitive_assessment.consent")
    languages = {locale, locale.partition("-")[0]}
    chosen = next((one for one in sorted(languages, reverse=True) if (folder / f"{one}.json").is_file()), _FALLBACK)
    return ConsentText.of(json.loads((folder / f"{chosen}.json").read_text(encoding="utf-8")))
