"""Any file that holds sound, as 16 kHz mono."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.errors import UnreadableAudio

SAMPLE_RATE_HZ = 16_000
LONGEST_S = 1800.0


@dataclass(frozen=True, slots=True)
class Signal:
    """A mono signal of floats from -1 to 1, shape (n_samples,), and its sample rate."""

    samples: NDArray[np.float32]
    sample_rate_hz: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples.size / self.sample_rate_hz


def decode(source: str | Path | BinaryIO, *, max_duration_s: float = LONGEST_S) -> Signal:
    """Read the first sound track of a file of any kind that ffmpeg knows, a video's too.

    Parameters
    ----------
    source : str, Path or binary file
        Where the encoded bytes are.
    max_duration_s : float, optional
        Longer recordings are refused as soon as this much was read, so that memory stays bounded.

    Returns
    -------
    Signal
        16 kHz mono. A file that breaks off is read as far as it goes.

    Raises
    ------
    UnreadableAudio
        If the file is no sound, is encrypted, holds no sound track or not one sample, or is too long.
    """
    name = str(source) if isinstance(source, str | Path) else source
    try:
        with av.open(name, metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise UnreadableAudio("The file holds no sound track.")
            samples = _read(container, max_duration_s)
    except FileNotFoundError as error:
        raise UnreadableAudio("There is no such file.") from error
    except IsADirectoryError as error:
        raise UnreadableAudio("This is a folder, not a file.") from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise UnreadableAudio(
            "The file cannot be read as sound.", remedy="It may be empty, damaged, encrypted, or of another kind."
        ) from error
    if samples.size == 0:
        raise UnreadableAudio("The file holds no sound: its length is 0 seconds.")
    return Signal(samples, SAMPLE_RATE_HZ)


def _read(container: av.container.InputContainer, max_duration_s: float) -> NDArray[np.float32]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    pieces: list[NDArray[np.float32]] = []
    count = 0
    try:
        for frame in container.decode(audio=0):
            frame.pts = None  # time stamps of a damaged or live-recorded file may jump; the samples are what was heard
            for resampled in resampler.resample(frame):
                pieces.append(resampled.to_ndarray().reshape(-1))
                count += pieces[-1].size
            if count > max_duration_s * SAMPLE_RATE_HZ:
                raise UnreadableAudio(f"The recording is longer than {max_duration_s / 60:.0f} minutes.")
    except av.error.FFmpegError:
        if not pieces:
            raise
    for resampled in resampler.resample(None):
        pieces.append(resampled.to_ndarray().reshape(-1))
    whole = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    return np.nan_to_num(whole.astype(np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
