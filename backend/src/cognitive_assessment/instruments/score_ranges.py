"""What a value of a score can be at all, so that a slip of the hand is told when a person scores an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cognitive_assessment.errors import InvalidInput

_SIGNED = {"d_prime": 10.0, "criterion": 10.0}  # standard deviations on both sides of nothing
_SHARES = {"mattr": 1.0, "accuracy": 100.0}


def require_possible(plan: Mapping[str, Any], instrument: str, item_id: str, values: Mapping[str, float]) -> None:
    """Raise `InvalidInput` for a value that the rule of this planned question can never give."""
    part = next(part for part in plan["parts"] if part["instrument"] == instrument)
    question = next(question for question in part["questions"] if question["item_id"] == item_id)
    highest = {**_SHARES, **HIGHEST[part["rule"].partition("@")[0]](question), **_SIGNED}
    for name, value in values.items():
        lowest = -_SIGNED[name] if name in _SIGNED else 0.0
        if value < lowest or value > highest.get(name, value):
            top = f"{lowest:g} to {highest[name]:g}" if name in highest else "not below 0"
            raise InvalidInput(f"{name} of this question is {top}.", field=f"values.{name}")


def _point(question: Mapping[str, Any]) -> dict[str, float]:
    del question
    return {"points": 1, "synonym": 1}


def _open(question: Mapping[str, Any]) -> dict[str, float]:
    del question
    return {}


def _words_learnt(question: Mapping[str, Any]) -> dict[str, float]:
    if "expected" not in question:
        return {}
    count = len(str(question["expected"]).split(", "))
    return dict.fromkeys(("recalled", "primacy", "middle", "recency"), count)


def _sentence(question: Mapping[str, Any]) -> dict[str, float]:
    count = question["parameters"]["words"]
    return {"words_right": count, "words_in_order": count, "sentences_right": 1}


def _sums(question: Mapping[str, Any]) -> dict[str, float]:
    parameters = question["parameters"]
    items = {item["id"]: item for item in parameters["items"]}
    most = {
        name: max((option["points"] or 0 for option in parameters["scales"][item["scale"]]["options"]), default=0)
        for name, item in items.items()
    }
    sums = {one["measure"]: sum(most[item] for item in one["items"]) for one in parameters["sums"]}
    return {"answered": len(items), **sums}


def _presses(question: Mapping[str, Any]) -> dict[str, float]:
    names = ("lapses", "anticipations", "errors", "hits", "misses", "false_alarms", "correct_rejections")
    return dict.fromkeys(names, question["parameters"]["trial_count"])


def _symbols(question: Mapping[str, Any]) -> dict[str, float]:
    names = ("right", "errors", "too_fast", *(f"right_{n}_quarter" for n in ("first", "second", "third", "fourth")))
    return dict.fromkeys(names, question["parameters"]["sequence_length"])


# By rule, the highest value of each that has one; all others are counts and times, which begin at nothing.
HIGHEST: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, float]]] = {
    "category_fluency": _open,
    "clock_drawing": lambda _: (
        {"points": 14, "contour": 14, "numbers": 14, "hands": 14, "numbers_present": 12}
        | {"numbers_placed": 12, "hour_hand_off": 180, "minute_hand_off": 180}
    ),
    "digit_span": _point,
    "form_sum": _sums,
    "go_no_go": _presses,
    "letter_fluency": _open,
    "naming": _point,
    "orientation": _point,
    "picture_description": _open,
    "reaction_time": _presses,
    "sentence_repetition": _sentence,
    "serial_subtraction": lambda question: {"correct_steps": question["parameters"]["steps"]},
    "spatial_span": _point,
    "symbol_digit": _symbols,
    "trail_making": lambda question: {"reached": question["parameters"]["circle_count"]},
    "word_list": _words_learnt,
}
