"""The kinds of instrument: how each lays down its questions, and what its answers must look like.

One module a kind. To add one: write the module, name it here and in `schema.Definition.kind`, and give the front end a
task of the same name (`frontend/src/features/tasks/`).
"""

from __future__ import annotations

from cognitive_assessment.instruments.kinds import digit_span, spoken_questions, symbol_digit, word_list
from cognitive_assessment.instruments.kinds.given import Given, Kind, PlannedQuestion
from cognitive_assessment.instruments.schema import Data

__all__ = ["KINDS", "TRIALS", "Given", "Kind", "PlannedQuestion"]

KINDS: dict[str, Kind] = {
    "digit_span": digit_span.KIND,
    "spoken_questions": spoken_questions.KIND,
    "symbol_digit": symbol_digit.KIND,
    "word_list": word_list.KIND,
}

# what one trial of a touch question must be, by the question's own kind
TRIALS: dict[str, type[Data]] = {name: trial for kind in KINDS.values() for name, trial in kind.trials.items()}
