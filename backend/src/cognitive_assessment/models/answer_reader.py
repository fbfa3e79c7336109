"""The whole way from a recording to an answer with its probability, for the worker and for the command line."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.models import recogniser_files, reliability
from cognitive_assessment.models.hearing import Heard, hear
from cognitive_assessment.models.spoken_answers import AnswerKind
from cognitive_assessment.records.answers import SpokenAnswer
from cognitive_assessment.records.speech import SignalQuality, Stretch, Transcript
from cognitive_assessment.speech.decode import decode
from cognitive_assessment.speech.quality import assess
from cognitive_assessment.speech.voice_activity import find_stretches
from cognitive_assessment.speech.whisper import Whisper

SECOND_OPINION = {"tiny.en": "base", "base": "tiny.en"}
_REASONS = {
    "silent": "The recording is silent.",
    "too_short": "The recording is too short.",
    "no_speech": "No voice was found in the recording.",
}


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """One recording: its signal, its quality, what was heard, and the answer."""

    samples: NDArray[np.float32]
    sample_rate_hz: int
    quality: SignalQuality
    stretches: tuple[Stretch, ...]
    transcript: Transcript
    answer: SpokenAnswer
    read_answer: str


class AnswerReader:
    """Two recognisers and the reliability model, loaded and verified."""

    def __init__(
        self, recognisers: tuple[Whisper, Whisper], model: reliability.ReliabilityModel | None, names: tuple[str, str]
    ) -> None:
        self._recognisers = recognisers
        self._model = model
        self._names = names
        self._models_dir: Path | None = None

    @classmethod
    def load(cls, asr_model: str | None, models_dir: Path) -> AnswerReader:
        """Load everything; raises `UntrustedModel` if a file is missing, altered or not what its manifest says."""
        first = asr_model or "tiny.en"
        second = SECOND_OPINION.get(first, "base")
        model = reliability.load(models_dir)
        reader = cls((recogniser_files.load(first), recogniser_files.load(second)), model, (first, second))
        reader._models_dir = models_dir
        return reader

    @functools.cached_property
    def versions(self) -> dict[str, str]:
        """What a reading rests on."""
        version = self._model.version if self._model else "none"
        return {"recogniser": "+".join(r.name for r in self._recognisers), "model": version}

    def verify(self) -> None:
        """Check every file again and predict the known case; raises `UntrustedModel`."""
        for name in self._names:
            recogniser_files.verify(name)
        if self._models_dir is not None:
            reliability.verify(self._models_dir)
        if self._model is not None:
            self._model.require_known_case()

    def read(
        self, source: str | Path | BinaryIO, *, answer_kind: AnswerKind, locale: str = "en"
    ) -> AnswerReading:
        """Read one recording; raises `UnreadableAudio` for what is no sound."""
        signal = decode(source)
        return self.read_signal(signal.samples, signal.sample_rate_hz, answer_kind=answer_kind, locale=locale)

    def read_signal(
        self, samples: NDArray[np.float32], sample_rate_hz: int, *, answer_kind: AnswerKind, locale: str = "en"
    ) -> AnswerReading:
        """The same for a decoded signal of 16 kHz."""
        stretches = find_stretches(samples, sample_rate_hz)
        quality = assess(samples, sample_rate_hz, stretches)
        if not quality.is_usable:
            return self._nothing_heard(samples, sample_rate_hz, quality, stretches, locale)
        heard = hear(samples, stretches, quality, self._recognisers, answer_kind=answer_kind, locale=locale)
        answer = self._judge(heard, quality)
        return AnswerReading(samples, sample_rate_hz, quality, stretches, heard.transcript, answer, heard.answer)

    def _judge(self, heard: Heard, quality: SignalQuality) -> SpokenAnswer:
        probability = None if self._model is None else self._model.probability_right(heard.features)
        reasons = []
        if not heard.answer:
            reasons.append("Nothing was heard that could be the answer.")
        if probability is not None and self._model is not None and probability < self._model.review_threshold:
            reasons.append(f"The reading is right with a probability of only {probability:.2f}.")
        if reasons and quality.problems:
            reasons.append(f"The recording is {', '.join(p.replace('_', ' ') for p in quality.problems)}.")
        return SpokenAnswer(
            text=heard.transcript.text,
            words=heard.transcript.words,
            probability_right=probability,
            needs_review=bool(reasons),
            reason=" ".join(reasons) or None,
            alternatives=tuple(hypothesis.text for hypothesis in heard.transcript.alternatives),
        )

    def _nothing_heard(
        self,
        samples: NDArray[np.float32],
        sample_rate_hz: int,
        quality: SignalQuality,
        stretches: tuple[Stretch, ...],
        locale: str,
    ) -> AnswerReading:
        """No recogniser is asked about a recording without a voice: it would make words up."""
        reason = next(_REASONS[problem] for problem in quality.problems if problem in _REASONS)
        transcript = Transcript(
            text="",
            words=(),
            recogniser=self.versions["recogniser"],
            language=locale,
            mean_log_probability=None,
            no_speech_probability=None,
            compression_ratio=None,
            stretches=stretches,
        )
        answer = SpokenAnswer(text="", probability_right=0.0, needs_review=True, reason=reason)
        return AnswerReading(samples, sample_rate_hz, quality, stretches, transcript, answer, "")
