"""Accuracy on sequences of spoken digits, and whether every wrong reading is sent to review.

The fusion's weights, the model and its threshold were chosen with these same sequences, so what is measured here is
what the system does with voices that it knows; the manifest's figure for unheard speakers is printed beside it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from benchmarks import DATA, Figure, NotHere, at_least, wilson, within
from cognitive_assessment.config import settings
from cognitive_assessment.models.answer_model import read_manifest
from cognitive_assessment.models.answer_reader import AnswerReader

FOLDER = DATA / "speech" / "digits"
_RESAMPLES = 10_000


@dataclass(frozen=True)
class Read:
    """One sequence as it was read."""

    file: str
    speaker: str
    truth: str
    answer: str
    needs_review: bool
    probability: float

    @property
    def right_digits(self) -> int:
        """Digits of the truth that the longest common blocks hold."""
        blocks = SequenceMatcher(None, self.answer, self.truth, autojunk=False).get_matching_blocks()
        return sum(block.size for block in blocks)


def run() -> list[Figure]:
    """Read every sequence of the folder."""
    if not (FOLDER / "truth.json").is_file():
        raise NotHere(f"there are no recordings in {FOLDER}; CAS_BENCH_DATA names their parent folder")
    reader = AnswerReader.load(settings().asr_model, settings().models_dir)
    reads = []
    for entry in json.loads((FOLDER / "truth.json").read_text(encoding="utf-8")):
        reading = reader.read(FOLDER / entry["file"], answer_kind="digits")
        answer = reading.answer
        reads.append(
            Read(
                entry["file"],
                entry["speaker"],
                entry["digits"],
                reading.value,
                answer.needs_review,
                answer.probability_right or 0.0,
            )
        )
    return [*_accuracy(reads), *_review(reads), *_unheard(), *_by_speaker(reads), *_wrong(reads)]


def _accuracy(reads: list[Read]) -> list[Figure]:
    exact = np.array([one.answer == one.truth for one in reads], dtype=float)
    right = np.array([one.right_digits for one in reads], dtype=float)
    said = np.array([len(one.truth) for one in reads], dtype=float)
    rng = np.random.default_rng(0)
    chosen = rng.integers(len(reads), size=(_RESAMPLES, len(reads)))
    shares = right[chosen].sum(axis=1) / said[chosen].sum(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975))
    lowest, highest = wilson(int(exact.sum()), len(reads))
    share, digits = float(exact.mean()), float(right.sum() / said.sum())
    of_sequences = f"{int(exact.sum())} of {len(reads)} = {share:.1%} (95 % Wilson {lowest:.1%} to {highest:.1%})"
    return [
        at_least("sequences exactly right", share, 0.90, of_sequences),
        at_least("digits right", digits, 0.97, f"{digits:.1%} (95 % bootstrap {low:.1%} to {high:.1%})"),
    ]


def _review(reads: list[Read]) -> list[Figure]:
    missed = sum(one.answer != one.truth and not one.needs_review for one in reads)
    reviewed = sum(one.needs_review for one in reads)
    return [
        within("wrong and not sent to review, of voices in the training", missed, 0, "", digits=0),
        within("sent to review, of voices in the training", 100 * reviewed / len(reads), 20, "%", digits=1),
    ]


def _unheard() -> list[Figure]:
    """What the manifest says of speakers that neither the model nor its threshold had seen."""
    of_unheard = read_manifest(settings().models_dir)["review"].get("clean_digit_sequences_of_unheard_speakers")
    if of_unheard is None:
        return []
    low, high = wilson(round(of_unheard["reviewed_fraction"] * of_unheard["readings"]), of_unheard["readings"])
    return [
        Figure(
            "the same of voices left out of it (from the manifest)",
            f"{of_unheard['wrong_not_reviewed']} of {of_unheard['wrong']} wrong not sent to review, "
            f"{of_unheard['reviewed_fraction']:.1%} sent (95 % Wilson {low:.1%} to {high:.1%})",
        )
    ]


def _by_speaker(reads: list[Read]) -> list[Figure]:
    figures = []
    for speaker in sorted({one.speaker for one in reads}):
        own = [one for one in reads if one.speaker == speaker]
        exact = Counter(one.answer == one.truth for one in own)[True]
        digits = sum(one.right_digits for one in own) / sum(len(one.truth) for one in own)
        reviewed = sum(one.needs_review for one in own)
        value = f"{exact} of {len(own)} exact, {digits:.1%} of digits, {reviewed} sent to review"
        figures.append(Figure(f"speaker {speaker}", value))
    return figures


def _wrong(reads: list[Read]) -> list[Figure]:
    return [
        Figure(
            f"wrong: {one.file}", f"{one.truth} read as {one.answer or '(nothing)'}, probability {one.probability:.2f}"
        )
        for one in reads
        if one.answer != one.truth
    ]
