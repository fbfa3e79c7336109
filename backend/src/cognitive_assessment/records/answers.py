"""What a scoring rule is given: the question as it was put, and the answer as it was heard or touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognitive_assessment.records.speech import Word


@dataclass(frozen=True, slots=True)
class QuestionContext:
    """The question as it was put to one person.

    `presented_at` is the session's local time (aware, in the session's time zone) when the question was put; `expected`
    the right answer where it was generated (a digit sequence) or is known only for this session; `parameters` the
    item's own fields from the definition; `rule` the one that the session's plan names, None for the newest one.
    """

    instrument: str
    item_id: str
    locale: str
    presented_at: dt.datetime | None = None
    expected: str | None = None
    parameters: Mapping[str, Any] | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class SpokenAnswer:
    """A transcript to score: the text, its words with times where it was heard, and how probably it is read right.

    `is_silence` says that the person was asked twice and no voice was heard by a microphone that was on: the answer
    is that nothing was said, which earns nothing and is shown to a reviewer. A recording that could not be read for any
    other reason is no answer at all. `recording_onset_s` is how long after the question was put the recording began
    (negative if it was running before); None where that is not known. `digit_sounds` are the log-probabilities of the
    ten digits for each stretch of voice, where each can be one digit and the recording has no fault.
    """

    text: str
    words: tuple[Word, ...] = ()
    probability_right: float | None = None
    needs_review: bool = False
    reason: str | None = None
    alternatives: tuple[str, ...] = ()
    is_silence: bool = False
    recording_onset_s: float | None = None
    digit_sounds: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class TouchResponse:
    """The trials of a touch task, as the task component reported them, in order."""

    trials: tuple[Mapping[str, Any], ...]
    summary: Mapping[str, Any]
