"""Whether the times of a block's trials can be: one after the other, and none longer than the block waits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

# The clock of a press and that of a frame differ by a few frames of a slow screen at most.
TOLERANCE_MS = 50.0


@dataclass(frozen=True, slots=True)
class TrialTime:
    """When a trial was shown, how long before it the screen waited, and what the answer took; None for no answer."""

    onset_ms: float
    reaction_time_ms: float | None
    waited_ms: float = 0.0


def impossible(times: Sequence[TrialTime], *, slowest_ms: float | None = None) -> str | None:
    """Say why no screen and no hand can have had these times.

    Parameters
    ----------
    times : sequence of TrialTime
        In the order of the trials.
    slowest_ms : float, optional
        How long an answer is waited for; None where it is waited for without end.

    Returns
    -------
    str or None
        A sentence, or None where nothing is impossible.
    """
    every = [
        value for one in times for value in (one.onset_ms, one.reaction_time_ms, one.waited_ms) if value is not None
    ]
    if not all(math.isfinite(value) and value >= 0 for value in every):
        return "Some times of this block are none."
    answers_ms = [one.reaction_time_ms for one in times if one.reaction_time_ms is not None]
    if slowest_ms is not None and any(answer_ms > slowest_ms + TOLERANCE_MS for answer_ms in answers_ms):
        return f"Some answers took longer than the {slowest_ms:g} ms for which they were waited for."
    for before, after in itertools.pairwise(times):
        least_ms = before.onset_ms + max(before.reaction_time_ms or 0.0, after.waited_ms)
        if after.onset_ms < least_ms - TOLERANCE_MS:
            return "Some trials were shown before the one before them was over."
    return None
