"""When the browser showed a stimulus and noticed a press, against what the timed tasks reported of it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import ROOT, Figure, NotHere, within

# from the frame whose time is the onset to the picture: two frames of 60 Hz, as a double-buffered screen needs
ONSET_MS, PRESS_MS = 34, 1
_FIND = ROOT / "scripts" / "ensure_browser.sh"
_LIMIT_S = 900

Trial = dict[str, Any]


def run() -> list[Figure]:
    """Take the tasks in a Chromium that is told when to press, on a system of its own."""
    if not (ROOT / "frontend" / "node_modules" / "@playwright").is_dir():
        raise NotHere("Playwright is not installed; `make e2e` installs it")
    if not (ROOT / "frontend" / "out" / "index.html").is_file():
        raise NotHere("the pages are not built; `make install` builds them")
    with tempfile.TemporaryDirectory(prefix="cas-timing-") as folder:
        Path(folder).chmod(0o711)  # the database runs as a user of its own where everything else is root
        measured = _measure(folder)
    return [figure for block in measured["blocks"] for figure in figures_of(block["name"], block["trials"])]


def _measure(folder: str) -> dict[str, Any]:
    found = subprocess.run(["bash", str(_FIND)], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise NotHere("there is no Chromium; CAS_BROWSER names one")
    environment = os.environ | {
        "CAS_BROWSER": found.stdout.splitlines()[-1],
        "CAS_E2E_DIR": folder,
        "CAS_E2E_TIMING": "1",
    }
    command = ["npx", "playwright", "test", "--config", "e2e/playwright.config.ts", "--retries=0", "--no-deps"]
    command += ["--grep", "@timing"]
    done = subprocess.run(
        command, cwd=ROOT / "frontend", env=environment, capture_output=True, text=True, timeout=_LIMIT_S, check=False
    )
    result = Path(folder, "timing.json")
    if done.returncode != 0 or not result.is_file():
        raise NotHere(f"the tasks could not be taken:\n{done.stdout[-2000:]}")
    measured: dict[str, Any] = json.loads(result.read_text())
    return measured


def figures_of(name: str, trials: Sequence[Trial]) -> list[Figure]:
    """The figures of one block."""
    shown = [one["presented_ms"] - one["frame_ms"] for one in trials if one["presented_ms"] is not None]
    pressed = [one for one in trials if one["reaction_time_ms"] is not None and one["sent_ms"] is not None]
    press = [one["frame_ms"] + one["reaction_time_ms"] - one["sent_ms"] for one in pressed]
    handled = [one["handled_ms"] - one["sent_ms"] for one in pressed if one["handled_ms"] is not None]
    if len(shown) < len(trials) / 2 or len(press) < len(trials) / 2:
        raise NotHere(f"{name}: this Chromium tells no presentation times of {len(trials) - len(shown)} stimuli")
    return [
        within(
            f"{name}: from onset to presentation, median of {len(shown)}",
            statistics.median(shown),
            ONSET_MS,
            "ms",
            digits=1,
        ),
        Figure(f"{name}: the same, middle half, most", _spread(shown)),
        Figure(f"{name}: standard deviation of it", f"{statistics.stdev(shown):.1f} ms"),
        Figure(f"{name}: onset as reported, off its frame, most", f"{_clock_drift(trials):.2f} ms"),
        within(
            f"{name}: press as reported, off its known time, most of {len(press)}", max(map(abs, press)), PRESS_MS, "ms"
        ),
        Figure(f"{name}: the same by the page's own clock at the handler", _spread(handled)),
    ]


def _spread(values: Sequence[float]) -> str:
    """The quartiles and the largest."""
    first, _, third = statistics.quantiles(values, n=4, method="inclusive")
    return f"{first:.1f} to {third:.1f} ms, {max(values):.1f} ms"


def _clock_drift(trials: Sequence[Trial]) -> float:
    """How far an onset lies off the frame in which the stimulus was put, the start of the block taken out."""
    starts = [one["frame_ms"] - one["onset_ms"] for one in trials]
    middle = statistics.median(starts)
    return max(abs(start - middle) for start in starts)
