"""What the system can do, measured: accuracy, speed, memory, size. `python -m benchmarks [NAME...]` prints it."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("CAS_BENCH_DATA", ROOT.parent / "shared" / "data"))


class NotHere(Exception):
    """What is to be measured is not on this machine; the message says what is missing."""


@dataclass(frozen=True)
class Figure:
    """One measured value, and the limit that it is held against."""

    name: str
    value: str
    limit: str = ""
    is_met: bool | None = None


def within(name: str, value: float, limit: float, unit: str, *, digits: int = 2) -> Figure:
    """A value that must not be above its limit."""
    return Figure(name, f"{value:.{digits}f} {unit}".strip(), f"at most {limit:g} {unit}".strip(), value <= limit)


def at_least(name: str, value: float, limit: float, shown: str) -> Figure:
    """A fraction that must not be below its limit."""
    return Figure(name, shown, f"at least {limit:.1%}", value >= limit)


def wilson(successes: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """Interval of a proportion (Wilson EB. J Am Stat Assoc 22, 209-212, 1927)."""
    share = successes / count
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - half) / (1 + z * z / count), (middle + half) / (1 + z * z / count)
