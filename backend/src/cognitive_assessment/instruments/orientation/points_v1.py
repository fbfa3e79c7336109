"""One point for each right answer, for every version of the rule; what is right follows from the local time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.orientation import places_v1
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion, newest_attempts, result_of, sum_of
from cognitive_assessment.scoring.spoken_point import Judgement, spoken_point
from cognitive_assessment.speech.spoken_dates import (
    read_day_of_month,
    read_month,
    read_part_of_day,
    read_season,
    read_weekday,
    read_year,
)
from cognitive_assessment.speech.spoken_mentions import Reading

PLACES = ("town", "region", "country", "building")
MONTH_NAMES = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SOUTHERN = {"spring": "autumn", "summer": "winter", "autumn": "spring", "winter": "summer"}
Accepted = Sequence[str | int]
Reader = Callable[[str], Reading]
Reread = Callable[[Reader, str, Accepted], Reading]


def _read_once(read: Reader, text: str, _: Accepted) -> Reading:
    return read(text)


def score_question(context: QuestionContext, answer: SpokenAnswer, *, rule: str, reread: Reread = _read_once) -> Score:
    """Score one question; raises `InvalidInput` if the item is unknown or the session's time or place is not given."""
    if context.item_id in PLACES:
        judgement = places_v1.judge(context, answer)
        return spoken_point(context, answer, judgement, rule=rule)
    if context.item_id not in ITEMS:
        raise InvalidInput(f"There is no item {context.item_id} in orientation.", field="item_id")
    if context.presented_at is None:
        raise InvalidInput("The session's local time is not known.", field="presented_at")
    read, accepted_at, name = ITEMS[context.item_id]
    accepted = accepted_at(context.presented_at, context.parameters or {})
    reading = reread(read, answer.text, accepted)
    others = {reread(read, text, accepted).value for text in answer.alternatives} - {None, reading.value}
    judgement = Judgement(
        answer=None if reading.value is None else name(reading.value),
        is_right=reading.value in accepted,
        spans=() if reading.value is None else ((reading.first, reading.last),),
        is_doubtful=reading.is_doubtful,
        expected=" or ".join(name(value) for value in accepted),
    )
    differing = sorted(value in accepted for value in others)
    return spoken_point(context, answer, judgement, rule=rule, alternatives_right=differing)


def _seasons(now: dt.datetime, parameters: Mapping[str, Any]) -> Accepted:
    """The seasons whose accepted range holds the day; the ranges overlap near each change."""
    today = now.strftime("%m-%d")
    found = [
        season for season, (first, last) in parameters["accepted"].items() if _is_within(today, str(first), str(last))
    ]
    zone = getattr(now.tzinfo, "key", "")
    is_south = any(str(zone).startswith(prefix) for prefix in parameters["southern_time_zones"])
    return [SOUTHERN[season] for season in found] if is_south else found


def _parts_of_day(now: dt.datetime, parameters: Mapping[str, Any]) -> Accepted:
    """The parts of the day whose accepted range holds the time; the ranges overlap."""
    time = now.strftime("%H:%M")
    return [part for part, (first, last) in parameters["accepted"].items() if _is_within(time, first, last)]


def _is_within(value: str, first: str, last: str) -> bool:
    """Compare places on a circle, such as times of the day; both ends belong to the range."""
    return first <= value <= last if first <= last else value >= first or value <= last


def _plainly(value: str | int) -> str:
    return str(value)


def _month_name(value: str | int) -> str:
    return MONTH_NAMES[int(value) - 1]


ITEMS: dict[
    str,
    tuple[Reader, Callable[[dt.datetime, Mapping[str, Any]], Accepted], Callable[[str | int], str]],
] = {
    "year": (read_year, lambda now, _: [now.year], _plainly),
    "season": (read_season, _seasons, _plainly),
    "month": (read_month, lambda now, _: [now.month], _month_name),
    "day_of_month": (read_day_of_month, lambda now, _: [now.day], _plainly),
    "weekday": (read_weekday, lambda now, _: [WEEKDAY_NAMES[now.weekday()]], lambda value: str(value).capitalize()),
    "part_of_day": (read_part_of_day, _parts_of_day, _plainly),
}


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any], *, rule: str) -> InstrumentResult:
    """Add up the points for time, and those for place if the session had a place."""
    newest = newest_attempts(answered)
    planned = [question for question in part["questions"] if not question["is_practice"]]
    of_place = [question for question in planned if question["item_id"] in PLACES]
    of_time = [question for question in planned if question["item_id"] not in PLACES]
    measures = [sum_of("points", of_time, newest, name="time_points", unit="points")]
    if of_place:
        measures.append(sum_of("points", of_place, newest, name="place_points", unit="points"))
    return result_of(part["instrument"], rule, measures)
