"""Log lines as JSON objects, one a line, with ids only: never a name, a token or an answer."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import traceback
from logging.handlers import WatchedFileHandler
from pathlib import Path

from cognitive_assessment.ops.log_scrubbing import scrub, scrub_value

ROTATE_AT_BYTES = 20_000_000
KEPT = 5


class JsonFormatter(logging.Formatter):
    """A record as one JSON object; `extra={"fields": {...}}` adds named values, `part` says which process writes."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname.lower(),
            "part": self._part,
            "logger": record.name,
            "message": scrub(record.getMessage()),
            **scrub_value(getattr(record, "fields", {})),
        }
        if record.exc_info and record.exc_info[2] is not None:
            # the places only: an exception's text may hold what a person said
            line["trace"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, default=str)


def file_of(data_dir: Path) -> Path:
    """The file in which all processes of a system write their lines, one after the other."""
    return data_dir / "logs" / "cas.jsonl"


def configure(level: str, *, part: str, data_dir: Path) -> None:
    """Write every log of this process to standard error and to the system's file, in this form."""
    path = file_of(data_dir)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # every line is one write at the end of the file, so that lines of several processes never mix; when the file was
    # rotated away, the handler opens the new one
    shown = logging.StreamHandler(sys.stderr)
    if sys.stderr.isatty():  # somebody looks on, who wants to see the sign-in and what goes wrong
        shown.setLevel(logging.WARNING)
    handlers: list[logging.Handler] = [shown, WatchedFileHandler(path, encoding="utf-8")]
    for handler in handlers:
        handler.setFormatter(JsonFormatter(part))
    logging.basicConfig(level=level, handlers=handlers, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every look at the schema


def rotate(data_dir: Path) -> None:
    """Put a file that has grown large aside, as number 1, and remove the oldest; repeating it is harmless."""
    path = file_of(data_dir)
    if not path.exists() or path.stat().st_size < ROTATE_AT_BYTES:
        return
    for number in range(KEPT, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        newer = path if number == 1 else path.with_name(f"{path.name}.{number - 1}")
        if newer.exists():
            newer.replace(older)
