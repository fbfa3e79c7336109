"""Taps on one of several places, read and checked."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cognitive_assessment.scoring.presses import UnusableBlock


@dataclass(frozen=True, slots=True)
class Tap:
    """Which place was tapped, counted from 0, when, in ms from the start, and by what."""

    place: int
    at_ms: float
    input: str


def read_taps(trials: Sequence[Mapping[str, Any]], *, places: int, with_practice: bool = False) -> list[Tap]:
    """Read the taps of a block in their order.

    Parameters
    ----------
    trials : sequence of mapping
        As the task reported them, in any order.
    places : int
        How many places there are.
    with_practice : bool, optional
        Whether taps of the practice are read as well.

    Returns
    -------
    list of Tap
        In order; empty where nothing was tapped.

    Raises
    ------
    UnusableBlock
        If one is missing, doubled, of no place, or a time is none or runs backwards.
    """
    try:
        given = [trial for trial in trials if with_practice or not trial.get("is_practice")]
        found = sorted(given, key=lambda trial: int(trial["position"]))
        if [trial["position"] for trial in found] != list(range(len(found))):
            raise UnusableBlock("Some taps are missing or doubled.")
        taps = [Tap(int(trial["place"]), float(trial["at_ms"]), str(trial["input"])) for trial in found]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UnusableBlock("The taps are not complete.") from error
    if any(not 0 <= tap.place < places for tap in taps):
        raise UnusableBlock("Something was tapped that is not there in this session's plan.")
    times = [0.0, *(tap.at_ms for tap in taps)]
    if not all(map(math.isfinite, times)) or any(later < sooner for sooner, later in itertools.pairwise(times)):
        raise UnusableBlock("The times of the taps run backwards or are none.")
    return taps
