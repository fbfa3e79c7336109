"""Rule `clock_drawing@1`: outline, numbers and hands of a drawn clock, each point with the strokes it rests on.

What the machine is not sure of earns nothing: it sends the drawing to a reviewer, and widens the interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.clock_drawing.digit_reader import digit_reader
from cognitive_assessment.instruments.clock_drawing.points_v1 import (
    Point,
    Seen,
    contour_points,
    hand_points,
    number_points,
)
from cognitive_assessment.records.answers import QuestionContext, TouchResponse
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion, result_of_one_question
from cognitive_assessment.scoring.drawing_clock import (
    HOURS,
    POSSIBLE,
    find_parts,
    place_of,
    read_hands,
    sure_numbers,
)
from cognitive_assessment.scoring.drawing_digits import Number
from cognitive_assessment.scoring.drawing_strokes import Stroke, read_strokes, turn

RULE = "clock_drawing@1"
UNITS = {
    "points": "points",
    "contour": "points",
    "numbers": "points",
    "hands": "points",
    "numbers_present": "numbers",
    "numbers_placed": "numbers",
    "hour_hand_off": "deg",
    "minute_hand_off": "deg",
    "latency": "s",
    "total_time": "s",
    "drawing_time": "s",
    "thinking_time": "s",
    "strokes": "strokes",
}


def score_question(context: QuestionContext, answer: TouchResponse) -> Score:
    """Score one drawing; `not_scorable` if it is empty, was broken off or is no drawing."""
    parameters = context.parameters or {}
    if not {"hour", "minute"} <= set(parameters):
        raise InvalidInput("The time that this clock should show is not known.", field="parameters")
    try:
        strokes = read_strokes(answer.trials)
        times = _times(answer.trials, answer.summary)
    except (KeyError, TypeError, ValueError, IndexError):
        return _not_scorable(context, "The strokes of this drawing are not complete.")
    if not answer.summary.get("completed"):
        return _not_scorable(context, "The drawing was broken off.")
    if not strokes:
        return _not_scorable(context, "Nothing was drawn.")
    return _Drawing(context, strokes).score(times, answer.summary)


def _not_scorable(context: QuestionContext, reason: str) -> Score:
    return Score("not_scorable", context.instrument, context.item_id, RULE, reason=reason)


def _times(trials: Sequence[Mapping[str, Any]], summary: Mapping[str, Any]) -> dict[str, float]:
    """Latency, and the time with the pen down and between strokes; strokes that were taken back took time as well."""
    spans = [(float(trial["points"][0][2]), float(trial["points"][-1][2])) for trial in trials]
    between = sum(max(0.0, after[0] - before[1]) for before, after in pairwise(spans))
    found_ms = {"total_time": float(summary["duration_ms"])}
    if spans:
        drawing = sum(end - begin for begin, end in spans)
        found_ms |= {"latency": spans[0][0], "drawing_time": drawing, "thinking_time": between}
    return {name: round(value / 1000, 2) for name, value in found_ms.items()} | {"strokes": float(len(spans))}


class _Drawing:
    """One drawing on the way from its parts to its points."""

    def __init__(self, context: QuestionContext, strokes: Sequence[Stroke]) -> None:
        parameters = context.parameters or {}
        self.context = context
        self.strokes = {stroke.number: stroke for stroke in strokes}
        self.parts = find_parts(strokes, digit_reader())
        self.sure = sure_numbers(self.parts)
        self.unsure = [number for number in self.parts.numbers if number not in self.sure]
        self.seen = [self._seen(number, number.value or 0) for number in self.sure]
        drawn = {one.value: one.angle_deg for one in reversed(self.seen)}
        hour, minute = int(parameters["hour"]), int(parameters["minute"])
        self.hands = read_hands(self.parts.hands, drawn, hour=hour, minute=minute)
        self.contour_points = contour_points(self.parts)
        self.hand_points = hand_points(self.parts, self.hands, f"{hour}:{minute:02d}")
        has_contour = self.parts.contour is not None
        guesses: tuple[list[Seen], ...] = ([], self._guessed(by_place=False), self._guessed(by_place=True))
        options = [number_points(self.seen + guessed, has_contour=has_contour) for guessed in guesses]
        self.number_points = min(options, key=_sum)  # what is not sure earns nothing
        self.undecided = max(map(_sum, options)) - _sum(self.number_points)

    def score(self, times: Mapping[str, float], summary: Mapping[str, Any]) -> Score:
        """Points, times and evidence of the whole."""
        points = _sum(self.contour_points) + _sum(self.number_points) + _sum(self.hand_points)
        chance = sum(number.probability for number in self.unsure) / max(len(self.unsure), 1)
        problems = self._problems(summary)
        return Score(
            "needs_review" if problems else "scored",
            self.context.instrument,
            self.context.item_id,
            RULE,
            values={**self._values(points), **times},
            evidence=tuple(self._evidence()),
            reason=" ".join(problems) or None,
            expected=round(points + chance * self.undecided, 2),
            interval_90=(float(points), float(points + self.undecided)),
        )

    def _seen(self, number: Number, value: int) -> Seen:
        return Seen(value, self.parts.angle_of(number), self.parts.is_inside(number))

    def _guessed(self, *, by_place: bool) -> list[Seen]:
        """What the doubtful numbers would be: as they read, or what is missing at their place if that is possible."""
        missing = set(range(1, HOURS + 1)) - {one.value for one in self.seen}
        found = []
        for number in self.unsure:
            angle = self.parts.angle_of(number)
            belongs = min(missing, key=lambda hour: abs(turn(place_of(hour), angle)), default=0)
            is_possible = number.value is None or (by_place and number.chance_of(belongs) >= POSSIBLE)
            value = belongs if is_possible else number.value or 0
            missing.discard(value)
            found.append(self._seen(number, value))
        return found

    def _values(self, points: int) -> dict[str, float]:
        there = {one.value: one for one in reversed(self.seen) if 1 <= one.value <= HOURS}
        values = {
            "points": points,
            "contour": _sum(self.contour_points),
            "numbers": _sum(self.number_points),
            "hands": _sum(self.hand_points),
            "numbers_present": len(there),
        }
        if self.parts.contour is not None:
            values["numbers_placed"] = sum(one.is_placed for one in there.values())
        off = {"hour_hand_off": self.hands.hour_off_deg, "minute_hand_off": self.hands.minute_off_deg}
        return {name: float(value) for name, value in values.items()} | {
            name: round(value, 1) for name, value in off.items() if value is not None
        }

    def _problems(self, summary: Mapping[str, Any]) -> list[str]:
        """Why a person has to look: doubt of the machine, never of the drawing itself."""
        problems = []
        if self.unsure:
            signs = "1 sign" if len(self.unsure) == 1 else f"{len(self.unsure)} signs"
            problems.append(f"{signs} could not be read with certainty and earned nothing.")
        if self.parts.contour is None:
            problems.append("No outline was recognised.")
        if len(self.parts.hands) != 2:
            problems.append(f"{len(self.parts.hands)} hands were recognised, not 2.")
        if summary.get("is_full"):
            problems.append("The square was full before the drawing was finished.")
        if summary.get("interruption_count"):
            problems.append(f"The page was left {summary['interruption_count']} times.")
        return problems

    def _evidence(self) -> Iterator[Evidence]:
        contour = self.parts.contour
        yield from self._given(self.contour_points, () if contour is None else contour.strokes)
        for number in self.parts.numbers:
            text = "?" if number.value is None else str(number.value)
            sure = "" if number in self.sure else f" ({number.probability:.0%})"
            yield self._row(text + sure, self._label(number), 0, [stroke.number for stroke in number.strokes])
        yield from self._given(self.number_points, ())
        for hand in self.parts.hands:
            name = {id(self.hands.hour): "hour_hand", id(self.hands.minute): "minute_hand"}.get(id(hand), "more_hands")
            yield self._row(f"at {hand.angle_deg:.0f} degrees", name, 0, hand.strokes)
        yield from self._given(self.hand_points, [number for hand in self.parts.hands for number in hand.strokes])
        if self.parts.other:
            yield self._row("specks", "ignored", 0, [stroke.number for stroke in self.parts.other])

    def _label(self, number: Number) -> str:
        """What one number was taken for."""
        if number not in self.sure:
            return "unsure"
        one = self.seen[self.sure.index(number)]
        if not 1 <= one.value <= HOURS:
            return "not_of_a_clock"
        if any(before.value == one.value for before in self.seen[: self.sure.index(number)]):
            return "again"
        if self.parts.contour is None:
            return "number"
        if not one.is_inside:
            return "outside"
        return "at_its_place" if one.is_placed else "not_at_its_place"

    def _given(self, points: Sequence[Point], strokes: Sequence[int]) -> Iterator[Evidence]:
        for point in points:
            label = "right" if point.points == point.most else "partly" if point.points else "wrong"
            yield self._row(f"{point.looked_for}: {point.found}", label, point.points, strokes)

    def _row(self, text: str, label: str, points: int, strokes: Sequence[int]) -> Evidence:
        drawn = [self.strokes[number] for number in sorted(set(strokes))]
        return Evidence(
            text,
            label,
            float(points),
            RULE,
            round(min(stroke.onset_s for stroke in drawn), 3) if drawn else None,
            round(max(stroke.offset_s for stroke in drawn), 3) if drawn else None,
            tuple(stroke.number for stroke in drawn) or None,
        )


def _sum(points: Sequence[Point]) -> int:
    return sum(point.points for point in points)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Take the drawing's values as the measures; one that this drawing has no value for is left out."""
    return result_of_one_question(answered, part, rule=RULE, units=UNITS, main="points", optional=UNITS)
