"""What the recogniser knows of itself, as numbers for the reliability model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

NAMES: tuple[str, ...] = (
    "mean_log_probability",
    "least_word_probability",
    "mean_word_probability",
    "no_speech_probability",
    "compression_ratio",
    "second_agrees",
    "second_mean_log_probability",
    "seconds_per_word",
    "snr_db",
    "is_fused",
    "least_digit_probability",
    "agreeing_fraction",
    "is_empty",
    "log_word_count",
)


def from_decodings(
    *,
    mean_log_probability: float,
    second_mean_log_probability: float,
    no_speech_probability: float,
    compression_ratio: float,
    word_probabilities: Sequence[float],
    digit_probabilities: Sequence[float],
    agreeing_fraction: float,
    second_agrees: bool,
    speech_s: float,
    snr_db: float | None,
) -> dict[str, float]:
    """The features of one reading.

    Parameters
    ----------
    word_probabilities, digit_probabilities : sequence of float
        Of the first decoding's words; of the fused digits, empty where single digits were not scored.
    agreeing_fraction : float
        Share of the ways of hearing (two whole decodings, two stretch by stretch) that gave exactly this answer.
    speech_s : float
        Seconds of voice.
    snr_db : float or None
        Where unknown, 20 dB is taken: a clean recording without pauses gives none.

    Returns
    -------
    dict of str to float
        One finite number for each of `NAMES`.
    """
    count = len(digit_probabilities) or len(word_probabilities)
    found = {
        "mean_log_probability": mean_log_probability,
        "least_word_probability": min(word_probabilities, default=0.0),
        "mean_word_probability": sum(word_probabilities) / max(1, len(word_probabilities)),
        "no_speech_probability": no_speech_probability,
        "compression_ratio": min(compression_ratio, 5.0),
        "second_agrees": float(second_agrees),
        "second_mean_log_probability": second_mean_log_probability,
        "seconds_per_word": min(speech_s / max(1, count), 3.0),
        "snr_db": min(max(20.0 if snr_db is None else snr_db, -10.0), 50.0),
        "is_fused": float(bool(digit_probabilities)),
        "least_digit_probability": min(digit_probabilities, default=0.0),
        "agreeing_fraction": agreeing_fraction,
        "is_empty": float(count == 0),
        "log_word_count": math.log1p(count),
    }
    return {name: round(float(found[name]), 6) for name in NAMES}


def vector(features: Mapping[str, float]) -> list[float]:
    """The features in the order in which the model takes them."""
    return [features[name] for name in NAMES]
