"""`cas model`: train, verify and show the model that says how sure a reading is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from cognitive_assessment.config import settings


@click.group()
def command() -> None:
    """Train, verify or describe the model that says how sure a reading is."""


@command.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder of labelled speech.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for model.pkl and manifest.json.")
def train(data: Path, out: Path | None) -> None:
    """Learn from labelled speech when a reading is right; takes about half an hour on two cores."""
    from tqdm import tqdm

    from cognitive_assessment.models import corpus, recogniser_files, training
    from cognitive_assessment.models.answer_reader import AnswerReader

    names = ("tiny.en", "base")
    reader = AnswerReader((recogniser_files.load(names[0]), recogniser_files.load(names[1])), None, names)
    total = sum(1 for _ in corpus.samples(data))
    with tqdm(total=total, unit="recording", disable=not sys.stderr.isatty()) as bar:
        readings = training.collect(reader, data, bar.update)
    manifest = training.train(
        readings,
        data_sha256=corpus.sha256(data),
        recogniser=reader.versions["recogniser"],
        out=out or settings().models_dir,
    )
    click.echo(json.dumps({name: manifest[name] for name in ("brier_score", "review_threshold", "review")}, indent=2))


@command.command()
def verify() -> None:
    """Check the model's file against its manifest before anything is unpickled, then predict the known case."""
    from cognitive_assessment.models import reliability

    model = reliability.load(settings().models_dir)
    click.echo(f"verified: {settings().models_dir / reliability.MODEL_FILE} ({model.version})")


@command.command()
def show() -> None:
    """Print the manifest."""
    from cognitive_assessment.models import reliability

    click.echo(json.dumps(reliability.verify(settings().models_dir), indent=2))
