"""Words put together to the recording of one answer, coded as a browser codes it."""

from __future__ import annotations

import io
import random

import av
import numpy as np
from numpy.typing import NDArray

MEDIA_TYPE = "audio/webm;codecs=opus"
SAMPLE_RATE_HZ = 16_000
_OPUS_RATE_HZ = 48_000
_ROOM_LEVEL_DB = -66.0
_FRAME_SAMPLES = 960
_SPOKEN_LEVEL_DB = -26.0

Samples = NDArray[np.float32]


def compose(words: list[Samples], gaps_s: list[float], *, rng: random.Random, whole_s: float | None = None) -> Samples:
    """The words, each after its gap, in the faint noise of a room; `whole_s` fixes the length of the recording."""
    pieces: list[Samples] = []
    for word, gap_s in zip(words, gaps_s, strict=True):
        pieces += [np.zeros(int(gap_s * SAMPLE_RATE_HZ), np.float32), _levelled(word)]
    pieces.append(np.zeros(int(0.6 * SAMPLE_RATE_HZ), np.float32))
    spoken = np.concatenate(pieces)
    if whole_s is not None:
        length = int(whole_s * SAMPLE_RATE_HZ)
        spoken = np.pad(spoken, (0, max(0, length - spoken.size)))[:length]
    noise = np.random.default_rng(rng.randrange(2**32)).standard_normal(spoken.size).astype(np.float32)
    return np.asarray(np.clip(spoken + noise * 10 ** (_ROOM_LEVEL_DB / 20), -1, 1), dtype=np.float32)


def _levelled(word: Samples) -> Samples:
    """All words about equally loud, as from one microphone."""
    level = float(np.sqrt(np.mean(np.square(word)))) or 1.0
    gain = min(10 ** (_SPOKEN_LEVEL_DB / 20) / level, 0.9 / max(1e-6, float(np.max(np.abs(word)))))
    return np.asarray(word * gain, dtype=np.float32)


def encode(samples: Samples) -> bytes:
    """Opus in WebM."""
    target = io.BytesIO()
    with av.open(target, "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=_OPUS_RATE_HZ, layout="mono")
        stream.bit_rate = 32_000
        resampler = av.AudioResampler(format="s16", layout="mono", rate=_OPUS_RATE_HZ, frame_size=_FRAME_SAMPLES)
        whole = np.rint(samples * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(whole[None, :], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.pts = 0
        for resampled in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(resampled))
        container.mux(stream.encode(None))
    return target.getvalue()
