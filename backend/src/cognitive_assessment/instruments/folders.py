"""Read folders of instruments and batteries, and find everything that is wrong with them, with file and line."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from cognitive_assessment.config import REPOSITORY_ROOT, settings
from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments import plan, rule_data
from cognitive_assessment.instruments.kinds import KINDS, Given
from cognitive_assessment.instruments.schema import Battery, Definition, SpokenText, Texts
from cognitive_assessment.instruments.yaml_file import FileFault, YamlFile

PACKAGED = Path(__file__).parent


@dataclass
class Found:
    """Everything of some folders: what could be read, and what is wrong."""

    instruments: dict[str, Definition] = field(default_factory=dict)
    texts: dict[tuple[str, str], Texts] = field(default_factory=dict)
    batteries: dict[str, Battery] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    battery_files: dict[str, Path] = field(default_factory=dict)
    faults: list[FileFault] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)  # by folder or file; whoever names one of them is not at fault


def read_folders(folders: Sequence[Path], *, beside: Found | None = None) -> Found:
    """Read every instrument, then every battery, so that a battery may name instruments of all folders.

    `beside` is what was read before of other folders, and counts as there.

    A folder is one instrument (it holds `definition.yaml`) or a collection: instruments, each in a folder of its own,
    and `batteries/`.
    """
    found = Found() if beside is None else replace(copy.deepcopy(beside), faults=[])
    for path in chain.from_iterable(_definitions_in(folder) for folder in folders):
        _add_instrument(found, path)
    files: list[tuple[YamlFile, Battery]] = []
    for path in chain.from_iterable(sorted((folder / "batteries").glob("*.yaml")) for folder in folders):
        file = YamlFile(path)
        battery = file.as_model(Battery)
        if battery is not None:
            if battery.slug in found.batteries:
                file.tell(("slug",), f"there is a battery {battery.slug} already")
            found.batteries[battery.slug] = battery
            found.battery_files[battery.slug] = path
            files.append((file, battery))
        else:
            found.unreadable.add(path.stem)
            found.faults += file.faults
    for file, battery in files:
        _check_battery(found, file, battery)
        found.faults += file.faults
    return found


def require_instruments(folder: Path) -> None:
    """Raise `InvalidInput` for a folder that holds neither an instrument nor a battery."""
    if not folder.is_dir():
        raise InvalidInput(f"{folder} is not a folder.", field="folder")
    if not _definitions_in(folder) and not any((folder / "batteries").glob("*.yaml")):
        raise InvalidInput(
            f"{folder} holds no instrument and no battery.",
            field="folder",
            remedy="An instrument is a folder with definition.yaml; batteries are YAML files in a folder batteries.",
        )


def _definitions_in(folder: Path) -> list[Path]:
    alone = folder / "definition.yaml"
    return [alone] if alone.is_file() else sorted(folder.glob("*/definition.yaml"))


def _add_instrument(found: Found, path: Path) -> None:
    file = YamlFile(path)
    definition = file.as_model(Definition)
    if definition is not None:
        _check_definition(found, file, definition)
        for position, locale in enumerate(definition.locales):
            _add_texts(found, file, definition, locale, position)
        _check_data_of_rule(found, file, definition)
        if not file.faults:
            _rehearse(found, file, definition)
        found.instruments.setdefault(definition.slug, definition)
        found.folders.setdefault(definition.slug, path.parent)
    else:
        found.unreadable.add(path.parent.name)
    found.faults += file.faults


def _check_definition(found: Found, file: YamlFile, definition: Definition) -> None:
    slug = definition.slug
    if slug != file.path.parent.name:
        file.tell(("slug",), f"the slug {slug} is not the folder's name, {file.path.parent.name}")
    if slug in found.instruments:
        file.tell(("slug",), f"there is an instrument {slug} already, in {found.folders[slug]}")
    ids = [item.id for item in definition.items]
    for position, item in enumerate(definition.items):
        if item.id in ids[:position]:
            file.tell(("items", position, "id"), f"two items are called {item.id}")
        if item.form is not None and item.form not in definition.forms:
            file.tell(("items", position, "form"), f"there is no form {item.form}")
    _check_blocks(file, definition)
    _check_rule(found, file, definition)
    _check_kind(file, definition)


def _check_kind(file: YamlFile, definition: Definition) -> None:
    kind = KINDS[definition.kind]
    if definition.practice is not None and kind.practice is None:
        file.tell(("practice",), f"an instrument of kind {definition.kind} has no practice that is judged")
    if kind.parameters is not None:
        file.part_as_model(("parameters",), definition.parameters, kind.parameters)
    if kind.item_parameters is not None:
        for position, item in enumerate(definition.items):
            file.part_as_model(("items", position, "parameters"), item.parameters, kind.item_parameters)
    for location, words in kind.faults(definition):
        file.tell(location, words)


def _check_blocks(file: YamlFile, definition: Definition) -> None:
    names = [block.name for block in definition.blocks]
    for position, name in enumerate(names):
        if name in names[:position]:
            file.tell(("blocks", position, "name"), f"two blocks are called {name}")
    for position, stop in enumerate(definition.stop_rules):
        if stop.block not in names:
            file.tell(("stop_rules", position, "block"), f"there is no block {stop.block}")


def _check_data_of_rule(found: Found, file: YamlFile, definition: Definition) -> None:
    """The items have to be such as the rule can judge; data of others have their pictures, and the rule's measures."""
    rule = rule_data.of_rule(definition)
    if rule is not None:
        for position, item in enumerate(definition.items):
            file.part_as_model(("items", position, "parameters"), item.parameters, rule.item_parameters(item))
        written = {
            at: found.texts[definition.slug, at] for at in definition.locales if (definition.slug, at) in found.texts
        }
        for location, words in rule.faults(definition, written):
            file.tell(location, words)
    if file.path.parent.parent == PACKAGED:
        return
    folders = [one for one in (settings().frontend_dir, REPOSITORY_ROOT / "frontend" / "public") if one.is_dir()]
    for position, item in enumerate(definition.items):
        if item.picture and folders and not any((one / item.picture.lstrip("/")).is_file() for one in folders):
            file.tell(("items", position, "picture"), f"there is no picture {item.picture}")
    _check_measures(found, file, definition)


def _check_measures(found: Found, file: YamlFile, definition: Definition) -> None:
    """A rule makes the measures that it makes; where they follow from the data, the kind has looked at them."""
    ours = found.instruments.get(definition.rule.partition("@")[0])
    if ours is None or ours.blocks or found.folders[ours.slug].parent != PACKAGED or ours.rule != definition.rule:
        return
    wanted = [(one.name, one.unit) for one in ours.measures]
    if sorted((one.name, one.unit) for one in definition.measures) != sorted(wanted):
        listed = ", ".join(f"{name} ({unit})" for name, unit in wanted)
        file.tell(("measures",), f"they have to be those of {definition.rule}: {listed}")


def _check_rule(found: Found, file: YamlFile, definition: Definition) -> None:
    """The rule has to be there, and for data of others be one that an instrument of this kind of ours has."""
    name, _, version = definition.rule.partition("@")
    if not (PACKAGED / name / f"scoring_v{version}.py").is_file():
        versions = sorted(path.stem.removeprefix("scoring_v") for path in (PACKAGED / name).glob("scoring_v*.py"))
        known = ", ".join(f"{name}@{one}" for one in versions) or f"none is called {name}"
        file.tell(("rule",), f"there is no rule {definition.rule}; there are: {known}")
        return
    ours = [known for slug, known in found.instruments.items() if found.folders[slug].parent == PACKAGED]
    if file.path.parent.parent == PACKAGED or not ours:
        return
    fitting = {known.rule.partition("@")[0] for known in ours if known.kind == definition.kind}
    if name not in fitting:
        words = (
            f"{definition.rule} scores no {definition.kind}; what does: {', '.join(sorted(fitting)) or 'nothing yet'}"
        )
        file.tell(("rule",), words)


def _add_texts(found: Found, file: YamlFile, definition: Definition, locale: str, position: int) -> None:
    path = file.path.parent / f"{locale}.yaml"
    if not path.is_file():
        file.tell(("locales", position), f"there is no {path.name} beside this file")
        return
    written = YamlFile(path)
    texts = written.as_model(Texts)
    if texts is not None:
        for missing in _missing_texts(definition, texts):
            written.tell(tuple(missing.split(".")), "this text is missing")
        for location in _doubled_ids(texts):
            written.tell(location, "two texts that are heard have one id, and would have one sound")
        if path.parent.parent != PACKAGED:
            _require_sounds(written, texts, path.parent / "sounds" / locale)
        found.texts[definition.slug, locale] = texts
    file.faults += written.faults


def _require_sounds(written: YamlFile, texts: Texts, folder: Path) -> None:
    """What is heard and never shown cannot be given without its sound; what is shown too can."""
    for location, sound in _only_heard(texts):
        for suffix in (".ogg", ".mp3"):
            if not (folder / f"{sound}{suffix}").is_file():
                words = f"it is only heard, and there is no sounds/{folder.name}/{sound}{suffix}"
                written.tell(location, words)


def _only_heard(texts: Texts) -> Iterator[tuple[tuple[int | str, ...], str]]:
    for name, text in texts.stimuli.items():
        yield ("stimuli", name), text.id
    for form, one in texts.word_lists.items():
        for position, word in enumerate(one.words):
            yield ("word_lists", form, "words", position), f"words/{word}"


def _missing_texts(definition: Definition, texts: Texts) -> list[str]:
    missing = [f"measures.{m.name}" for m in definition.measures if m.name not in texts.measures]
    missing += [f"block_instructions.{b.name}" for b in definition.blocks if b.name not in texts.block_instructions]
    return missing + KINDS[definition.kind].missing_texts(definition, texts)


def _doubled_ids(texts: Texts) -> list[tuple[int | str, ...]]:
    seen: dict[str, SpokenText] = {}
    doubled = []
    for location, text in heard(texts):
        if text.id in seen and seen[text.id] != text:
            doubled.append((*location, "id"))
        seen.setdefault(text.id, text)
    return doubled


def heard(texts: Texts) -> list[tuple[tuple[int | str, ...], SpokenText]]:
    """Every text that is heard, with its place in the file."""
    found: list[tuple[tuple[int | str, ...], SpokenText]] = []
    found += [(("instructions", at), text) for at, text in enumerate(texts.instructions)]
    for block, spoken in texts.block_instructions.items():
        found += [(("block_instructions", block, at), text) for at, text in enumerate(spoken)]
    found += [(("prompts", name), text) for name, text in texts.prompts.items()]
    found += [(("stimuli", name), text) for name, text in texts.stimuli.items()]
    if texts.form is not None:
        found += [(("form", "stems", name), text) for name, text in texts.form.stems.items()]
    return found


def _rehearse(found: Found, file: YamlFile, definition: Definition) -> None:
    """Lay the instrument down once for every form and language: what a kind misses shows here, not in a session."""
    for locale in definition.locales:
        for form in (*definition.forms,) or (None,):
            given = Given(definition, found.texts[definition.slug, locale], locale, seed=1, form=form, place={})
            try:
                plan.part(given)
            except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
                file.tell((), f"cannot be laid down: {type(error).__name__} {error}")
                return


def _check_battery(found: Found, file: YamlFile, battery: Battery) -> None:
    known = found.instruments.keys() | found.batteries.keys()
    for position, name in enumerate(battery.instruments):
        if name not in known | found.unreadable:
            file.tell(("instruments", position), f"{battery.slug} names {name}, which is no instrument and no battery")
    given = expanded(found, battery.slug)
    if known >= set(battery.instruments) and not given:
        file.tell(("instruments",), f"{battery.slug} leads back to itself")
    for position, name in enumerate(battery.break_after):
        if name not in given and name not in found.unreadable:
            file.tell(("break_after", position), f"{battery.slug} has a break after {name}, not given in it")


def expanded(found: Found, slug: str, above: frozenset[str] = frozenset()) -> list[str]:
    """The instruments of a battery, those of the batteries that it names in their place, each once."""
    slugs: list[str] = []
    for name in found.batteries[slug].instruments:
        if name in found.instruments:
            slugs.append(name)
        elif name in found.batteries and name != slug and name not in above:
            slugs += expanded(found, name, above | {slug})
    return list(dict.fromkeys(slugs))
