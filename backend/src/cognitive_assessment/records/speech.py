"""What was heard: signal quality, words with their times, a transcript and how sure the recogniser was."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in seconds from the start of the recording, confidence from 0 to 1."""

    text: str
    onset_s: float
    offset_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of voice found by voice activity detection, in seconds from the start of the recording."""

    onset_s: float
    offset_s: float


@dataclass(frozen=True, slots=True)
class SignalQuality:
    """Facts about one recording by which it is judged fit to be transcribed.

    `problems` holds the codes of what is wrong, empty when the recording is usable: `silent`, `too_short`,
    `no_speech`, `clipped`, `noisy`, `too_quiet`. `is_usable` is false only for those that make an answer unreadable.
    """

    duration_s: float
    level_dbfs: float
    peak_dbfs: float
    clipped_fraction: float
    snr_db: float | None
    speech_s: float
    problems: tuple[str, ...]
    is_usable: bool


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What another decoding of the same recording heard; `method` names the model and the way of decoding."""

    method: str
    text: str
    mean_log_probability: float | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of one recording, and what the recogniser knows of itself."""

    text: str
    words: tuple[Word, ...]
    recogniser: str
    language: str
    mean_log_probability: float | None
    no_speech_probability: float | None
    compression_ratio: float | None
    stretches: tuple[Stretch, ...] = ()
    alternatives: tuple[Hypothesis, ...] = ()
    features: dict[str, float] = field(default_factory=dict)
