"""Where there is voice: Silero's detector, which comes inside the faster-whisper wheel (MIT)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.records.speech import Stretch

THRESHOLD = 0.5
MIN_SILENCE_MS = 150
MIN_VOICE_MS = 80
PAD_MS = 60


def find_stretches(samples: NDArray[np.float32], sample_rate_hz: int) -> tuple[Stretch, ...]:
    """Stretches of voice, in time order.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        Mono signal from -1 to 1.
    sample_rate_hz : int
        Must be 16000, for which the detector was trained.

    Returns
    -------
    tuple of Stretch
        Onsets and offsets in seconds; stretches less than 150 ms apart are one.

    Raises
    ------
    ValueError
        For another sample rate.

    References
    ----------
    Silero Team. Silero VAD: pre-trained enterprise-grade voice activity detector. 2024.
    """
    if sample_rate_hz != 16_000:
        raise ValueError("the voice detector works at 16 kHz")
    if samples.size == 0:
        return ()
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=THRESHOLD,
        min_silence_duration_ms=MIN_SILENCE_MS,
        min_speech_duration_ms=MIN_VOICE_MS,
        speech_pad_ms=PAD_MS,
    )
    found = get_speech_timestamps(samples, options)
    return tuple(Stretch(part["start"] / sample_rate_hz, part["end"] / sample_rate_hz) for part in found)
