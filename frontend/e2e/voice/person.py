"""What a simulated person says and does: one question a line in, one answer a line out.

A line in: {"part": ..., "question": ..., "attempt": 1, "time_zone": "UTC", "wav": "OUT.wav"}. A line out: {"said": ...}
with "length_s" where the sound was written to the file, with "response" where hands answer, with neither for silence.

Usage: person.py SEED [PROFILE]
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
from speak import RATE_HZ, write

from cognitive_assessment.simulation import touch
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.simulation.speaker import Speaker, Spoken, heard_in
from cognitive_assessment.simulation.voice import Voice, find_clips
from cognitive_assessment.speech.decode import decode

FOLDER = Path(__file__).parent
PUBLIC = FOLDER.parents[1] / "public"


def main() -> None:
    """Answer until nothing more is asked."""
    seed, profile = int(sys.argv[1]), PROFILES[sys.argv[2] if len(sys.argv) > 2 else "typical"]
    voice = Voice(find_clips(FOLDER), random.Random(seed))  # noqa: S311  # no secret
    for line in sys.stdin:
        asked = json.loads(line)
        speaker = Speaker(voice, profile, seed, asked["time_zone"])
        print(json.dumps(answer(speaker, asked)), flush=True)


def answer(speaker: Speaker, asked: dict[str, Any]) -> dict[str, Any]:
    """The answer to one question; a sound is written where one is said."""
    part, question = asked["part"], asked["question"]
    rng = speaker.chance(part["instrument"], question["item_id"], asked["attempt"])
    heard = heard_in(part, question)
    if hand := touch.HANDS.get(question["kind"]):
        parameters = {**question["parameters"], "heard": {word for words in heard for word in words}}
        response, said, _ = hand(parameters, speaker.profile, rng)
        return {"said": said, "response": response}
    spoken = speak(speaker, question, heard, rng)
    if spoken is None:
        return {"said": ""}
    write(Path(asked["wav"]), spoken.samples.astype(np.float64))
    return {"said": spoken.said, "length_s": spoken.samples.size / RATE_HZ}


def speak(speaker: Speaker, question: dict[str, Any], heard: list[list[str]], rng: random.Random) -> Spoken | None:
    """What is said; a sentence is given back as it was heard."""
    stimulus = question["stimulus"] or {}
    if stimulus.get("kind") == "sentence":
        return speaker.say_again(question, decode(PUBLIC / stimulus["audio"][0].lstrip("/")).samples, rng)
    return speaker.answer(question, heard, rng, now=dt.datetime.now(dt.UTC))


if __name__ == "__main__":
    main()
