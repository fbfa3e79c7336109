"""`cas model`: train, verify and show the model that says how sure a reading is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from cognitive_assessment.config import settings
from cognitive_assessment.errors import InvalidInput

_SAVE_EVERY = 50


@click.group()
def command() -> None:
    """Train, verify or describe the model that says how sure a reading is."""


@command.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder of labelled speech.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for model.pkl and manifest.json.")
@click.option(
    "--cache", type=click.Path(path_type=Path), help="File that remembers what was heard, to go on or repeat."
)
def train(data: Path, out: Path | None, cache: Path | None) -> None:
    """Learn from labelled speech when a reading is right; takes about half an hour on two cores."""
    from tqdm import tqdm

    from cognitive_assessment.models import training

    if not data.is_dir():
        raise InvalidInput(f"There is no folder {data}.", field="data", remedy="--data names the labelled speech.")
    listener, known = training.make_listener(cache)
    with tqdm(unit="recording", disable=not sys.stderr.isatty()) as bar:

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(1)
            if done % _SAVE_EVERY == 0:
                known.save(is_finished=False)

        readings = training.read_all(listener, data, report)
    known.save(is_finished=True)
    manifest = training.train(readings, recogniser=listener.name, out=out or settings().models_dir)
    told = {name: manifest[name] for name in ("version", "readings", "speakers", "cross_validation", "review")}
    click.echo(json.dumps(told, indent=2))


@command.command()
def verify() -> None:
    """Check the model's file against its manifest before anything is unpickled, then predict the known case."""
    from cognitive_assessment.models.answer_model import MODEL_FILE, AnswerModel

    model = AnswerModel.load(settings().models_dir)
    model.verify()
    click.echo(f"verified: {settings().models_dir / MODEL_FILE} (version {model.version})")


@command.command()
def show() -> None:
    """Print the manifest."""
    from cognitive_assessment.models.answer_model import read_manifest

    click.echo(json.dumps(read_manifest(settings().models_dir), indent=2))
