"""What staff are told of the answers to a form: flags at once, and what could have disturbed the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Notice = Mapping[str, Any]

FLAG = "flag"
DISTURBANCE = "disturbance"


def raised(parameters: Mapping[str, Any], trials: Sequence[Mapping[str, Any]], kind: str) -> list[Notice]:
    """The notices of a kind that these answers raise; one that was answered twice counts either way.

    `parameters` are those of the planned question. This is no scoring: an answer is only compared with a list.
    """
    given = {(trial.get("item"), trial.get("option")) for trial in trials}
    return [
        notice
        for notice in parameters.get("notices", ())
        if notice["kind"] == kind and any((notice["item"], option) in given for option in notice["options"])
    ]
