"""The same recording made worse, in known ways: noise, clipping, a narrow band, drop-outs, distance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

CONDITIONS = ("noise_20db", "noise_10db", "noise_5db", "noise_0db", "clipped", "narrow", "drop_outs", "quiet")
_CLIP_QUANTILE = 0.9
_NARROW_HZ = 2000.0
_DROP_OUT_S = (0.04, 0.12)
_DROP_OUTS_PER_S = 1.5
_QUIET_DB = -32.0


def degraded(
    samples: NDArray[np.float32],
    sample_rate_hz: int,
    condition: str,
    noises: Sequence[NDArray[np.float32]],
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Make a recording worse.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        Mono signal from -1 to 1.
    sample_rate_hz : int
        Of the signal and of the noises.
    condition : str
        `clean`, or one of `CONDITIONS`; `noise_10db` mixes a noise in at a signal-to-noise ratio of 10 dB.
    noises : sequence of ndarray of float
        Real background noise, each longer than the signal.
    rng : numpy.random.Generator
        Decides which noise, and where the drop-outs lie.

    Returns
    -------
    ndarray of float, shape (n_samples,)
        From -1 to 1.

    Raises
    ------
    ValueError
        For another condition.
    """
    if condition == "clean":
        return samples
    if condition.startswith("noise_"):
        return _with_noise(samples, float(condition.removeprefix("noise_").removesuffix("db")), noises, rng)
    if condition == "clipped":
        loud = np.abs(samples[np.abs(samples) > 0.1 * np.abs(samples).max(initial=0.0)])
        level = float(np.quantile(loud, _CLIP_QUANTILE)) / 4 if loud.size else 1.0
        return _float32(np.clip(samples / max(level, 1e-4), -1.0, 1.0))
    if condition == "narrow":
        spectrum = np.fft.rfft(samples)
        spectrum[np.fft.rfftfreq(samples.size, 1 / sample_rate_hz) > _NARROW_HZ] = 0
        return _float32(np.fft.irfft(spectrum, samples.size))
    if condition == "drop_outs":
        return _with_drop_outs(samples, sample_rate_hz, rng)
    if condition == "quiet":
        faint = samples * 10 ** (_QUIET_DB / 20) + rng.normal(0, 1e-4, samples.size)
        return _float32(faint)
    raise ValueError(f"there is no condition {condition}")


def _with_noise(
    samples: NDArray[np.float32], snr_db: float, noises: Sequence[NDArray[np.float32]], rng: np.random.Generator
) -> NDArray[np.float32]:
    noise = noises[int(rng.integers(len(noises)))]
    start = int(rng.integers(max(1, noise.size - samples.size)))
    part = np.resize(noise[start:], samples.size)
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    noise_power = max(float(np.mean(np.square(part, dtype=np.float64))), 1e-12)
    mixed = samples + part * np.sqrt(power / noise_power / 10 ** (snr_db / 10))
    return _float32(mixed / max(1.0, float(np.abs(mixed).max(initial=0.0))))


def _with_drop_outs(samples: NDArray[np.float32], sample_rate_hz: int, rng: np.random.Generator) -> NDArray[np.float32]:
    broken = samples.copy()
    for _ in range(1 + int(_DROP_OUTS_PER_S * samples.size / sample_rate_hz)):
        start = int(rng.integers(samples.size))
        broken[start : start + int(rng.uniform(*_DROP_OUT_S) * sample_rate_hz)] = 0.0
    return broken


def _float32(samples: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(samples, dtype=np.float32)
