"""A questionnaire: items with one option each to choose, all in one question that is answered item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from cognitive_assessment.instruments.kinds.given import Fault, Given, Kind, PlannedQuestion, planned
from cognitive_assessment.instruments.kinds.trials import ElapsedMs, Input
from cognitive_assessment.instruments.schema import Data, Definition, Form, FormTexts, Item, Slug, Texts

ANSWERED = "answered"  # the measure of a form without sums


class FormItem(Data):
    """An item's own fields: the scale of its options, and whether it is put only after an answer with points."""

    scale: Slug
    only_after_points: bool = False


class FormTrial(Data):
    """One item, the option that stood in the end (none where it was left out), and how it came to that.

    Times in ms: `onset_ms` from the start of the form, `reaction_time_ms` from the item's first showing to the first
    choice, `time_ms` spent on it in all. `change_count` counts the changes of mind.
    """

    position: Annotated[int, Field(strict=True, ge=0, le=1000)]
    item: Slug
    option: Slug | None
    onset_ms: ElapsedMs
    reaction_time_ms: ElapsedMs | None
    time_ms: ElapsedMs
    change_count: Annotated[int, Field(strict=True, ge=0, le=10_000)]
    input: Input | None

    @field_validator("item")
    @classmethod
    def _is_planned(cls, item: str, info: ValidationInfo) -> str:
        if info.context is not None and item not in {one["id"] for one in info.context["items"]}:
            raise ValueError("this form has no such item")
        return item

    @field_validator("option")
    @classmethod
    def _is_of_its_scale(cls, option: str | None, info: ValidationInfo) -> str | None:
        if info.context is None or option is None or "item" not in info.data:
            return option
        scale = next(one["scale"] for one in info.context["items"] if one["id"] == info.data["item"])
        if option not in {one["id"] for one in info.context["scales"][scale]["options"]}:
            raise ValueError("this item has no such option")
        return option

    @model_validator(mode="after")
    def _has_a_time_if_it_has_an_option(self) -> FormTrial:
        if (self.option is not None) and (self.reaction_time_ms is None or self.input is None):
            raise ValueError("a chosen option has a time and an input")
        return self


def _questions(given: Given) -> list[PlannedQuestion]:
    form, texts = _form_of(given.definition), given.texts
    return [
        planned(
            "form",
            kind="form",
            title=texts.title,
            asked=texts.summary,
            parameters={
                "items": [_item(item, given) for item in given.definition.items],
                "scales": {name: _scale(name, given) for name in form.scales},
                "sums": _sums(given.definition, texts),
                "notices": _notices(form, texts),
            },
        )
    ]


def _item(item: Item, given: Given) -> dict[str, Any]:
    own = FormItem.model_validate(item.parameters)
    said = given.spoken(given.texts.prompts[item.id])
    return {"id": item.id, "text": said["text"], "audio": said["audio"], **own.model_dump()}


def _scale(name: str, given: Given) -> dict[str, Any]:
    form, texts = _form_of(given.definition), _texts_of(given.texts)
    stem = texts.stems.get(name)
    words = texts.options[name]
    return {
        "stem": None if stem is None else given.spoken(stem),
        "options": [{**option.model_dump(), "text": words[option.id]} for option in form.scales[name]],
    }


def _sums(definition: Definition, texts: Texts) -> list[dict[str, Any]]:
    form, words = _form_of(definition), _texts_of(texts)
    return [
        {
            **one.model_dump(),
            "title": texts.measures[one.measure],
            "items": one.items or scored_items(definition),
            "bands": [{**band.model_dump(), "text": words.bands[band.id]} for band in one.bands],
        }
        for one in form.sums
    ]


def _notices(form: Form, texts: Texts) -> list[dict[str, Any]]:
    words = _texts_of(texts).notices
    return [{**one.model_dump(), **words[one.id].model_dump()} for one in form.notices]


def scored_items(definition: Definition) -> list[str]:
    """The items whose options have points."""
    scales = _form_of(definition).scales
    return [
        item.id
        for item in definition.items
        if any(option.points is not None for option in scales.get(item.parameters.get("scale", ""), ()))
    ]


def _form_of(definition: Definition) -> Form:
    if definition.form is None:
        raise ValueError(f"{definition.slug} has no form")  # the check of the definition has refused this
    return definition.form


def _texts_of(texts: Texts) -> FormTexts:
    if texts.form is None:
        raise ValueError("these texts have no form")  # the check of the texts has refused this
    return texts.form


def _faults(definition: Definition) -> Iterator[Fault]:
    if definition.form is None:
        yield ("form",), "an instrument of kind form needs it"
        return
    form = definition.form
    if not definition.items:
        yield ("items",), "a form has at least one item"
    measures = [one.name for one in definition.measures]
    counted = [one.measure for one in form.sums] or [ANSWERED]
    if measures != counted:
        yield ("measures",), f"they have to be those of the sums, in their order: {', '.join(counted)}"
    for position, item in enumerate(definition.items):
        scale = item.parameters.get("scale")
        if isinstance(scale, str) and scale not in form.scales:
            yield ("items", position, "parameters", "scale"), f"there is no scale {scale}"
    yield from _scale_faults(form)
    yield from _sum_faults(form, definition)
    yield from _notice_faults(form, definition)


def _scale_faults(form: Form) -> Iterator[Fault]:
    for name, options in form.scales.items():
        ids = [option.id for option in options]
        if len(set(ids)) < len(ids):
            yield ("form", "scales", name), "two options have one id"
        if len({option.points is None for option in options}) > 1:
            yield ("form", "scales", name), "either every option has points, or none"


def _sum_faults(form: Form, definition: Definition) -> Iterator[Fault]:
    scored = set(scored_items(definition))
    for position, one in enumerate(form.sums):
        place = ("form", "sums", position)
        if strange := [item for item in one.items if item not in scored]:
            yield (*place, "items"), f"{', '.join(strange)} is no item whose options have points"
        if not (one.items or scored):
            yield place, "no item has points"
        lowest = [band.lowest for band in one.bands]
        if lowest and (lowest[0] != 0 or lowest != sorted(set(lowest))):
            yield (*place, "bands"), "bands begin at 0 and rise"
        if one.most_missing and one.most_missing >= len(one.items or scored):
            yield (*place, "most_missing"), "at least one item has to be answered"


def _notice_faults(form: Form, definition: Definition) -> Iterator[Fault]:
    scale_of = {item.id: item.parameters.get("scale") for item in definition.items}
    for position, notice in enumerate(form.notices):
        place = ("form", "notices", position)
        if notice.item not in scale_of:
            yield (*place, "item"), f"there is no item {notice.item}"
            continue
        known = {option.id for option in form.scales.get(str(scale_of[notice.item]), ())}
        if strange := [option for option in notice.options if option not in known]:
            yield (*place, "options"), f"{notice.item} has no option {', '.join(strange)}"


def _missing_texts(definition: Definition, texts: Texts) -> list[str]:
    if definition.form is None:
        return []
    missing = [f"prompts.{item.id}" for item in definition.items if item.id not in texts.prompts]
    if texts.form is None:
        return [*missing, "form"]
    form, words = definition.form, texts.form
    wanted: dict[str, tuple[set[str], Mapping[str, Any]]] = {
        "bands": ({band.id for one in form.sums for band in one.bands}, words.bands),
        "notices": ({notice.id for notice in form.notices}, words.notices),
    }
    for name, options in form.scales.items():
        wanted[f"options.{name}"] = ({option.id for option in options}, words.options.get(name, {}))
    for place, (ids, there) in wanted.items():
        missing += [f"form.{place}.{one}" for one in sorted(ids - set(there))]
    return missing


KIND = Kind(
    _questions,
    trials={"form": FormTrial},
    item_parameters=FormItem,
    faults=_faults,
    missing_texts=_missing_texts,
)
