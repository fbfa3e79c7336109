"""The whole path from an encoded recording to points, against the recognisers alone on the same sound, in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from benchmarks import DATA, Figure, NotHere, within
from cognitive_assessment.config import settings
from cognitive_assessment.instruments.scoring import score_question
from cognitive_assessment.models.answer_reader import AnswerReader
from cognitive_assessment.records.answers import QuestionContext
from cognitive_assessment.speech.whisper import Whisper

FOLDER = DATA / "speech" / "digits"
FILES = 24
LIMIT = 1.25


class Stopwatch:
    """Adds up the seconds spent in the calls that it wraps."""

    def __init__(self) -> None:
        self.total_s = 0.0

    def wrap(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same call, timed."""

        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return call(*arguments, **named)
            finally:
                self.total_s += time.perf_counter() - started

        return timed


def run() -> list[Figure]:
    """Read and score some sequences; what the recognisers take is timed inside the same reading."""
    if not (FOLDER / "truth.json").is_file():
        raise NotHere(f"there are no recordings in {FOLDER}; CAS_BENCH_DATA names their parent folder")
    entries = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
    entries = entries[:: max(1, len(entries) // FILES)]
    reader = AnswerReader.load(settings().asr_model, settings().models_dir)
    reader.read(FOLDER / entries[0]["file"], answer_kind="digits")  # the first one loads what is loaded late
    recognisers = Stopwatch()
    for one in (reader.listener.main, reader.listener.second):
        _time(one, recognisers)
    started = time.perf_counter()
    sound_s = 0.0
    for entry in entries:
        reading = reader.read(FOLDER / entry["file"], answer_kind="digits")
        context = QuestionContext("digit_span", "trial", "en", None, entry["digits"])
        score_question("digit_span", context, reading.answer)
        sound_s += reading.quality.duration_s
    whole_s = time.perf_counter() - started
    return [
        within("whole path over recognisers alone", whole_s / recognisers.total_s, LIMIT, "times"),
        Figure("whole path over the length of the recordings", f"{whole_s / sound_s:.2f} times"),
        Figure("recordings", f"{len(entries)}, {sound_s:.0f} s"),
    ]


def _time(recogniser: Whisper, stopwatch: Stopwatch) -> None:
    for name in ("hear", "score_words", "embed_words"):
        setattr(recogniser, name, stopwatch.wrap(getattr(recogniser, name)))
