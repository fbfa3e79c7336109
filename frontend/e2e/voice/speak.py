"""Write a WAV file in which words of this folder are heard at given seconds.

Usage: speak.py OUT.wav < [{"at_s": 1.5, "words": ["five", "eight"], "gap_s": 0.3}, ...]; prints the length in seconds.
"""

from __future__ import annotations

import json
import sys
import wave
from pathlib import Path

import numpy as np

from cognitive_assessment.speech.decode import decode

RATE_HZ = 16_000
TAIL_S = 60.0  # of quiet, so that the file does not begin anew while somebody still answers
ROOM_NOISE = 0.0005


def main() -> None:
    """Read the slots, write the file."""
    folder = Path(__file__).parent
    pieces: list[tuple[int, np.ndarray]] = []
    for slot in json.load(sys.stdin):
        at = int(slot["at_s"] * RATE_HZ)
        for word in slot["words"]:
            samples = decode(folder / f"{word}.ogg").samples
            pieces.append((at, samples))
            at += len(samples) + int(slot.get("gap_s", 0.3) * RATE_HZ)
    end = max((at + len(samples) for at, samples in pieces), default=0)
    whole = np.zeros(end)
    for at, samples in pieces:
        whole[at : at + len(samples)] += samples
    write(Path(sys.argv[1]), whole)
    print(json.dumps({"end_s": end / RATE_HZ}))


def write(path: Path, said: np.ndarray) -> None:
    """Write what is said in a quiet room, and a minute of that room."""
    room = np.random.default_rng(1)
    whole = room.normal(0, ROOM_NOISE, len(said) + int(TAIL_S * RATE_HZ))
    whole[: len(said)] += said
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", "not compressed"))
        file.writeframes((np.clip(whole, -1, 1) * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
