"""Make the words of the simulated participant, from another voice than that of the instructions.

Reads the words from the system itself (`cognitive_assessment.simulation.vocabulary`), speaks those that are new with
Kokoro-82M, writes each as Opus in Ogg, removes what is no longer said, and writes the manifest. Needs what
make_stimuli.py needs; docs/reference/stimuli.md says how.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from make_stimuli import MODEL_SHA256, ROOT, load_voice, sha256_of, tools
from stimulus_sound import SAMPLE_RATE_HZ, cut_last_stretch, encode, stretch_count, trimmed

WORDS = ROOT / "backend" / "src" / "cognitive_assessment" / "simulation" / "voice"
VOICE = "am_michael"
VOICE_SHA256 = "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1"
LANGUAGE = "en-us"
# This voice pauses at the dots nearly always, so that the word can be cut out there; slower where it does not.
CARRIERS = ("My answer is... {}.", "The number is... {}.")
SPEEDS = (0.85, 0.8, 0.75)
TAIL_S = 0.02
# fmt: off
CAPITALISED = frozenset({
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
})
# fmt: on


def wanted(python: Path) -> list[str]:
    """Every word that has to be spoken."""
    command = [str(python), "-m", "cognitive_assessment.simulation.vocabulary"]
    words: list[str] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return words


def make(voice: Any, word: str) -> None:
    """Speak one word at the end of a carrier sentence and write it."""
    said = word.capitalize() if word in CAPITALISED else word
    for speed, carrier in product(SPEEDS, CARRIERS):
        samples = voice.create(carrier.format(said), VOICE, speed=speed, lang=LANGUAGE)[0]
        if stretch_count(samples) == 2:
            encode(trimmed(cut_last_stretch(samples), TAIL_S), WORDS / f"{word}.ogg", is_digit=False)
            return
    raise SystemExit(f"no carrier has exactly one pause before {word}")


def described() -> dict[str, Any]:
    """How the words are made; any change here makes all of them anew."""
    return {
        "voice": f"Kokoro-82M {VOICE}",
        "voice_licence": "Apache-2.0",
        "licence": "CC-BY-SA-4.0",
        "model_sha256": MODEL_SHA256,
        "voice_sha256": VOICE_SHA256,
        "carriers": list(CARRIERS),
        "language": LANGUAGE,
        "speeds": list(SPEEDS),
        "sample_rate_hz": SAMPLE_RATE_HZ,
        "tools": tools(),
    }


def main() -> None:
    """Make what is new or changed and write the manifest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="make every word anew, not only what changed")
    parser.add_argument("--word", action="append", default=[], help="make this word anew")
    parser.add_argument("--python", type=Path, default=ROOT / ".venv/bin/python", help="the Python that has the system")
    arguments = parser.parse_args()
    manifest = WORDS / "manifest.json"
    before = json.loads(manifest.read_text()) if manifest.exists() else {}
    kept = {} if arguments.all or before.get("made_with") != described() else before["words"]
    words = wanted(arguments.python)
    WORDS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        voice = None
        for word in words:
            path = WORDS / f"{word}.ogg"
            if word in arguments.word or not path.is_file() or kept.get(word) != sha256_of(path):
                voice = voice or load_voice(Path(folder), VOICE, VOICE_SHA256)
                make(voice, word)
                print(f"made {word}", file=sys.stderr)
    for path in WORDS.glob("*.ogg"):
        if path.stem not in words:
            path.unlink()
            print(f"removed {path.name}")
    hashes = {word: sha256_of(WORDS / f"{word}.ogg") for word in words}
    manifest.write_text(json.dumps({"made_with": described(), "words": hashes}, indent=1) + "\n")
    print(f"{len(words)} words, {sum(path.stat().st_size for path in WORDS.glob('*.ogg')) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
