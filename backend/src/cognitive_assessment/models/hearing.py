"""Hear one recording with both recognisers and read the answer of its kind, with everything they know of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.models import features
from cognitive_assessment.models.spoken_answers import AnswerKind, has_aside_words, read
from cognitive_assessment.records.speech import Hypothesis, SignalQuality, Stretch, Transcript, Word
from cognitive_assessment.speech.digit_fusion import SPELLINGS, FusedDigits, are_single_digits, fuse
from cognitive_assessment.speech.whisper import Decoding, Whisper

WINDOW_S = 4.0  # holds any digit; windows of 8 and 30 s were no better together, and cost up to seven times as much
DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Heard:
    """One recording as it was heard: the transcript, the answer that was read, and the features of the reading."""

    transcript: Transcript
    answer: str
    features: dict[str, float]


def hear(
    samples: NDArray[np.float32],
    stretches: Sequence[Stretch],
    quality: SignalQuality,
    recognisers: tuple[Whisper, Whisper],
    *,
    answer_kind: AnswerKind,
    locale: str,
) -> Heard:
    """Transcribe with the first recogniser, ask the second for its opinion, and read the answer.

    Digits said one by one are also scored stretch by stretch; then the answer is the fusion of all four, and the words
    are the stretches themselves.
    """
    first = recognisers[0].decode(samples, language=locale[:2])
    second = recognisers[1].decode(samples, language=locale[:2], has_word_times=False)
    readings = [read(first.text, answer_kind), read(second.text, answer_kind)]
    fused, by_stretch = None, []
    has_aside = has_aside_words(first.text) or has_aside_words(second.text)
    if answer_kind == "digits" and not has_aside and are_single_digits(stretches, readings):
        fused, by_stretch = _fuse(samples, stretches, recognisers, readings)
    answer = fused.digits if fused else readings[0]
    votes = readings + by_stretch
    of = features.from_decodings(
        mean_log_probability=first.mean_log_probability,
        second_mean_log_probability=second.mean_log_probability,
        no_speech_probability=first.no_speech_probability,
        compression_ratio=first.compression_ratio,
        word_probabilities=[word.confidence for word in first.words],
        digit_probabilities=fused.probabilities if fused else (),
        agreeing_fraction=sum(vote == answer for vote in votes) / len(votes),
        second_agrees=readings[0] == readings[1],
        speech_s=quality.speech_s,
        snr_db=quality.snr_db,
    )
    transcript = _transcript(first, second, recognisers, stretches, fused, by_stretch, locale, of)
    return Heard(transcript, answer, of)


def _fuse(
    samples: NDArray[np.float32],
    stretches: Sequence[Stretch],
    recognisers: tuple[Whisper, Whisper],
    readings: Sequence[str],
) -> tuple[FusedDigits, list[str]]:
    pieces = [samples[int(s.onset_s * 16_000) : int(s.offset_s * 16_000)] for s in stretches]
    scores = [
        recogniser.score_words(pieces, SPELLINGS, window_s=WINDOW_S)
        for recogniser in recognisers
    ]
    return fuse(scores, readings), ["".join(map(str, one.argmax(axis=1))) for one in scores]


def _transcript(
    first: Decoding,
    second: Decoding,
    recognisers: tuple[Whisper, Whisper],
    stretches: Sequence[Stretch],
    fused: FusedDigits | None,
    by_stretch: Sequence[str],
    locale: str,
    of: dict[str, float],
) -> Transcript:
    alternatives = [Hypothesis(f"{recognisers[1].name}, whole", second.text, second.mean_log_probability)]
    text, words = first.text, first.words
    if fused is not None:
        alternatives.insert(0, Hypothesis(f"{recognisers[0].name}, whole", first.text, first.mean_log_probability))
        alternatives += [
            Hypothesis(f"{recogniser.name}, stretch by stretch", digits)
            for recogniser, digits in zip(recognisers, by_stretch, strict=True)
        ]
        words = tuple(
            Word(DIGIT_WORDS[int(digit)], round(stretch.onset_s, 3), round(stretch.offset_s, 3), round(probability, 4))
            for digit, stretch, probability in zip(fused.digits, stretches, fused.probabilities, strict=True)
        )
        text = " ".join(word.text for word in words)
    return Transcript(
        text=text,
        words=words,
        recogniser="+".join(recogniser.name for recogniser in recognisers),
        language=locale,
        mean_log_probability=first.mean_log_probability,
        no_speech_probability=first.no_speech_probability,
        compression_ratio=first.compression_ratio,
        stretches=tuple(stretches),
        alternatives=tuple(alternatives),
        features=of,
    )
