"""Size of what `make run` installs: the Python packages of the lock, the pages' packages, the pages, the models."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from benchmarks import ROOT, Figure, NotHere, within

LIMIT_MB = 1500


def run() -> list[Figure]:
    """Add up; packages that only tests need are left out, also where they are installed."""
    if not (ROOT / "frontend" / "node_modules").is_dir():
        raise NotHere("the pages' packages are not installed; `make install` does it")
    parts = {
        "Python packages, with their bytecode": _python(),
        "packages that build the pages": _node(),
        "pages and stimuli": _tree(ROOT / "frontend" / "out"),
        "models": _tree(ROOT / "models"),
    }
    total = sum(parts.values())
    figures = [Figure(name, f"{size / 1e6:.0f} MB") for name, size in parts.items()]
    return [within("everything", total / 1e6, LIMIT_MB, "MB", digits=0), *figures]


def _python() -> int:
    lock = (ROOT / "backend" / "requirements.lock").read_text(encoding="utf-8")
    total = 0
    for name in sorted(set(re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE))):
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            continue  # for another platform
        total += sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).is_file())
    return total


def _node() -> int:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    total = 0
    for path, entry in lock["packages"].items():
        folder = ROOT / "frontend" / path
        if path and not entry.get("dev") and folder.is_dir():
            nested = folder / "node_modules"
            total += _tree(folder) - (_tree(nested) if nested.is_dir() else 0)
    return total


def _tree(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
