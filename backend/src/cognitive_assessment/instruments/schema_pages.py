"""Write the JSON Schema of instruments and batteries, the page that says the same for people, and what ours hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.instruments.catalogue import FOLDER as OURS
from cognitive_assessment.instruments.catalogue import Catalogue
from cognitive_assessment.instruments.kinds import KINDS
from cognitive_assessment.instruments.schema import Battery, Data, Definition, Texts

FOLDER = REPOSITORY_ROOT / "docs" / "reference"
PAGE = FOLDER / "instrument-data.md"
BATTERIES = FOLDER / "batteries.md"
FILES: dict[str, tuple[type[Data], str]] = {
    "definition": (Definition, "`<slug>/definition.yaml`"),
    "texts": (Texts, "`<slug>/<locale>.yaml`, such as `en.yaml`"),
    "battery": (Battery, "`batteries/<slug>.yaml`"),
}
# patterns in words; a new one has to be told here, so that the page stays readable
WRITTEN = {
    r"^/stimuli/[A-Za-z0-9_/.-]+\.svg$": "the address of a picture, as `/stimuli/pictures/1F418.svg`",
    r"^[a-z][a-z0-9_]*$": ": small letters, digits and `_`",
    r"^[a-z][a-z0-9_]*@[1-9][0-9]*$": " such as `form_sum@1`",
    r"\S": ", not empty",
}
HEAD = """# Instruments as data: every field

What `definition.yaml`, the texts of a language and a battery may hold; any other field is a fault.
`cas instrument check FOLDER` checks a folder by this and by what belongs together (every item has its texts, the
rule is there, a form's sums add up items with points ...). How to write one:
[add an instrument](../howto/add-an-instrument.md). The same as JSON Schema, for editors: {files}.

This page and those files are written by `.venv/bin/python -m cognitive_assessment.instruments.schema_pages`.
"""

BATTERIES_HEAD = """# Batteries

What each gives, in this order; a question that has to wait (`word_list`) lets others come meanwhile. Minutes are those
of its parts together, instructions and practice included.

This page is written by `.venv/bin/python -m cognitive_assessment.instruments.schema_pages`.

| battery | title | minutes | gives |
| --- | --- | --- | --- |
"""


def json_schema(file: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file."""
    model, _ = FILES[file]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}


def schema_name(file: str) -> str:
    """What the exported file is called."""
    return f"instrument-{file}.schema.json"


def pages() -> dict[str, str]:
    """Every generated file of the reference: name -> content."""
    made = {schema_name(file): json.dumps(json_schema(file), indent=2, ensure_ascii=False) + "\n" for file in FILES}
    return {**made, PAGE.name: page(), BATTERIES.name: batteries_page()}


def page() -> str:
    """The page for people."""
    files = ", ".join(f"[{schema_name(file)}]({schema_name(file)})" for file in FILES)
    parts = [HEAD.format(files=files)]
    described: set[str] = set()
    for file, (_, place) in FILES.items():
        schema = json_schema(file)
        parts.append(f"## {place}\n\n{_section(schema)}")
        for name, part in schema.get("$defs", {}).items():
            if name not in described:
                described.add(name)
                parts.append(f"### {name}\n\n{_section(part)}")
    parts.append("## Parameters of the kinds\n\nWhere a kind says nothing here, its rule says what it reads.\n")
    for name, kind in KINDS.items():
        for what, model in (("parameters", kind.parameters), ("items: parameters", kind.item_parameters)):
            if model is not None:
                parts.append(f"### kind `{name}`, {what}\n\n{_section(model.model_json_schema())}")
    return "\n".join(parts)


def batteries_page() -> str:
    """What every battery of ours gives, in its order."""
    ours = Catalogue(OURS).batteries.values()
    rows = "".join(
        f"| `{one.slug}` | {one.titles['en']} | {one.minutes:g} | {_given(one)} |\n"
        for one in sorted(ours, key=lambda one: (one.minutes, one.slug))
    )
    return BATTERIES_HEAD + rows


def _given(battery: Battery) -> str:
    return ", ".join(
        f"`{slug}`{' (then a break)' if slug in battery.break_after else ''}" for slug in battery.instruments
    )


def _section(schema: Mapping[str, Any]) -> str:
    rows = "".join(_rows(schema))
    said = _plain(schema.get("description", ""))
    return f"{said}\n\n| field | holds | needed |\n| --- | --- | --- |\n{rows}"


def _rows(schema: Mapping[str, Any]) -> Iterator[str]:
    needed = set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        default = field.get("default")
        instead = "" if default in (None, {}, []) else f", else `{json.dumps(default)}`"
        yield f"| `{name}` | {_kind(field)} | {'yes' if name in needed else f'no{instead}'} |\n"


def _kind(field: Mapping[str, Any]) -> str:
    """A type in words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(_kind(one) for one in field["anyOf"] if one.get("type") != "null")
    if "enum" in field or "const" in field:
        return ", ".join(f"`{one}`" for one in field.get("enum", [field.get("const")]))
    kind = field.get("type")
    if kind == "array":
        least = field.get("minItems", 0)
        return f"list of {_kind(field.get('items', {}))}{f', at least {least}' if least else ''}"
    if kind == "object":
        values = field.get("additionalProperties") or next(iter(field.get("patternProperties", {}).values()), None)
        return f"names, each with {_kind(values)}" if isinstance(values, Mapping) else "names with values"
    limits = _limits(field)
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return f"{words.get(str(kind), 'anything')}{limits}"


def _limits(field: Mapping[str, Any]) -> str:
    if "pattern" in field:
        return WRITTEN[field["pattern"]]
    names = {
        "minimum": "at least",
        "exclusiveMinimum": "more than",
        "maximum": "at most",
        "exclusiveMaximum": "less than",
    }
    found = [f"{words} {field[name]}" for name, words in names.items() if name in field]
    return f", {' and '.join(found)}" if found else ""


def _plain(description: str) -> str:
    return " ".join(description.split())


if __name__ == "__main__":
    for name, content in pages().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
