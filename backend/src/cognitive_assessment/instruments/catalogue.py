"""All instruments and batteries as data: read once, checked whole, and made into session plans."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cognitive_assessment.config import settings
from cognitive_assessment.errors import InvalidDefinition, InvalidInput, NotFound
from cognitive_assessment.instruments import generate, plan
from cognitive_assessment.instruments.folders import PACKAGED, expanded, read_folders
from cognitive_assessment.instruments.kinds import Given
from cognitive_assessment.instruments.schema import Battery, Definition, NoticeTexts

FOLDER = PACKAGED


class Catalogue:
    """Every instrument with its texts, and every battery, of our own folder and of those that were added."""

    def __init__(self, *folders: Path) -> None:
        found = read_folders(folders)
        if found.faults:
            raise InvalidDefinition(
                "\n     ".join(str(fault) for fault in found.faults),
                remedy="`cas instrument check FOLDER` tells the same of one folder, without starting anything.",
            )
        self.instruments = found.instruments
        self.texts = found.texts
        self.folders = found.folders
        self.batteries = {
            slug: battery.model_copy(update={"instruments": expanded(found, slug)})
            for slug, battery in found.batteries.items()
        }

    def require_battery(self, slug: str, locale: str) -> Battery:
        """The battery, if all of it can be given in this language; raises `InvalidInput`."""
        battery = self.batteries.get(slug)
        if battery is None:
            known = ", ".join(sorted(self.batteries))
            raise InvalidInput(f"There is no battery {slug}; there are: {known}.", field="battery")
        if locale not in battery.titles or any((i, locale) not in self.texts for i in battery.instruments):
            raise InvalidInput(f"The battery {slug} is not there in the language {locale}.", field="locale")
        return battery

    def describe_battery(self, slug: str, locale: str) -> dict[str, Any]:
        """Title and length, for an invitation."""
        battery = self.require_battery(slug, locale)
        return {"title": battery.titles[locale], "minutes": battery.minutes}

    def measure_titles(self, slug: str, locale: str) -> Mapping[str, str]:
        """The words for an instrument's measures; none where the instrument is not there any more."""
        texts = self.texts.get((slug, locale))
        return {} if texts is None else texts.measures

    def notice_words(self, slug: str, locale: str, notice: str) -> NoticeTexts | None:
        """What staff read of a flag; None where the instrument is not there any more."""
        texts = self.texts.get((slug, locale))
        return None if texts is None or texts.form is None else texts.form.notices.get(notice)

    def make_plan(
        self,
        battery_slug: str,
        locale: str,
        seed: int,
        *,
        earlier_plans: Sequence[Mapping[str, Any]] = (),
        place: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Every question of a session; the same seed, earlier plans and place give the same plan.

        The form given is one that no plan of `earlier_plans` had, while one is left, else the one given least often.
        """
        battery = self.require_battery(battery_slug, locale)
        parts = []
        for slug in battery.instruments:
            definition = self.instruments[slug]
            given = Given(
                definition,
                self.texts[slug, locale],
                locale,
                seed=generate.seed_for(seed, slug),
                form=_next_form(definition, earlier_plans),
                place=place or {},
            )
            parts.append({**plan.part(given), "break_after": slug in battery.break_after})
        return {"battery": battery.slug, "version": battery.version, "seed": seed, "parts": parts}

    def locales(self) -> list[str]:
        """Every language that something is there in."""
        return sorted({locale for _, locale in self.texts})

    def public_view(self, slug: str | None, locale: str) -> dict[str, Any]:
        """The instruments of one language, for anybody; raises `NotFound`, or `InvalidInput` for a locale."""
        if locale not in {known for _, known in self.texts}:
            raise InvalidInput(f"There is nothing in the language {locale}.", field="locale")
        chosen = self._chosen(slug, locale)
        return {
            "locale": locale,
            "instruments": [self._view(name, locale) for name in chosen],
            "batteries": self._batteries(locale),
        }

    def _chosen(self, slug: str | None, locale: str) -> list[str]:
        """One instrument, those of a battery such as `mood`, or all."""
        if slug is None:
            return sorted(s for s, known in self.texts if known == locale)
        if slug in self.batteries and slug not in self.instruments:
            return list(self.require_battery(slug, locale).instruments)
        if (slug, locale) not in self.texts:
            raise NotFound(f"There is no instrument {slug} in the language {locale}.")
        return [slug]

    def _batteries(self, locale: str) -> list[dict[str, Any]]:
        """The batteries that can be given whole in a language, the shortest first."""
        whole = [
            battery
            for battery in self.batteries.values()
            if locale in battery.titles and all((slug, locale) in self.texts for slug in battery.instruments)
        ]
        return [
            {"slug": b.slug, "title": b.titles[locale], "minutes": b.minutes, "instruments": b.instruments}
            for b in sorted(whole, key=lambda battery: (battery.minutes, battery.slug))
        ]

    def _view(self, slug: str, locale: str) -> dict[str, Any]:
        definition, texts = self.instruments[slug], self.texts[slug, locale]
        return {
            **definition.model_dump(include={"slug", "version", "rule", "minutes", "forms", "sources", "parameters"}),
            "licence": definition.licence.model_dump(),
            "title": texts.title,
            "summary": texts.summary,
            "instructions": [text.model_dump() for text in texts.instructions],
            "items": [
                {
                    "id": item.id,
                    "form": item.form,
                    "title": texts.item_titles.get(item.id),
                    "prompt": texts.prompts[item.id].text if item.id in texts.prompts else None,
                    "licence": (item.licence or definition.licence).model_dump(),
                }
                for item in definition.items
            ],
            "blocks": [block.model_dump() for block in definition.blocks],
            "measures": [{**m.model_dump(), "title": texts.measures[m.name]} for m in definition.measures],
        }


def _next_form(definition: Definition, earlier_plans: Sequence[Mapping[str, Any]]) -> str | None:
    if not definition.forms:
        return None
    given = Counter(
        part["form"] for earlier in earlier_plans for part in earlier["parts"] if part["instrument"] == definition.slug
    )
    return min(definition.forms, key=lambda form: (given[form], definition.forms.index(form)))


@functools.cache
def catalogue() -> Catalogue:
    """The instruments that come with the system, and those of `CAS_INSTRUMENTS_DIR`."""
    added = settings().instruments_dir
    return Catalogue(FOLDER) if added is None else Catalogue(FOLDER, added)
