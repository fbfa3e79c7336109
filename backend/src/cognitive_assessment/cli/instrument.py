"""`cas instrument`: check a folder of instruments and batteries, and print what their data may hold."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from cognitive_assessment.instruments.folders import PACKAGED, Found, read_folders, require_instruments
from cognitive_assessment.instruments.schema_pages import FILES, json_schema


@click.group(name="instrument")
def command() -> None:
    """Instruments and batteries as data."""


@command.command()
@click.argument("folder", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Say what is wrong with the instruments and batteries of FOLDER, with file and line; then the exit code is 1."""
    folder = folder.expanduser().absolute()
    require_instruments(folder)
    found = read_folders([PACKAGED] if PACKAGED in {folder, folder.parent} else [PACKAGED, folder])
    faults = [fault for fault in found.faults if fault.path.is_relative_to(folder)]
    for fault in sorted(faults):
        click.echo(str(fault), err=True)
    if faults:
        click.echo(f"{len(faults)} fault{'s' if len(faults) > 1 else ''}.", err=True)
        sys.exit(1)
    click.echo(_told(found, folder))


@command.command()
@click.argument("file", type=click.Choice(sorted(FILES)))
def schema(file: str) -> None:
    """Print the JSON Schema of FILE: `definition`, `texts` or `battery`, for editors and other programs."""
    click.echo(json.dumps(json_schema(file), indent=2, ensure_ascii=False))


def _told(found: Found, folder: Path) -> str:
    lines = [
        f"{slug}: {definition.kind}, scored by {definition.rule}, in {', '.join(definition.locales)}"
        for slug, definition in found.instruments.items()
        if found.folders[slug].is_relative_to(folder)
    ]
    lines += [
        f"battery {slug}: {', '.join(found.batteries[slug].instruments)}"
        for slug, path in found.battery_files.items()
        if path.is_relative_to(folder)
    ]
    return "\n".join([*lines, "Nothing is wrong."])
