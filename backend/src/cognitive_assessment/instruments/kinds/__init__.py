"""The kinds of instrument: how each lays down its questions, and what its answers must look like.

One module a kind. To add one: write the module, name it here and in `schema.Definition.kind`, and give the front end a
task of the same name (`frontend/src/features/tasks/`).
"""

from __future__ import annotations

from cognitive_assessment.instruments.kinds import (
    clock_drawing,
    digit_span,
    form,
    go_no_go,
    reaction_time,
    spatial_span,
    spoken_questions,
    symbol_digit,
    trail_making,
    word_list,
)
from cognitive_assessment.instruments.kinds.given import Given, Kind, PlannedQuestion
from cognitive_assessment.instruments.schema import Data

__all__ = ["DRAWN", "KINDS", "TRIALS", "WHOLE_FAULTS", "Given", "Kind", "PlannedQuestion"]

KINDS: dict[str, Kind] = {
    "clock_drawing": clock_drawing.KIND,
    "digit_span": digit_span.KIND,
    "form": form.KIND,
    "go_no_go": go_no_go.KIND,
    "reaction_time": reaction_time.KIND,
    "spatial_span": spatial_span.KIND,
    "spoken_questions": spoken_questions.KIND,
    "symbol_digit": symbol_digit.KIND,
    "trail_making": trail_making.KIND,
    "word_list": word_list.KIND,
}

# what one trial of a touch question must be, by the question's own kind
TRIALS: dict[str, type[Data]] = {name: trial for kind in KINDS.values() for name, trial in kind.trials.items()}

# what is wrong with a touch question's trials as a whole, and which questions are drawn, by the question's own kind
WHOLE_FAULTS = {name: kind.whole_fault for kind in KINDS.values() for name in kind.trials}
DRAWN: frozenset[str] = frozenset(name for kind in KINDS.values() if kind.is_drawn for name in kind.trials)
