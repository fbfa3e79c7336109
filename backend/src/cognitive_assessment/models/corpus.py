"""Recordings with what was truly said in them, from which the model of right readings learns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.models.degradation import CONDITIONS
from cognitive_assessment.models.spoken_kinds import answer_in
from cognitive_assessment.speech.decode import decode

TRUTH_FILE = "truth.json"
# Months, days and ordinals bear the same label, hold no number, and are left out.
_KIND_OF_PROMPT = {"digits": "number"}
_LONGEST_S = 15.0


@dataclass(frozen=True, slots=True)
class Example:
    """One recording under one condition, and the answer that a perfect listener would read from it."""

    path: Path
    folder: str
    speaker: str
    answer_kind: str
    expected: str
    condition: str

    @property
    def seed(self) -> int:
        """Of everything random about this example, from its name alone."""
        return int.from_bytes(hashlib.sha256(f"{self.folder}/{self.path.name}/{self.condition}".encode()).digest()[:8])


def examples_in(data: Path, *, worse_per_sequence: int = 2, worse_per_word: int = 1) -> list[Example]:
    """List every recording with a known answer, and some of the same recordings made worse.

    Parameters
    ----------
    data : Path
        Folder whose subfolders hold recordings and a `truth.json` (file, speaker, digits or text).
    worse_per_sequence, worse_per_word : int, optional
        How many worse copies of a digit sequence and of another recording are added.

    Returns
    -------
    list of Example
        In a fixed order.

    Raises
    ------
    InvalidInput
        If there is none.
    """
    found: list[Example] = []
    for truth_path in sorted(data.rglob(TRUTH_FILE)):
        for entry in json.loads(truth_path.read_text(encoding="utf-8")):
            clean = _example(truth_path.parent, entry)
            if clean is not None:
                count = worse_per_sequence if len(clean.expected) > 1 and "digits" in entry else worse_per_word
                found.append(clean)
                found.extend(_worse(clean, count))
    if not found:
        raise InvalidInput(
            f"No recordings with a known answer were found in {data}.",
            field="data",
            remedy=f"Each folder holds sound files and a {TRUTH_FILE}.",
        )
    return found


def noises_in(data: Path) -> list[NDArray[np.float32]]:
    """Load the background noises of a corpus: the recordings whose speaker is `noise`."""
    return [
        decode(truth_path.parent / entry["file"]).samples
        for truth_path in sorted(data.rglob(TRUTH_FILE))
        for entry in json.loads(truth_path.read_text(encoding="utf-8"))
        if entry.get("speaker") == "noise"
    ]


def sha256_of(paths: Sequence[Path]) -> str:
    """Hash the content of files, in the order given."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _example(folder: Path, entry: Mapping[str, Any]) -> Example | None:
    kind, expected = _kind_and_answer(folder.name, entry)
    if not expected or entry.get("seconds", 0.0) > _LONGEST_S:
        return None
    return Example(folder / entry["file"], folder.name, str(entry["speaker"]), kind, expected, "clean")


def _kind_and_answer(folder: str, entry: Mapping[str, Any]) -> tuple[str, str]:
    if "digits" in entry:
        return "digits", str(entry["digits"])
    text = entry.get("text") or ""
    if folder == "words_many_speakers":
        digits = answer_in(text, "digits")
        return ("digits", digits) if len(digits) == 1 else ("words", answer_in(text, "words"))
    kind = _KIND_OF_PROMPT.get(str(entry.get("kind", "")), "")
    return (kind, answer_in(text, kind)) if kind else ("", "")


def _worse(clean: Example, count: int) -> Iterator[Example]:
    first = clean.seed % len(CONDITIONS)
    for step in range(count):
        condition = CONDITIONS[(first + 3 * step) % len(CONDITIONS)]
        yield Example(clean.path, clean.folder, clean.speaker, clean.answer_kind, clean.expected, condition)
