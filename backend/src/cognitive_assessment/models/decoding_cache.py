"""A recogniser that remembers what it heard in the very same samples, so that training can be repeated in minutes."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import inspect
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.records.speech import Stretch, Word
from cognitive_assessment.speech import whisper
from cognitive_assessment.speech.whisper import Heard, Whisper

_DECIMALS = 4


class DecodingCache:
    """Everything remembered, by a hash of the samples, the recogniser and the way of decoding; one file."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, Any] = {}
        if path is not None and path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                self._known = dict(json.loads(line) for line in lines)
        self._used: set[str] = set()

    def look_up(self, key: str, make: Callable[[], Any]) -> Any:
        """Give what is known under a key, or make it."""
        self._used.add(key)
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def save(self, *, is_finished: bool) -> None:
        """Write it sorted and without a time stamp; what was not used since the start is forgotten only at the end."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        kept = sorted(self._used if is_finished else self._known)
        lines = [json.dumps([key, self._known[key]], separators=(",", ":")) for key in kept]
        temporary = self._path.with_name(f".{self._path.name}.new")
        with temporary.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
            packed.write(("\n".join(lines) + "\n").encode())
        temporary.replace(self._path)


class RememberingWhisper(Whisper):
    """Hears as a `Whisper`, which it loads only when something was not heard before."""

    def __init__(self, name: str, is_multilingual: bool, load: Callable[[], Whisper], cache: DecodingCache) -> None:
        self.name = name
        self._is_multilingual = is_multilingual
        self._load = load
        self._loaded: Whisper | None = None
        self._cache = cache

    @property
    def is_multilingual(self) -> bool:
        """Whether it hears more than English."""
        return self._is_multilingual

    def hear(
        self, samples: NDArray[np.float32], windows: Sequence[Stretch], *, language: str, has_word_times: bool = True
    ) -> Heard:
        """See `Whisper.hear`."""
        spans = [(round(window.onset_s, 4), round(window.offset_s, 4)) for window in windows]
        key = self._key([samples], spans, language, has_word_times)
        found = self._cache.look_up(
            key,
            lambda: _rounded(
                dataclasses.asdict(
                    self._real().hear(samples, windows, language=language, has_word_times=has_word_times)
                )
            ),
        )
        return Heard(
            **found
            | {
                "words": tuple(Word(**word) for word in found["words"]),
                "hypotheses": tuple((text, score) for text, score in found["hypotheses"]),
            }
        )

    def score_words(
        self, stretches: Sequence[NDArray[np.float32]], spellings: Sequence[Sequence[str]], *, window_s: float
    ) -> NDArray[np.float64]:
        """See `Whisper.score_words`."""
        key = self._key(stretches, [list(word) for word in spellings], window_s)
        found = self._cache.look_up(
            key, lambda: _rounded(self._real().score_words(stretches, spellings, window_s=window_s).tolist())
        )
        return np.array(found, dtype=np.float64).reshape(len(stretches), len(spellings))

    def _real(self) -> Whisper:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded

    def _key(self, signals: Sequence[NDArray[np.float32]], *parameters: Any) -> str:
        digest = hashlib.sha256(f"{_decoder_version()}|{self.name}|{json.dumps(parameters)}".encode())
        for signal in signals:
            digest.update(np.int64(signal.size).tobytes() + signal.tobytes())
        return digest.hexdigest()[:24]


def _decoder_version() -> str:
    """Of the code that decodes: when it changes, nothing remembered counts any more."""
    return hashlib.sha256(inspect.getsource(whisper).encode()).hexdigest()


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value
