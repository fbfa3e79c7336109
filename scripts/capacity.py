"""What many sessions need: processors, database, storage and money, from what was measured here.

`python scripts/capacity.py` prints the tables of docs/reference/capacity.md; `--write` puts them there. What is
measured stands in `Measured`, what is chosen in `Assumed`; prices are no figures of ours and stay letters.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "capacity.md"
BEGIN, END = "<!-- begin: scripts/capacity.py -->", "<!-- end -->"
SESSIONS = (1_000, 10_000, 100_000, 1_000_000)
MONTH_S = 30 * 86_400


@dataclass(frozen=True)
class Measured:
    """What one simulated session of `brief` cost on 2 shared cores on 2026-11-26; processor time is counted."""

    recordings: int = 39
    spoken_s: float = 316.0  # of these recordings together, with repeated ones
    worker_core_s: float = 97.2  # of processors, of a worker
    worker_cores: int = 2  # that one worker can use
    requests: int = 1423  # pieces of recordings are most of them
    api_core_s: float = 13.1  # of processors, of the API
    rows: int = 437  # of all tables, audit log and queue included
    database_bytes: int = 1_277_952  # with indexes; the first session of an empty database, whose pages are half empty
    recording_bytes: int = 1_265_248
    copy_bytes: int = 4_603_644  # the signal that was scored, to be played
    worker_mb: int = 648  # peak of one worker; `make bench`
    api_mb: int = 103  # `make bench`


@dataclass(frozen=True)
class Assumed:
    """What is not measured but chosen: change it for your own clinic."""

    peak_hour_fraction: float = 0.15  # of a day's sessions within its busiest hour
    days: int = 22  # days of a month with sessions
    busy: float = 0.6  # of the processors at the busiest hour, so that nothing waits long
    audio_kept_months: int = 12
    rows_kept_months: int = 120


@dataclass(frozen=True)
class Need:
    """What a number of sessions a month needs."""

    sessions: int
    core_hours: float
    worker_cores: int
    workers: int
    api_processes: int
    memory_gb: float
    requests_a_s: float
    database_gb_a_month: float
    database_gb: float
    audio_gb_a_month: float
    audio_gb: float


def need(sessions: int, measured: Measured, assumed: Assumed) -> Need:
    """Work it out; nothing is rounded down."""
    peak_an_hour = sessions / assumed.days * assumed.peak_hour_fraction
    worker_cores = math.ceil(max(1.0, peak_an_hour * measured.worker_core_s / 3600 / assumed.busy))
    workers = math.ceil(worker_cores / measured.worker_cores)
    requests_a_s = peak_an_hour * measured.requests / 3600
    api_processes = math.ceil(max(1.0, peak_an_hour * measured.api_core_s / 3600 / assumed.busy))
    database_gb = sessions * measured.database_bytes / 1e9
    audio_gb = sessions * (measured.recording_bytes + measured.copy_bytes) / 1e9
    return Need(
        sessions=sessions,
        core_hours=sessions * measured.worker_core_s / 3600,
        worker_cores=worker_cores,
        workers=workers,
        api_processes=api_processes,
        memory_gb=(workers * measured.worker_mb + api_processes * measured.api_mb) / 1000,
        requests_a_s=requests_a_s,
        database_gb_a_month=database_gb,
        database_gb=database_gb * assumed.rows_kept_months,
        audio_gb_a_month=audio_gb,
        audio_gb=audio_gb * assumed.audio_kept_months,
    )


def money(of: Need) -> str:
    """The cost of a month: c a core-hour; m, d and o a GB of memory, database and objects for a month."""
    cores = (of.worker_cores + of.api_processes) * MONTH_S // 3600
    return f"{cores:,} c + {of.memory_gb:,.1f} m + {_gb(of.database_gb)} d + {_gb(of.audio_gb)} o"


def tables(measured: Measured, assumed: Assumed) -> str:
    """The two tables of the page."""
    needs = [need(count, measured, assumed) for count in SESSIONS]
    rows = [
        ("sessions a month", [f"{one.sessions:,}" for one in needs]),
        ("core-hours of recognition a month", [f"{one.core_hours:,.0f}" for one in needs]),
        ("cores of the workers, for the busiest hour", [f"{one.worker_cores:,}" for one in needs]),
        ("worker processes, two cores each", [f"{one.workers:,}" for one in needs]),
        ("API processes", [f"{one.api_processes:,}" for one in needs]),
        ("requests a second, at the busiest hour", [f"{one.requests_a_s:,.1f}" for one in needs]),
        ("memory of both, GB", [f"{one.memory_gb:,.1f}" for one in needs]),
        ("database, GB more each month", [_gb(one.database_gb_a_month) for one in needs]),
        (f"database, GB after {assumed.rows_kept_months} months", [_gb(one.database_gb) for one in needs]),
        ("recordings and copies, GB more each month", [_gb(one.audio_gb_a_month) for one in needs]),
        (
            f"recordings and copies, GB kept for {assumed.audio_kept_months} months",
            [_gb(one.audio_gb) for one in needs],
        ),
        ("the same again for the backups, GB", [_gb(one.audio_gb) for one in needs]),
        ("money a month", [money(one) for one in needs]),
    ]
    lines = ["| " + " | ".join([title, *values]) + " |" for title, values in rows]
    return "\n".join([lines[0], "| --- " * (len(SESSIONS) + 1) + "|", *lines[1:]])


def _gb(value: float) -> str:
    return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"


def written(page: str, measured: Measured, assumed: Assumed) -> str:
    """The page with its tables made anew."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{tables(measured, assumed)}\n{END}{after}"


def main() -> int:
    """Print the tables, or write them into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="Put the tables into docs/reference/capacity.md.")
    if parser.parse_args().write:
        PAGE.write_text(written(PAGE.read_text(), Measured(), Assumed()))
    else:
        print(tables(Measured(), Assumed()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
