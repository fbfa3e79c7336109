"""Whether a recording is fit to be read: level, clipping, signal to noise, voice found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.records.speech import SignalQuality, Stretch

SHORTEST_S = 0.2
SILENT_DBFS = -70.0  # below the noise floor of any microphone that is switched on
QUIET_DBFS = -45.0  # of the voice itself; recognisers' errors rise below this
CLIPPED_FRACTION = 0.005  # of the samples within voice at full scale
NOISY_SNR_DB = 8.0  # recognition of single words falls off below about 10 dB
FULL_SCALE = 0.99
_UNREADABLE = {"silent", "too_short", "no_speech"}


def assess(samples: NDArray[np.float32], sample_rate_hz: int, stretches: Sequence[Stretch]) -> SignalQuality:
    """Facts about one recording, and what is wrong with it.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        Mono signal from -1 to 1.
    sample_rate_hz : int
        Of the signal.
    stretches : sequence of Stretch
        Where the voice is.

    Returns
    -------
    SignalQuality
        `snr_db` compares the power within the stretches with that outside; `None` where either is missing.
    """
    duration_s = samples.size / sample_rate_hz
    inside = np.zeros(samples.size, bool)
    for stretch in stretches:
        inside[int(stretch.onset_s * sample_rate_hz) : int(stretch.offset_s * sample_rate_hz)] = True
    voice = samples[inside]
    peak = float(np.max(np.abs(samples), initial=0.0))
    clipped = float(np.mean(np.abs(voice) >= FULL_SCALE)) if voice.size else 0.0
    snr_db = _snr_db(voice, samples[~inside])
    level_dbfs = _dbfs(voice if voice.size else samples)
    problems = []
    if duration_s < SHORTEST_S:
        problems.append("too_short")
    if _dbfs(samples) < SILENT_DBFS:
        problems.append("silent")
    elif not stretches:
        problems.append("no_speech")
    elif level_dbfs < QUIET_DBFS:
        problems.append("too_quiet")
    if clipped > CLIPPED_FRACTION:
        problems.append("clipped")
    if snr_db is not None and snr_db < NOISY_SNR_DB:
        problems.append("noisy")
    return SignalQuality(
        duration_s=duration_s,
        level_dbfs=level_dbfs,
        peak_dbfs=20 * float(np.log10(max(peak, 1e-6))),
        clipped_fraction=clipped,
        snr_db=snr_db,
        speech_s=float(sum(s.offset_s - s.onset_s for s in stretches)),
        problems=tuple(problems),
        is_usable=not _UNREADABLE.intersection(problems),
    )


def _dbfs(samples: NDArray[np.float32]) -> float:
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    return 10 * float(np.log10(max(power, 1e-12)))


def _snr_db(voice: NDArray[np.float32], rest: NDArray[np.float32]) -> float | None:
    if voice.size < 160 or rest.size < 1600:
        return None
    noise = float(np.mean(np.square(rest, dtype=np.float64)))
    both = float(np.mean(np.square(voice, dtype=np.float64)))
    return 10 * float(np.log10(max(both - noise, 1e-12) / max(noise, 1e-12)))
