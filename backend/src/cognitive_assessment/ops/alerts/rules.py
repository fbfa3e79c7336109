"""The rules: the very files that Prometheus is given, with what they say about an alert put into words."""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from cognitive_assessment.errors import InvalidDefinition
from cognitive_assessment.ops.alerts.expressions import Node, duration_s, read

RECORDING, ALERTS = "recording.yml", "rules.yml"
UNREACHABLE = "CasUnreachable"
_HOLE = re.compile(r"\{\{\s*(.*?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Recording:
    """A figure that is kept under a name of its own."""

    name: str
    expression: Node


@dataclass(frozen=True, slots=True)
class Alert:
    """A condition, how long it has to hold, and what to do then."""

    name: str
    expression: Node
    for_s: float
    severity: str
    about: str
    summary: str
    action: str
    runbook: str


def text_of(name: str) -> str:
    """One of the files, as it is given to Prometheus."""
    return (importlib.resources.files(__package__) / name).read_text()


@functools.cache
def recordings() -> tuple[Recording, ...]:
    """What is reckoned first, in order."""
    groups = yaml.safe_load(text_of(RECORDING))["groups"]
    return tuple(Recording(rule["record"], read(rule["expr"])) for group in groups for rule in group["rules"])


@functools.cache
def alerts() -> tuple[Alert, ...]:
    """Every alert; raises `InvalidDefinition` for one that we cannot evaluate."""
    groups = yaml.safe_load(text_of(ALERTS))["groups"]
    return tuple(_alert(rule) for group in groups for rule in group["rules"])


def _alert(rule: Mapping[str, object]) -> Alert:
    labels, words = rule["labels"], rule["annotations"]
    if not isinstance(labels, dict) or not isinstance(words, dict):
        raise InvalidDefinition(f"The alert {rule.get('alert')} has no labels or no annotations.")
    return Alert(
        name=str(rule["alert"]),
        expression=read(str(rule["expr"])),
        for_s=duration_s(str(rule.get("for", "0s"))),
        severity=str(labels["severity"]),
        about=str(labels["about"]),
        summary=str(words["summary"]),
        action=str(words["action"]),
        runbook=str(words["runbook"]),
    )


def in_words(template: str, labels: Mapping[str, str], value: float) -> str:
    """An annotation with its value and labels, written as Prometheus writes them."""
    return _HOLE.sub(lambda hole: _fill(hole[1], labels, value), template)


def _fill(what: str, labels: Mapping[str, str], value: float) -> str:
    if what.startswith("$labels."):
        return labels.get(what.removeprefix("$labels."), "")
    if what == "$value | humanizePercentage":
        return f"{100 * value:.4g}%"
    if what == "$value | humanizeDuration":
        return length(value)
    printf = re.fullmatch(r'\$value \| printf "%\.(\d)f"', what)
    if printf is None:
        raise InvalidDefinition(f"{{{{ {what} }}}} is not understood in an annotation.")
    return f"{value:.{int(printf[1])}f}"


def length(seconds: float) -> str:
    """A length of time, as people say it."""
    if seconds < 60:
        return f"{seconds:.3g}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (rest, "s"))
    first = next(index for index, (count, _) in enumerate(parts) if count)
    return " ".join(f"{count}{unit}" for count, unit in parts[first:])
