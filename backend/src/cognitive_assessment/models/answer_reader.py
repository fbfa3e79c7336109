"""One spoken answer from its recording to what it says, with the probability that this is exactly right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.models import recognisers
from cognitive_assessment.models.answer_model import AnswerModel
from cognitive_assessment.models.listening import Listened, Listener
from cognitive_assessment.records.answers import SpokenAnswer
from cognitive_assessment.records.speech import SignalQuality, Stretch, Transcript
from cognitive_assessment.speech import digit_probe
from cognitive_assessment.speech.decode import Signal, decode
from cognitive_assessment.speech.digit_probe import ProbedRecogniser

DEFAULT_RECOGNISER = "tiny.en"
_LONG_WORDS = 12
_UNUSABLE = {
    "silent": "The recording is silent.",
    "too_short": "The recording is too short.",
    "no_speech": "No voice was found in the recording.",
}
_DOUBTS = {
    "clipped": "The recording is overdriven.",
    "noisy": "The recording is noisy.",
    "too_quiet": "The voice is very quiet.",
}


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """One recording as it was read; `samples` is exactly what the recognisers heard."""

    samples: NDArray[np.float32]
    sample_rate_hz: int
    quality: SignalQuality
    stretches: tuple[Stretch, ...]
    transcript: Transcript
    answer: SpokenAnswer
    value: str


class AnswerReader:
    """Reads spoken answers: decode, quality, voice, two recognisers, answer, probability of being right."""

    def __init__(self, listener: Listener, model: AnswerModel, recogniser_names: tuple[str, str]) -> None:
        self.listener = listener
        self.model = model
        self._recogniser_names = recogniser_names

    @classmethod
    def load(cls, asr_model: str | None, models_dir: Path, *, threads: int = 2) -> AnswerReader:
        """Load both recognisers and the model, each only if it is what it should be.

        Parameters
        ----------
        asr_model : str, optional
            A bundled recogniser's name or a folder; `tiny.en` if absent.
        models_dir : Path
            Folder of `model.pkl` and its manifest.
        threads : int, optional
            Processor threads of one decoding.

        Returns
        -------
        AnswerReader
            Ready to read.

        Raises
        ------
        UntrustedModel
            If a model is missing or altered.
        """
        name = asr_model or DEFAULT_RECOGNISER
        second = recognisers.SECOND_OPINION.get(name, DEFAULT_RECOGNISER)
        model = AnswerModel.load(models_dir)
        loaded = {one: recognisers.load(one, threads=threads) for one in sorted({name, second})}
        known = loaded.get(digit_probe.RECOGNISER)
        probe = None if known is None else ProbedRecogniser(known, digit_probe.load())
        return cls(Listener(loaded[name], loaded[second], probe=probe), model, (name, second))

    @property
    def versions(self) -> dict[str, str]:
        """What a reading rests on."""
        probe = {} if self.listener.probe is None else {"digit_probe": digit_probe.VERSION}
        return {"recogniser": self.listener.name, "model": self.model.version, **probe}

    def read(self, source: str | Path | BinaryIO, *, answer_kind: str, locale: str = "en") -> AnswerReading:
        """Read one answer.

        Parameters
        ----------
        source : str, Path or binary file
            Encoded sound of any kind, a video too.
        answer_kind : str
            `digits`, `number`, `date`, `words` or `free`.
        locale : str, optional
            Language of the answer.

        Returns
        -------
        AnswerReading
            `value` is the answer in the form of its kind, such as `"3719"`.

        Raises
        ------
        UnreadableAudio
            If the source holds no sound that can be decoded.
        InvalidInput
            For another kind, or a language that the recognisers do not know.
        """
        signal = decode(source)
        listened = self.listener.listen(signal, answer_kind=answer_kind, locale=locale)
        return AnswerReading(
            samples=signal.samples,
            sample_rate_hz=signal.sample_rate_hz,
            quality=listened.quality,
            stretches=listened.stretches,
            transcript=listened.transcript,
            answer=self._judged(signal, listened),
            value=listened.answer,
        )

    def verify(self) -> None:
        """Check the files of all models again and predict a known case; raises `UntrustedModel`."""
        for name in self._recogniser_names:
            recognisers.verify(name)
        if self.listener.probe is not None:
            digit_probe.load()
        self.model.verify()

    def _judged(self, signal: Signal, listened: Listened) -> SpokenAnswer:
        """Add the probability, if the model was made for this recogniser, and, where a person has to look, why."""
        if not listened.quality.is_usable:
            reason = next(text for code, text in _UNUSABLE.items() if code in listened.quality.problems)
            return SpokenAnswer(text="", needs_review=True, reason=reason)
        # what was learnt of one recogniser's doubts says nothing of another's
        is_known = self.model.recogniser == self.listener.name
        probability = self.model.probability_right(listened.features) if is_known else None
        reasons = []
        if signal.is_truncated:
            reasons.append("The recording breaks off.")
        if listened.is_looping:
            reasons.append("The recogniser ran in circles.")
        if probability is None:
            reasons.append("How surely this recogniser hears right was never measured.")
        elif probability < self.model.review_threshold:
            reasons.append(
                "Of a long answer, hardly ever is every word heard right."
                if len(listened.transcript.words) > _LONG_WORDS
                else f"It is read right with a probability of {probability:.2f} only."
            )
            reasons += [_DOUBTS[code] for code in listened.quality.problems if code in _DOUBTS]
        return SpokenAnswer(
            text=listened.transcript.text,
            words=listened.transcript.words,
            probability_right=probability,
            needs_review=bool(reasons),
            reason=" ".join(reasons) or None,
            alternatives=tuple(dict.fromkeys(one.text for one in listened.transcript.alternatives)),
            digit_sounds=() if listened.quality.problems or signal.is_truncated else listened.digit_sounds,
        )
