"""Any file that holds sound, as 16 kHz mono."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.errors import UnreadableAudio

SAMPLE_RATE_HZ = 16_000
# 58 MB of samples: longer than any answer, and bounded whatever the file claims to be.
LONGEST_S = 900.0
_MISSING_FRACTION = 0.1
_MISSING_S = 0.5
_WRITTEN_AS_STREAM = 0x7FFFFFFF
_WHAT_MAY_BE_WRONG = "It may be empty, damaged, encrypted, or of another kind."


@dataclass(frozen=True, slots=True)
class Signal:
    """A mono signal of floats from -1 to 1, shape (n_samples,), and its sample rate.

    `is_truncated` says that the file breaks off: samples is what was there before.
    """

    samples: NDArray[np.float32]
    sample_rate_hz: int
    is_truncated: bool = False

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples.size / self.sample_rate_hz


def decode(source: str | Path | BinaryIO, *, max_duration_s: float | None = None) -> Signal:
    """Read the first sound track of a file of any kind that ffmpeg knows, a video's too.

    Parameters
    ----------
    source : str, Path or binary file
        Where the encoded bytes are. Nothing else is opened, whatever the file asks for.
    max_duration_s : float, optional
        A longer recording is refused as soon as this much was read, so that memory stays bounded; 15 minutes if absent.

    Returns
    -------
    Signal
        16 kHz mono. A file that breaks off is read as far as it goes.

    Raises
    ------
    UnreadableAudio
        If the file is no sound, is encrypted, holds no sound track or not one sample, or is too long.
    """
    limit_s = LONGEST_S if max_duration_s is None else max_duration_s
    try:
        with _opened(source) as file, av.open(file, metadata_errors="ignore", io_open=_refuse) as container:
            if not container.streams.audio:
                raise UnreadableAudio("The file holds no sound track.")
            samples, is_broken = _read(container, limit_s)
            is_truncated = is_broken or _is_short(container, samples.size / SAMPLE_RATE_HZ) or _is_cut_wav(file)
    except (av.error.FFmpegError, OSError, ValueError, RuntimeError) as error:
        raise UnreadableAudio("The file cannot be read as sound.", remedy=_WHAT_MAY_BE_WRONG) from error
    if samples.size == 0:
        raise UnreadableAudio("The file holds no sound: its length is 0 seconds.", remedy=_WHAT_MAY_BE_WRONG)
    return Signal(samples, SAMPLE_RATE_HZ, is_truncated)


@contextlib.contextmanager
def _opened(source: str | Path | BinaryIO) -> Iterator[BinaryIO]:
    """Open a path ourselves: ffmpeg would take some names for addresses or patterns."""
    if not isinstance(source, str | Path):
        yield source
        return
    path = Path(source)
    if path.is_dir():
        raise UnreadableAudio("This is a folder, not a file.")
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise UnreadableAudio("There is no such file.") from error
    except PermissionError as error:
        raise UnreadableAudio("The file may not be read by this user.") from error
    with file:
        if path.is_file() and path.stat().st_size == 0:
            raise UnreadableAudio("The file is empty.")
        yield file


def _is_cut_wav(file: BinaryIO) -> bool:
    """Whether a RIFF file is shorter than it says; one that was written as a stream says nothing."""
    file.seek(0)
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return False
    announced = int.from_bytes(head[4:8], "little") + 8
    return announced < _WRITTEN_AS_STREAM and file.seek(0, 2) < announced


def _refuse(address: str, *_: object) -> BinaryIO:
    """A playlist may name other files and hosts; an answer has no business there."""
    raise PermissionError(f"a recording may not open {address}")


def _read(container: av.container.InputContainer, limit_s: float) -> tuple[NDArray[np.float32], bool]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    pieces: list[NDArray[np.float32]] = []
    count, is_broken = 0, False
    try:
        for frame in container.decode(audio=0):
            frame.pts = None  # time stamps of a damaged or live-recorded file may jump; the samples are what was heard
            for resampled in resampler.resample(frame):
                pieces.append(resampled.to_ndarray().reshape(-1))
                count += pieces[-1].size
            if count > limit_s * SAMPLE_RATE_HZ:
                raise UnreadableAudio(f"The recording is longer than {limit_s / 60:g} minutes.")
    except av.error.FFmpegError:
        if not pieces:
            raise
        is_broken = True
    if pieces:
        pieces.extend(resampled.to_ndarray().reshape(-1) for resampled in resampler.resample(None))
    whole = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    return np.nan_to_num(whole.astype(np.float32, copy=False), copy=False, nan=0.0, posinf=1.0, neginf=-1.0), is_broken


def _is_short(container: av.container.InputContainer, read_s: float) -> bool:
    """Whether much less sound came than the container announces."""
    if not container.duration:
        return False
    announced_s = container.duration / av.time_base
    return bool(read_s < announced_s * (1 - _MISSING_FRACTION) and announced_s - read_s > _MISSING_S)
