"""A voice made of single recorded words, put one after the other with pauses."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.errors import InvalidInput, UnreadableAudio
from cognitive_assessment.speech.decode import SAMPLE_RATE_HZ, decode

_SUFFIXES = (".ogg", ".flac", ".wav", ".mp3", ".opus", ".webm", ".m4a")
_ROOM_NOISE = 0.0005
_EDGE_S = 0.4


class Voice:
    """Says words for which there is a recording.

    Parameters
    ----------
    find : callable
        Gives the encoded sound of a word, or None. A digit is asked for as `digit_5`, another word in lower case.
    """

    def __init__(self, find: Callable[[str], bytes | None]) -> None:
        self._find = find
        self._known: dict[str, NDArray[np.float32] | None] = {}

    @classmethod
    def of_folder(cls, folder: Path) -> Voice:
        """A voice from a folder of files named after their word: `digit_5.ogg` (or `5.ogg`), `november.flac`."""
        if not folder.is_dir():
            raise InvalidInput(f"There is no folder {folder}.", field="audio", remedy="--audio names recorded words.")
        files = {path.stem.lower(): path for path in sorted(folder.iterdir()) if path.suffix.lower() in _SUFFIXES}
        if not files:
            raise InvalidInput(
                f"There are no recordings in {folder}.",
                field="audio",
                remedy="Each file is named after the word in it, such as digit_5.ogg or november.flac.",
            )

        def find(word: str) -> bytes | None:
            path = files.get(word) or files.get(word.removeprefix("digit_"))
            return None if path is None else path.read_bytes()

        return cls(find)

    def can_say(self, word: str) -> bool:
        """Whether there is a readable recording of a word."""
        return self._samples(word) is not None

    def say(self, words: Sequence[str], *, thinking_s: float, pause_s: float, rng: np.random.Generator) -> bytes:
        """Say words one after the other.

        Parameters
        ----------
        words : sequence of str
            Each known; none gives a recording of the quiet room.
        thinking_s, pause_s : float
            Before the first word, and between words (each varies by a third).
        rng : numpy.random.Generator
            Of the pauses and of the quiet room's noise.

        Returns
        -------
        bytes
            A WAV file, 16 kHz mono, 16 bits.
        """
        pieces = [self._quiet(max(thinking_s, _EDGE_S), rng)]
        for word in words:
            samples = self._samples(word)
            if samples is None:
                raise InvalidInput(f"This voice has no recording of {word!r}.", field="audio")
            pieces += [samples, self._quiet(pause_s * rng.uniform(0.67, 1.33), rng)]
        return _wav(np.concatenate([*pieces, self._quiet(_EDGE_S, rng)]))

    def _samples(self, word: str) -> NDArray[np.float32] | None:
        if word not in self._known:
            encoded = self._find(word)
            try:
                self._known[word] = None if encoded is None else decode(io.BytesIO(encoded)).samples
            except UnreadableAudio as error:
                raise InvalidInput(
                    f"The recording of {word!r} cannot be read: {error.message}", field="audio"
                ) from error
        return self._known[word]

    def _quiet(self, duration_s: float, rng: np.random.Generator) -> NDArray[np.float32]:
        return rng.normal(0, _ROOM_NOISE, int(duration_s * SAMPLE_RATE_HZ)).astype(np.float32)


def _wav(samples: NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE_HZ)
        sound.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
