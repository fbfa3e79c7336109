"""`cas transcribe`: read spoken answers from sound files, without a database or a server."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cognitive_assessment.config import settings
from cognitive_assessment.errors import CognitiveAssessmentError, InvalidInput

if TYPE_CHECKING:
    from cognitive_assessment.models.answer_reader import AnswerReading

KINDS = ("digits", "number", "date", "words", "free")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--answer", "answer_kind", type=click.Choice(KINDS), required=True, help="What was asked for.")
@click.option("--locale", default="en", show_default=True, help="Language of the answers.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(files: tuple[Path, ...], answer_kind: str, locale: str, as_json: bool) -> None:
    """Read the spoken answer in each FILE; exit 1 if any could not be read, the others still done."""
    from cognitive_assessment.models.answer_reader import AnswerReader

    reader = AnswerReader.load(settings().asr_model, settings().models_dir)
    failed = 0
    for path in _with_progress(files):
        try:
            reading = reader.read(path, answer_kind=answer_kind, locale=locale)
        except CognitiveAssessmentError as error:
            if isinstance(error, InvalidInput) and error.field == "locale":
                raise
            failed += 1
            _say(f"cas: {path}: {error.message} {error.remedy or ''}".rstrip(), is_error=True)
            continue
        document = _document(path, reading)
        _say(json.dumps(document, ensure_ascii=False) if as_json else _line(document))
    if failed:
        sys.exit(1)


def _with_progress(files: tuple[Path, ...]) -> Iterator[Path]:
    from tqdm import tqdm

    # a bar of one step says nothing, and a bar in a file is noise
    yield from tqdm(files, unit="file", disable=len(files) == 1 or not sys.stderr.isatty())


def _say(line: str, *, is_error: bool = False) -> None:
    """Print a whole line without tearing the progress bar apart."""
    from tqdm import tqdm

    with tqdm.external_write_mode(file=sys.stderr):
        click.echo(line, err=is_error)


def _document(path: Path, reading: AnswerReading) -> dict[str, Any]:
    answer = reading.answer
    words = [
        {
            "word": word.text,
            "onset_s": round(word.onset_s, 3),
            "offset_s": round(word.offset_s, 3),
            "confidence": round(word.confidence, 4),
        }
        for word in reading.transcript.words
    ]
    probability = answer.probability_right
    return {
        "file": str(path),
        "text": reading.transcript.text,
        "answer": reading.value,
        "words": words,
        "probability_right": None if probability is None else round(probability, 4),
        "needs_review": answer.needs_review,
        "reason": answer.reason,
    }


def _line(document: dict[str, Any]) -> str:
    sure = "" if document["probability_right"] is None else f"{document['probability_right']:.2f}"
    review = f"review: {document['reason']}" if document["needs_review"] else ""
    return "\t".join([document["file"], document["answer"] or "(none)", sure, review]).rstrip()
