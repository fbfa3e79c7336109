"""A FLAC copy of exactly the signal that the recogniser heard: lossless, seekable, played by every browser."""

from __future__ import annotations

import io

import av
import numpy as np
from numpy.typing import NDArray

from cognitive_assessment import blobs
from cognitive_assessment.store.rows import Row

_FRAME_SAMPLES = 4096


def keep(recording: Row, samples: NDArray[np.float32], sample_rate_hz: int) -> int:
    """Encrypt and keep the copy, replacing one of an earlier run; returns its stored length in bytes."""
    key = f"playback/{recording['id']}"
    data_key = blobs.key_ring().of(recording["user_id"])
    sealed = b"".join(blobs.sealed_whole(key, data_key, [encode_flac(samples, sample_rate_hz)]))
    blobs.first_store().put_stored(key, io.BytesIO(sealed), len(sealed))
    return len(sealed)


def encode_flac(samples: NDArray[np.float32], sample_rate_hz: int) -> bytes:
    """16-bit mono FLAC of a signal in -1 to 1."""
    whole = np.clip(np.rint(samples * 32767), -32768, 32767).astype(np.int16)
    target = io.BytesIO()
    with av.open(target, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=sample_rate_hz, layout="mono", format="s16")
        for start in range(0, whole.size, _FRAME_SAMPLES):
            frame = av.AudioFrame.from_ndarray(whole[None, start : start + _FRAME_SAMPLES], format="s16", layout="mono")
            frame.sample_rate = sample_rate_hz
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()
