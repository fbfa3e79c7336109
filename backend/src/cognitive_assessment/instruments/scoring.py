"""Find an instrument's rule by its version and apply it. Only jobs and the command line use this, never a request."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from cognitive_assessment.errors import InvalidInput, NotFound
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.kinds import KINDS, Kind
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion

__all__ = ["AnsweredQuestion", "not_scorable", "rule_name", "score_instrument", "score_question"]
_RULE = re.compile(r"(?P<slug>[a-z][a-z0-9_]*)@(?P<version>[1-9][0-9]*)")


def rule_name(slug: str, version: int | None = None) -> str:
    """The rule of an instrument, such as `digit_span@1`: the newest one that its definition names, or a version."""
    definition = catalogue().instruments.get(slug)
    if definition is None:
        known = ", ".join(sorted(catalogue().instruments))
        raise NotFound(f"There is no instrument {slug}.", remedy=f"There are: {known}.")
    return definition.rule if version is None else f"{definition.rule.partition('@')[0]}@{version}"


def score_question(
    slug: str, context: QuestionContext, answer: SpokenAnswer | TouchResponse, *, version: int | None = None
) -> Score:
    """Score one question by the rule of its context or a version; `InvalidInput` if the answer is not of its kind."""
    kind = _kind(slug)
    if not (kind.trials if isinstance(answer, TouchResponse) else kind.is_spoken):
        raise InvalidInput(
            f"An answer to {slug} has to be {'spoken' if kind.is_spoken else 'touched'}.", field="response"
        )
    rule = context.rule if context.rule is not None and version is None else rule_name(slug, version)
    score: Score = _rule(rule).score_question(context, answer)
    return score


def score_instrument(
    slug: str, answered: Sequence[AnsweredQuestion], part: Mapping[str, Any], *, version: int | None = None
) -> InstrumentResult:
    """Make an instrument's measures from its questions, by the rule that the session's plan names."""
    rule = part.get("rule", rule_name(slug)) if version is None else rule_name(slug, version)
    result: InstrumentResult = _rule(rule).score_instrument(answered, part)
    return result


def not_scorable(slug: str, context: QuestionContext, reason: str) -> Score:
    """The score of an answer that cannot be read at all."""
    return Score("not_scorable", slug, context.item_id, context.rule or rule_name(slug), reason=reason)


def _kind(slug: str) -> Kind:
    """How an instrument is given; raises `NotFound` for an unknown one."""
    rule_name(slug)
    return KINDS[catalogue().instruments[slug].kind]


def _rule(name: str) -> ModuleType:
    match = _RULE.fullmatch(name)
    if match is None:
        raise NotFound(f"There is no rule {name}.")
    module = f"{__package__}.{match['slug']}.scoring_v{match['version']}"
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        # Something that the rule itself needs and does not find is another fault.
        if error.name is None or not module.startswith(error.name):
            raise
        raise NotFound(f"There is no rule {name}.") from error
