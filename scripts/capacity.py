"""What many sessions need: processors, database, storage and money, from what was measured here.

`python scripts/capacity.py` prints the tables of docs/reference/capacity.md; `--write` puts them there. The figures that
are measured stand in `MEASURED`, each with where it comes from; prices are no figures of ours and stay letters.
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
    """What one session of the battery `brief` costs, on the machine of docs/reference/benchmarks.md."""

    spoken_s: float = 237.0  # of 28 spoken answers together: the sample of `make bench`, speed
    worked_fraction: float = 0.24  # whole path over the length of the recordings, on two cores
    cores: int = 2
    requests: int = 166  # 66 recordings and copies, 100 calls: a simulated session of `brief`
    request_s: float = 0.02  # of one core, of an API process
    rows: int = 420  # sessions, questions, recordings, transcripts, scores, results, events, audit and its chain
    bytes_a_row: int = 900  # with its indexes
    recording_bytes_a_s: int = 4_000  # Opus as the browser sends it, at 32 kbit/s
    copy_bytes_a_s: int = 16_000  # FLAC of the signal that was scored, 16 kHz mono
    worker_mb: int = 648  # peak of one worker
    api_mb: int = 103


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
    core_s = measured.spoken_s * measured.worked_fraction * measured.cores
    peak_an_hour = sessions / assumed.days * assumed.peak_hour_fraction
    worker_cores = math.ceil(max(1.0, peak_an_hour * core_s / 3600 / assumed.busy))
    workers = math.ceil(worker_cores / measured.cores)
    requests_a_s = peak_an_hour * measured.requests / 3600
    api_processes = math.ceil(max(1.0, requests_a_s * measured.request_s / assumed.busy))
    database_gb = sessions * measured.rows * measured.bytes_a_row / 1e9
    audio_gb = sessions * measured.spoken_s * (measured.recording_bytes_a_s + measured.copy_bytes_a_s) / 1e9
    return Need(
        sessions=sessions,
        core_hours=sessions * core_s / 3600,
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
    """The month's cost with prices as letters: a core-hour c, a GB of memory for a month m, of database d, of objects o."""
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
