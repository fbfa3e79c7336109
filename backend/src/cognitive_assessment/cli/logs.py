"""`cas logs`: what the processes have logged, newest last."""

from __future__ import annotations

import collections
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cognitive_assessment.config import settings
from cognitive_assessment.errors import NotFound
from cognitive_assessment.ops import log_lines

_LEVELS = ("debug", "info", "warning", "error", "critical")


_PAGES = frozenset({"/", "/<path:path>"})  # the routes that serve the built pages


@click.command()
@click.argument("what", required=False, type=click.Choice(["frontend"]))
@click.option("--tail", default=100, show_default=True, type=click.IntRange(min=0), help="How many of the last lines.")
@click.option("--follow", is_flag=True, help="Go on with what is logged from now on, until Ctrl-C.")
@click.option("--part", type=click.Choice(["api", "worker", "watcher"]), help="Only lines of this part.")
@click.option("--level", type=click.Choice(_LEVELS), default="debug", help="Only lines of at least this level.")
def command(what: str | None, *, tail: int, follow: bool, part: str | None, level: str) -> None:
    """Show what API and workers have logged, one JSON object a line; no line holds a name, an answer or a token.

    `frontend` shows only who asked for a page, and what was answered.
    """
    path = log_lines.file_of(settings().data_dir)
    if not path.exists():
        raise NotFound(f"Nothing was logged yet in {path}.", remedy="`cas serve` runs the system.")
    wanted = _LEVELS[_LEVELS.index(level) :]
    last = collections.deque((line for line in _lines(path) if _is_wanted(line, part, wanted, what)), maxlen=tail)
    for line in last:
        click.echo(line)
    if follow:
        for line in _new_lines(path):
            if _is_wanted(line, part, wanted, what):
                click.echo(line)


def _is_wanted(line: str, part: str | None, levels: tuple[str, ...], what: str | None) -> bool:
    try:
        entry: dict[str, Any] = json.loads(line)
    except ValueError:
        return False  # cut off by a full disk
    if what == "frontend" and entry.get("route") not in _PAGES:
        return False
    return entry.get("level") in levels and part in {None, entry.get("part")}


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            yield line.rstrip("\n")


def _new_lines(path: Path) -> Iterator[str]:
    """Lines as they are added, also after the file was rotated away."""
    file = path.open(encoding="utf-8", errors="replace")
    file.seek(0, 2)
    while True:
        line = file.readline()
        if line:
            yield line.rstrip("\n")
            continue
        if path.exists() and path.stat().st_ino != os.fstat(file.fileno()).st_ino:
            file.close()
            file = path.open(encoding="utf-8", errors="replace")
            continue
        time.sleep(0.3)
