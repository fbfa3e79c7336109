"""All instruments and batteries as data: read once, checked whole, and made into session plans."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cognitive_assessment.errors import InvalidDefinition, InvalidInput, NotFound
from cognitive_assessment.instruments import generate, plan
from cognitive_assessment.instruments.kinds import Given
from cognitive_assessment.instruments.schema import Battery, Definition, Texts, read

FOLDER = Path(__file__).parent


class Catalogue:
    """Every instrument with its texts, and every battery."""

    def __init__(self, folder: Path) -> None:
        self.instruments: dict[str, Definition] = {}
        self.texts: dict[tuple[str, str], Texts] = {}
        for path in sorted(folder.glob("*/definition.yaml")):
            self._add(path)
        batteries = [read(path, Battery) for path in sorted((folder / "batteries").glob("*.yaml"))]
        self.batteries = {battery.slug: battery for battery in batteries}
        for battery in batteries:
            for slug in battery.instruments:
                if slug not in self.instruments:
                    raise InvalidDefinition(f"The battery {battery.slug} names {slug}, which is no instrument.")
            if strange := set(battery.break_after) - set(battery.instruments):
                raise InvalidDefinition(
                    f"The battery {battery.slug} has a break after {min(strange)}, not given in it."
                )

    def _add(self, path: Path) -> None:
        definition = read(path, Definition)
        if definition.slug != path.parent.name:
            raise InvalidDefinition(f"{path}: the slug {definition.slug} is not the folder's name.")
        ids = Counter(item.id for item in definition.items)
        if twice := [item_id for item_id, count in ids.items() if count > 1]:
            raise InvalidDefinition(f"{path}: two items are called {', '.join(twice)}.")
        for locale in definition.locales:
            texts_path = path.parent / f"{locale}.yaml"
            texts = read(texts_path, Texts)
            _require_all_texts(texts_path, definition, texts)
            self.texts[definition.slug, locale] = texts
        self.instruments[definition.slug] = definition

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
        """The words for an instrument's measures."""
        return self.texts[slug, locale].measures

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

    def public_view(self, slug: str | None, locale: str) -> dict[str, Any]:
        """The instruments of one language, for anybody; raises `NotFound`, or `InvalidInput` for a locale."""
        if locale not in {known for _, known in self.texts}:
            raise InvalidInput(f"There is nothing in the language {locale}.", field="locale")
        if slug is not None and (slug, locale) not in self.texts:
            raise NotFound(f"There is no instrument {slug} in the language {locale}.")
        chosen = [slug] if slug is not None else sorted(s for s, known in self.texts if known == locale)
        return {
            "locale": locale,
            "instruments": [self._view(name, locale) for name in chosen],
            "batteries": self._batteries(locale),
        }

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
                    "title": texts.item_titles[item.id],
                    "prompt": texts.prompts[item.id].text if item.id in texts.prompts else None,
                    "licence": (item.licence or definition.licence).model_dump(),
                }
                for item in definition.items
            ],
            "blocks": [block.model_dump() for block in definition.blocks],
            "measures": [{**m.model_dump(), "title": texts.measures[m.name]} for m in definition.measures],
        }


def _require_all_texts(path: Path, definition: Definition, texts: Texts) -> None:
    missing = [f"measures.{m.name}" for m in definition.measures if m.name not in texts.measures]
    missing += [f"item_titles.{item.id}" for item in definition.items if item.id not in texts.item_titles]
    missing += [f"block_instructions.{b.name}" for b in definition.blocks if b.name not in texts.block_instructions]
    if definition.kind == "spoken_questions":
        said = texts.prompts | texts.stimuli
        missing += [f"prompts.{item.id}" for item in definition.items if item.id not in said]
    if definition.kind == "word_list":
        missing += [f"word_lists.{form}" for form in definition.forms if form not in texts.word_lists]
    if missing:
        raise InvalidDefinition(f"{path}: texts are missing: {', '.join(missing)}.")


def _next_form(definition: Definition, earlier_plans: Sequence[Mapping[str, Any]]) -> str | None:
    if not definition.forms:
        return None
    given = Counter(
        part["form"] for earlier in earlier_plans for part in earlier["parts"] if part["instrument"] == definition.slug
    )
    return min(definition.forms, key=lambda form: (given[form], definition.forms.index(form)))


@functools.cache
def catalogue() -> Catalogue:
    """The instruments that come with the system."""
    return Catalogue(FOLDER)
