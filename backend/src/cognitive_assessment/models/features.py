"""What the recognisers know of themselves, as numbers from which the probability of a right reading is predicted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cognitive_assessment.records.speech import SignalQuality, Stretch
from cognitive_assessment.speech.digit_fusion import FusedDigits
from cognitive_assessment.speech.whisper import Heard

_LEAST_PROBABILITY = 1e-4
_CLEAN_SNR_DB = 40.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is known of one reading.

    `answer` is what was read; `main_answer` and `second_answer` what each model heard in the whole recording;
    `stretch_answers` what each heard in the stretches one by one, where they were digits.
    """

    quality: SignalQuality
    stretches: Sequence[Stretch]
    main: Heard
    second: Heard
    answer: str
    main_answer: str
    second_answer: str
    hypothesis_answers: Sequence[tuple[str, float]]
    fused: FusedDigits | None
    stretch_answers: Sequence[str]
    is_doubtful: bool


def features_of(evidence: Evidence) -> dict[str, float]:
    """Numbers of one reading.

    Parameters
    ----------
    evidence : Evidence
        Of a recording in which voice was found.

    Returns
    -------
    dict of str to float
        Every value finite; the keys are always the same, in the same order. `digit_*` are 0 and `is_read_by_stretches`
        0 where the answer was not read digit by digit.
    """
    words = max(1, len(evidence.main.text.split()))
    fused = evidence.fused
    doubts = sorted((1 - p for p in fused.probabilities), reverse=True) if fused else [0.0]
    return {
        "mean_log_probability": max(-3.0, evidence.main.mean_log_probability),
        "second_mean_log_probability": max(-3.0, evidence.second.mean_log_probability),
        "least_word_probability": _log(min((word.confidence for word in evidence.main.words), default=0.0)),
        "no_speech_probability": evidence.main.no_speech_probability,
        "compression_ratio": min(3.0, evidence.main.compression_ratio),
        "is_main_agreeing": float(evidence.main_answer == evidence.answer),
        "is_second_agreeing": float(evidence.second_answer == evidence.answer),
        "distance_of_models": distance_fraction(evidence.main_answer, evidence.second_answer),
        "hypothesis_share": _share(evidence.hypothesis_answers, evidence.answer),
        "is_read_by_stretches": float(fused is not None),
        "digit_least_log_odds": _log_odds(1 - doubts[0]) if fused else 0.0,
        "digit_doubt_sum": sum(doubts),
        "digit_stretch_agreement": _mean([float(one == evidence.answer) for one in evidence.stretch_answers]),
        "stretch_surplus": float(len(evidence.stretches) - len(evidence.answer)) if fused is None else 0.0,
        "voice_s_per_word": min(3.0, evidence.quality.speech_s / words),
        "answer_length": float(
            min(20, len(evidence.answer.split()) if " " in evidence.answer else len(evidence.answer))
        ),
        "snr_db": min(_CLEAN_SNR_DB, _CLEAN_SNR_DB if evidence.quality.snr_db is None else evidence.quality.snr_db),
        "clipped_fraction": min(0.2, evidence.quality.clipped_fraction),
        "level_dbfs": evidence.quality.level_dbfs,
        "is_doubtful": float(evidence.is_doubtful),
        "is_empty": float(not evidence.answer),
        "is_looping": float(evidence.main.is_looping or evidence.second.is_looping),
    }


def distance_fraction(first: str, second: str) -> float:
    """Edit distance of two answers over the length of the longer.

    Parameters
    ----------
    first, second : str
        Answers; words are compared where there are several, else characters.

    Returns
    -------
    float
        0 (the same) to 1.
    """
    one, other = (text.split() if " " in first + second else list(text) for text in (first, second))
    if not one and not other:
        return 0.0
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1] / max(len(one), len(other))


def _share(hypotheses: Sequence[tuple[str, float]], answer: str) -> float:
    """Share of the beam's probability that reads as the answer."""
    if not hypotheses:
        return 0.0
    highest = max(score for _, score in hypotheses)
    weights = [(text, math.exp(score - highest)) for text, score in hypotheses]
    return sum(weight for text, weight in weights if text == answer) / sum(weight for _, weight in weights)


def _log(probability: float) -> float:
    return math.log(max(_LEAST_PROBABILITY, probability))


def _log_odds(probability: float) -> float:
    bounded = min(1 - _LEAST_PROBABILITY, max(_LEAST_PROBABILITY, probability))
    return math.log(bounded / (1 - bounded))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
