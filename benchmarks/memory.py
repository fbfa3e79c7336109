"""Peak memory of a process that reads answers, as a worker does: short ones, and one minute of speech."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks import DATA, Figure, NotHere, within

LIMIT_MB = 700
_READ = """
import json, resource, sys
from pathlib import Path
from cognitive_assessment.config import settings
from cognitive_assessment.models.answer_reader import AnswerReader
import cognitive_assessment.jobs.app
reader = AnswerReader.load(settings().asr_model, settings().models_dir)
for path, kind in json.load(sys.stdin):
    reader.read(Path(path), answer_kind=kind)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)
"""


def run() -> list[Figure]:
    """Read in a process of its own."""
    digits = sorted((DATA / "speech" / "digits").glob("*.flac"))[-12:]
    long = sorted((DATA / "speech" / "spontaneous").glob("*.flac"), key=lambda path: path.stat().st_size)[-2:]
    if not digits:
        raise NotHere(f"there are no recordings in {DATA}; CAS_BENCH_DATA names their folder")
    work = [(str(path), "digits") for path in digits] + [(str(path), "words") for path in long]
    done = subprocess.run(
        [sys.executable, "-c", _READ], input=json.dumps(work), capture_output=True, text=True, check=True
    )
    return [within("peak memory of a process that reads answers", float(done.stdout), LIMIT_MB, "MB", digits=0)]
