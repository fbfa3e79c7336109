"""From a signal to an answer: quality, voice, what two models hear, and for digits each stretch by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.models.features import Evidence, features_of
from cognitive_assessment.models.spoken_kinds import answer_in, require_kind
from cognitive_assessment.records.speech import Hypothesis, SignalQuality, Stretch, Transcript, Word
from cognitive_assessment.speech import digit_fusion, quality, voice_activity
from cognitive_assessment.speech.decode import Signal
from cognitive_assessment.speech.digit_fusion import FusedDigits
from cognitive_assessment.speech.digit_probe import ProbedRecogniser
from cognitive_assessment.speech.spoken_numbers import read_digits
from cognitive_assessment.speech.spoken_text import tokens_of
from cognitive_assessment.speech.whisper import Heard, Whisper
from cognitive_assessment.speech.windows import pieces_of, windows_of
from cognitive_assessment.speech.word_times import snapped

_ALTERNATIVES = 4


@dataclass(frozen=True, slots=True)
class Listened:
    """One recording as it was understood: `text` is what counts, `answer` what it says; no features without voice.

    `digit_sounds` are log-probabilities, of the ten digits for each stretch, where each can be one digit.
    """

    quality: SignalQuality
    stretches: tuple[Stretch, ...]
    transcript: Transcript
    answer: str
    features: dict[str, float]
    is_looping: bool
    digit_sounds: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Fusion:
    fused: FusedDigits
    stretch_answers: tuple[str, ...]
    sounds: NDArray[np.float64]


class Listener:
    """Two recognisers that hear the same recording; the first one's words count, the second is its second opinion.

    With a `probe`, what digits sound like is judged by it too; what was read is not.
    """

    def __init__(self, main: Whisper, second: Whisper, *, probe: ProbedRecogniser | None = None) -> None:
        self.main = main
        self.second = second
        self.probe = probe

    @property
    def name(self) -> str:
        """Of both recognisers, kept with every transcript."""
        return f"{self.main.name}+{self.second.name}"

    def listen(self, signal: Signal, *, answer_kind: str, locale: str = "en") -> Listened:
        """Understand one recording.

        Parameters
        ----------
        signal : Signal
            16 kHz mono.
        answer_kind : str
            `digits`, `number`, `date`, `words` or `free`.
        locale : str, optional
            Language of the answer.

        Returns
        -------
        Listened
            Where no voice was found the transcript is empty: nothing is ever heard in silence.

        Raises
        ------
        InvalidInput
            For another kind, or a language that the recognisers do not know.
        """
        require_kind(answer_kind)
        language = self._require_language(locale)
        stretches = voice_activity.find_stretches(signal.samples, signal.sample_rate_hz)
        found = quality.assess(signal.samples, signal.sample_rate_hz, stretches)
        if not found.is_usable:
            return Listened(found, stretches, self._silence(language, stretches), "", {}, False)
        windows = windows_of(stretches, signal.duration_s)
        main = self.main.hear(signal.samples, windows, language=language)
        second = self.second.hear(signal.samples, windows, language=language, has_word_times=False)
        readings = [answer_in(heard.text, answer_kind) for heard in (main, second)]
        fusion = singly = None
        if answer_kind == "digits":
            is_read_singly = _are_read_singly(stretches, (main, second), readings)
            if is_read_singly or digit_fusion.can_be_an_answer(stretches):
                singly = self._singly(signal, stretches, readings)
            fusion = singly if is_read_singly else None
        words, text = main.words, main.text
        if fusion is not None:
            words = _digit_words(fusion.fused, stretches)
            text = " ".join(word.text for word in words)
        answer = answer_in(text, answer_kind) if fusion is None else fusion.fused.digits
        features = features_of(
            Evidence(
                quality=found,
                stretches=stretches,
                main=main,
                second=second,
                answer=answer,
                main_answer=readings[0],
                second_answer=readings[1],
                hypothesis_answers=[(answer_in(one, answer_kind), score) for one, score in main.hypotheses],
                fused=None if fusion is None else fusion.fused,
                stretch_answers=() if fusion is None else fusion.stretch_answers,
                is_doubtful=answer_kind == "digits" and read_digits(tokens_of(text)).is_doubtful,
            )
        )
        transcript = Transcript(
            text=text,
            words=snapped(words, stretches) if fusion is None else words,
            recogniser=self.name,
            language=language,
            mean_log_probability=main.mean_log_probability,
            no_speech_probability=main.no_speech_probability,
            compression_ratio=main.compression_ratio,
            stretches=stretches,
            alternatives=self._alternatives(main, second, fusion),
            features=features,
        )
        sounds = () if singly is None else tuple(map(tuple, singly.sounds.round(3).tolist()))
        return Listened(found, stretches, transcript, answer, features, main.is_looping, sounds)

    def _singly(self, signal: Signal, stretches: Sequence[Stretch], readings: Sequence[str]) -> _Fusion:
        """Hear each stretch as one digit."""
        pieces = pieces_of(signal, stretches)
        scores = [
            digit_fusion.normalised(
                recogniser.score_words(pieces, digit_fusion.SPELLINGS, window_s=digit_fusion.WINDOW_S)
            )
            for recogniser in (self.main, self.second)
        ]
        by_stretch = tuple("".join(map(str, one.argmax(axis=1))) for one in scores)
        fused = digit_fusion.fuse(scores, readings)
        sounds = fused.log_probabilities
        if self.probe is not None:
            sounds = digit_fusion.normalised(sounds + self.probe.log_probabilities(signal, stretches))
        return _Fusion(fused, by_stretch, sounds)

    def _alternatives(self, main: Heard, second: Heard, fusion: _Fusion | None) -> tuple[Hypothesis, ...]:
        names = (self.main.name, self.second.name)
        found = [
            Hypothesis(f"{name} beam {place}", text, score)
            for name, heard in zip(names, (main, second), strict=True)
            for place, (text, score) in enumerate(heard.hypotheses[:_ALTERNATIVES], start=1)
        ]
        if fusion is not None:
            found += [
                Hypothesis(f"{name} stretches", digits)
                for name, digits in zip(names, fusion.stretch_answers, strict=True)
            ]
        return tuple(found)

    def _silence(self, language: str, stretches: tuple[Stretch, ...]) -> Transcript:
        return Transcript("", (), self.name, language, None, None, None, stretches)

    def _require_language(self, locale: str) -> str:
        language = locale.replace("_", "-").split("-")[0].lower()
        if language != "en" and not (self.main.is_multilingual and self.second.is_multilingual):
            raise InvalidInput(
                f"The recognisers {self.name} do not both know the language {language!r}.",
                field="locale",
                remedy="CAS_ASR_MODEL may name a multilingual model.",
            )
        return language


def _are_read_singly(stretches: Sequence[Stretch], heard: Sequence[Heard], readings: Sequence[str]) -> bool:
    """Whether single stretches say what was said: each can be a digit, and nobody corrected himself."""
    is_corrected = any(_is_corrected(one.text, digits) for one, digits in zip(heard, readings, strict=True))
    return not is_corrected and digit_fusion.are_single_digits(stretches, readings)


def _is_corrected(text: str, digits: str) -> bool:
    """Whether more digits were said than count, or words stand between them."""
    tokens = [token for token in tokens_of(text) if token.kind != "mark"]
    pieces = read_digits(tokens).pieces
    if not pieces:
        return False
    between = tokens[pieces[0][1] : pieces[-1][2]]
    return len(between) != sum(last - first for _, first, last in pieces) or len(digits) != sum(
        len(piece[0]) for piece in pieces
    )


def _digit_words(fused: FusedDigits, stretches: Sequence[Stretch]) -> tuple[Word, ...]:
    return tuple(
        Word(digit_fusion.DIGIT_WORDS[int(digit)], round(stretch.onset_s, 3), round(stretch.offset_s, 3), probability)
        for digit, probability, stretch in zip(fused.digits, fused.probabilities, stretches, strict=True)
    )
