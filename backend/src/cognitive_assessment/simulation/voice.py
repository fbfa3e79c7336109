"""The voice of a simulated participant: recorded words of a folder, and the synthetic ones that come with it."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.simulation.vocabulary import UNITS
from cognitive_assessment.speech.decode import SAMPLE_RATE_HZ, decode

SYNTHETIC = Path(__file__).with_name("voice")
SOUNDS = frozenset({".flac", ".wav", ".ogg", ".opus", ".mp3", ".m4a", ".webm"})
_AROUND_S = 0.04  # kept around a word that is cut out, so that no consonant is lost

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Clip:
    """A word in a file, or the whole file where no times are given."""

    path: Path
    speaker: str
    onset_s: float = 0.0
    offset_s: float | None = None


class Voice:
    """Says words that it has recordings of; what a folder lacks is said by the synthetic voice."""

    def __init__(self, clips: dict[str, list[Clip]], rng: random.Random) -> None:
        self._clips = find_clips(SYNTHETIC) | _of_one_speaker(clips, rng)

    def can_say(self, word: str) -> bool:
        """Whether there is a recording of this word."""
        return word in self._clips

    def say(self, word: str, rng: random.Random) -> Samples:
        """The word at 16 kHz, in one of its recordings."""
        return _cut(rng.choice(self._clips[word]))


def find_clips(folder: Path) -> dict[str, list[Clip]]:
    """All words in a folder and those below it.

    A `truth.json` says for each file what is said in it (`text` or `digits`, and `words` with their times). Without
    one, a file is named for its word: `five.wav`, `7_2.flac`, `digit_7.ogg`, `november.mp3`. Raises `InvalidInput`
    where there is nothing.
    """
    if not folder.is_dir():
        raise InvalidInput(f"{folder} is not a folder.", field="audio")
    clips: dict[str, list[Clip]] = defaultdict(list)
    listed = {path.parent for path in folder.rglob("truth.json")}
    for parent in sorted(listed):
        for word, clip in _listed(parent):
            clips[_as_word(word)].append(clip)
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SOUNDS and path.parent not in listed:
            clips[_as_word(re.split(r"[_.]", path.stem.lower().removeprefix("digit_"))[0])].append(
                Clip(path, speaker=str(path.parent))
            )
    if not clips:
        raise InvalidInput(
            f"{folder} holds no recordings.", field="audio", remedy="A file is named for its word: five.wav, 7.flac."
        )
    return dict(clips)


def _listed(folder: Path) -> Iterator[tuple[str, Clip]]:
    try:
        entries: list[dict[str, Any]] = json.loads((folder / "truth.json").read_text())
        for entry in entries:
            path, speaker = folder / entry["file"], str(entry.get("speaker", folder))
            if "words" in entry:
                for word, onset_s, offset_s in entry["words"]:
                    yield str(word), Clip(path, speaker, float(onset_s), float(offset_s))
            elif said := entry.get("text") or entry.get("digits"):
                yield str(said), Clip(path, speaker)
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            f"{folder / 'truth.json'} is not a list of files with what is said.", field="audio"
        ) from error


def _as_word(text: str) -> str:
    text = text.strip().lower().replace("-", " ")
    return UNITS[int(text)] if re.fullmatch("[0-9]", text) else text


def _of_one_speaker(clips: dict[str, list[Clip]], rng: random.Random) -> dict[str, list[Clip]]:
    """Every word by one speaker, chosen among those who know all digits; words that they lack by whoever has them."""
    knows: dict[str, set[str]] = defaultdict(set)
    for word, of_word in clips.items():
        for clip in of_word:
            knows[clip.speaker].add(word)
    whole = sorted(speaker for speaker, words in knows.items() if words.issuperset(UNITS))
    if not whole:
        return clips
    chosen = rng.choice(whole)
    own = {word: [clip for clip in of_word if clip.speaker == chosen] for word, of_word in clips.items()}
    return {word: own[word] or of_word for word, of_word in clips.items()}


def _cut(clip: Clip) -> Samples:
    samples = decode(clip.path).samples
    if clip.offset_s is None:
        return samples
    first = max(0, int((clip.onset_s - _AROUND_S) * SAMPLE_RATE_HZ))
    return samples[first : int((clip.offset_s + _AROUND_S) * SAMPLE_RATE_HZ)]
