"""`cas score`: apply an instrument's rule to a written transcript, without a server."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from cognitive_assessment.errors import InvalidInput, NotFound
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.kinds import KINDS
from cognitive_assessment.instruments.schema import Definition
from cognitive_assessment.instruments.scoring import score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score

LOCALE = "en"
TEXT_LENGTH_MAX = 200_000
OWN_TIME_ITEMS = frozenset({"year", "season", "month", "day_of_month", "weekday", "part_of_day"})
EARLIEST_YEAR, LATEST_YEAR = 1900, 2999


@click.command(name="score")
@click.argument("slug")
@click.option("--item", help="The item, such as `weekday` or `animals`.")
@click.option("--at", "at_text", metavar="TIME", help="The session's local time, such as 2026-11-23T15:20.")
@click.option("--expect", metavar="VALUE", help="The right answer where it was generated, such as 582.")
@click.option("--text", help="What was said.")
@click.option("--file", "path", type=click.Path(path_type=Path), help="A file that holds what was said (UTF-8).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    slug: str,
    item: str | None,
    at_text: str | None,
    expect: str | None,
    text: str | None,
    path: Path | None,
    as_json: bool,
) -> None:
    """Apply the rule of the instrument SLUG to what was said."""
    if (text is None) == (path is None):
        raise click.UsageError("Give either --text or --file.")
    definition = catalogue().instruments.get(slug)
    if definition is None:
        known = ", ".join(sorted(catalogue().instruments))
        raise NotFound(f"There is no instrument {slug}.", remedy=f"There are: {known}.")
    if not KINDS[definition.kind].is_spoken:
        raise InvalidInput(f"{slug} is answered by touch; there is no transcript to score.", field="slug")
    said = _read(path) if path is not None else text or ""
    if len(said) > TEXT_LENGTH_MAX:
        raise InvalidInput(f"The text is too long: {len(said)} characters, at most {TEXT_LENGTH_MAX}.", field="text")
    context = _context(definition, item, at_text, expect)
    score = score_question(slug, context, SpokenAnswer(text=said))
    click.echo(json.dumps(_document(score), ensure_ascii=False) if as_json else _lines(score))


def _read(path: Path) -> str:
    """The text of a file; raises `InvalidInput` if it cannot be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not a UTF-8 text file.", field="file") from error
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}.", field="file") from error


def _context(definition: Definition, item: str | None, at_text: str | None, expect: str | None) -> QuestionContext:
    if definition.kind == "digit_span":
        blocks = [block.name for block in definition.blocks]
        if item is not None and item.split("_")[0] not in blocks:
            raise NotFound(f"{definition.slug} has no item {item}.", remedy=f"One of: {', '.join(blocks)}; or none.")
        return QuestionContext(definition.slug, item or "trial", LOCALE, _time(at_text), _digits(expect))
    known = {one.id: one for one in definition.items}
    if item is None:
        raise InvalidInput("--item is missing.", field="item", remedy=f"One of: {', '.join(known)}.")
    if item not in known:
        raise NotFound(f"{definition.slug} has no item {item}.", remedy=f"One of: {', '.join(known)}.")
    now = _time(at_text)
    if definition.slug == "orientation" and item in OWN_TIME_ITEMS and now is None:
        raise InvalidInput(
            "--at is missing: the right answer follows from the session's local time.",
            field="at",
            remedy="For instance --at 2026-11-23T15:20.",
        )
    if item == "part_of_day" and ":" not in (at_text or ""):
        raise InvalidInput("--at has no time of day.", field="at", remedy="For instance --at 2026-11-23T15:20.")
    if known[item].needs_place and not (expect or "").strip():
        raise InvalidInput(f"--expect is missing: the right {item} of the session.", field="expect")
    return QuestionContext(definition.slug, item, LOCALE, now, expect, known[item].parameters)


def _time(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    remedy = "For instance --at 2026-11-23T15:20."
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(f"--at is no time: {text!r}.", field="at", remedy=remedy) from error
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise InvalidInput(f"--at is out of range: the year {moment.year}.", field="at", remedy=remedy)
    return moment


def _digits(expect: str | None) -> str:
    """The right digits; spaces and commas between them are allowed."""
    if expect is None or not expect.strip():
        raise InvalidInput("--expect is missing: the right digits, such as --expect 582.", field="expect")
    digits = expect.replace(" ", "").replace(",", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidInput(f"--expect has to be digits, not {expect!r}.", field="expect")
    return digits


def _document(score: Score) -> dict[str, Any]:
    evidence = [{name: getattr(one, name) for name in ("text", "label", "points", "rule")} for one in score.evidence]
    return {
        "instrument": score.instrument,
        "item": score.item_id,
        "rule": score.rule,
        "scores": {name: _number(value) for name, value in score.values.items()},
        "evidence": [{**one, "points": _number(one["points"])} for one in evidence],
        "needs_review": score.status == "needs_review",
        "status": score.status,
        "answer": score.answer,
        "reason": score.reason,
    }


def _number(value: float) -> float:
    """Whole numbers without a decimal point."""
    return int(value) if float(value).is_integer() else value


def _lines(score: Score) -> str:
    lines = [f"{score.rule}  {score.item_id}  {score.status.replace('_', ' ')}"]
    lines += [f"  {name}: {_number(value):g}" for name, value in score.values.items()]
    lines += [f"  {one.label:<10} {_number(one.points):>3g}  {one.text}" for one in score.evidence]
    if score.reason:
        lines.append(f"  {score.reason}")
    return "\n".join(lines)
