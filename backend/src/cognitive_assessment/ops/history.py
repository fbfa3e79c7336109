"""How well the system has served: looked at every few seconds, kept in pieces of five minutes for a month.

The supervisor keeps it in files of the data folder, so that the minutes in which the database is away are told too.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import time
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from prometheus_client.multiprocess import MultiProcessCollector

from cognitive_assessment.config import Settings
from cognitive_assessment.ops.metrics import files, machine
from cognitive_assessment.private_files import append_private

LOOK_EVERY_S = 15.0
PIECE_S = 300.0
KEPT_S = 31 * 86_400.0
_LOOK_LIMIT_S = 4.5  # a little more than the health allows its checks
# as in deploy/prometheus/recording.yml: what machines ask, and what takes as long as somebody's line
_ASKED_BY_MACHINES = ("/metrics", "/api/health")
_AS_LONG_AS_THE_LINE = (*_ASKED_BY_MACHINES, "/api/uploads", "/api/recordings")


@dataclass
class Counts:
    """Requests so far, those that failed, answers within each edge (cumulative, in seconds), and faults."""

    requests: float = 0.0
    errors: float = 0.0
    within: dict[str, float] = field(default_factory=dict)
    faults: dict[str, float] = field(default_factory=dict)


@dataclass
class Piece:
    """What was seen within one stretch of time."""

    began_at: float
    ended_at: float
    looks: int = 0
    up: int = 0
    requests: float = 0.0
    errors: float = 0.0
    within: dict[str, float] = field(default_factory=dict)
    cpu_busy_s: float = 0.0
    cpu_s: float = 0.0
    memory_fraction: float = 0.0
    # by part, kind of error and place in the program, with tabs between
    faults: dict[str, float] = field(default_factory=dict)


class HistoryKeeper:
    """Looks at the system while it serves, and writes down what it sees."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.data_dir / "history"
        self._piece: Piece | None = None
        self._next_look_at = 0.0
        self._before = Counts()
        self._cpu_before = (0.0, 0.0)

    def look(self) -> None:
        """Look again if it is time; a piece that is long enough is put to the others."""
        if time.monotonic() < self._next_look_at:
            return
        self._next_look_at = time.monotonic() + LOOK_EVERY_S
        if self._piece is None:
            self._begin()
        self._see(is_up=self._answers())
        if self._piece is not None and self._piece.ended_at - self._piece.began_at >= PIECE_S:
            self.close()

    def close(self) -> None:
        """Put the running piece to the others."""
        running = self._folder / "running.json"
        if running.exists():
            append_private(self._folder / "pieces.jsonl", running.read_text())
            running.unlink()
        self._piece = None

    def _begin(self) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self.close()  # what a kill has left
        _forget_before(self._folder / "pieces.jsonl", time.time() - KEPT_S)
        self._piece = Piece(began_at=time.time(), ended_at=time.time())
        self._before, self._cpu_before = counted(self._settings.data_dir), machine.processor_s()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            address = f"{self._settings.local_url}/api/health"
            with urllib.request.urlopen(address, timeout=_LOOK_LIMIT_S) as answer:  # noqa: S310  # our own address
                return bool(answer.status == 200)
        return False

    def _see(self, *, is_up: bool) -> None:
        assert self._piece is not None  # noqa: S101  # begun by the look
        piece, now, (busy_s, all_s) = self._piece, counted(self._settings.data_dir), machine.processor_s()
        piece.ended_at = time.time()
        piece.looks += 1
        piece.up += is_up
        piece.requests = now.requests - self._before.requests
        piece.errors = now.errors - self._before.errors
        piece.within = {edge: count - self._before.within.get(edge, 0.0) for edge, count in now.within.items()}
        piece.faults = {
            pattern: grown
            for pattern, count in now.faults.items()
            if (grown := count - self._before.faults.get(pattern, 0.0)) > 0
        }
        piece.cpu_busy_s, piece.cpu_s = busy_s - self._cpu_before[0], all_s - self._cpu_before[1]
        used, size = machine.memory_in_use()
        piece.memory_fraction = max(piece.memory_fraction, used / size)
        running = self._folder / "running.json"
        new = running.with_suffix(".new")
        new.write_text(json.dumps(asdict(piece)) + "\n")
        new.replace(running)


def counted(data_dir: Path) -> Counts:
    """The requests of people so far, by all processes together."""
    paths = [str(path) for path in files.folder_of(data_dir).glob("*.db")]
    counts = Counts()
    for metric in MultiProcessCollector.merge(paths):  # type: ignore[no-untyped-call]
        for sample in metric.samples:
            route = sample.labels.get("route", "")
            if sample.name == "cas_http_requests_total" and not route.startswith(_ASKED_BY_MACHINES):
                counts.requests += sample.value
                counts.errors += sample.value if sample.labels["status"].startswith("5") else 0.0
            elif sample.name == "cas_faults_total":
                pattern = "\t".join(sample.labels[label] for label in ("part", "kind", "place"))
                counts.faults[pattern] = counts.faults.get(pattern, 0.0) + sample.value
            elif sample.name == "cas_http_request_duration_seconds_bucket" and not route.startswith(
                _AS_LONG_AS_THE_LINE
            ):
                edge = sample.labels["le"]
                counts.within[edge] = counts.within.get(edge, 0.0) + sample.value
    return counts


def pieces(data_dir: Path, *, since: float) -> list[Piece]:
    """What was seen since a moment, oldest first, with the piece that is not yet whole."""
    found: list[Piece] = []
    for name in ("pieces.jsonl", "running.json"):
        with contextlib.suppress(FileNotFoundError):
            found += _read((data_dir / "history" / name).read_text().splitlines())
    return [piece for piece in found if piece.ended_at > since]


def _read(lines: Iterable[str]) -> list[Piece]:
    found = []
    for line in lines:
        with contextlib.suppress(ValueError, TypeError):  # a line that a full disk cut off
            found.append(Piece(**json.loads(line)))
    return found


def _forget_before(path: Path, moment: float) -> None:
    if not path.exists():
        return
    lines = path.read_text().splitlines(keepends=True)
    kept = [line for line in lines if any(piece.ended_at >= moment for piece in _read([line]))]
    if len(kept) < len(lines):
        new = path.with_suffix(".new")
        new.write_text("".join(kept))
        new.replace(path)


def share_up(found: list[Piece], *, since: float, now: float) -> float | None:
    """Share of the time in which the system served, from the first look on; time without a look counts as away."""
    up_s = away_s = 0.0
    seen_until = None
    for piece in found:
        if not piece.looks:
            continue
        length_s = max(piece.ended_at - max(piece.began_at, since), 0.0)
        up_s += length_s * piece.up / piece.looks
        away_s += length_s * (1 - piece.up / piece.looks)
        if seen_until is not None:
            away_s += _gap_s(seen_until, piece.began_at)
        seen_until = piece.ended_at
    if seen_until is not None:
        away_s += _gap_s(seen_until, now)
    return up_s / (up_s + away_s) if up_s + away_s > 0 else None


def _gap_s(ended_at: float, began_at: float) -> float:
    """Between two looks nothing is missing; what is longer was not looked at because nothing ran."""
    gap_s = began_at - ended_at
    return gap_s if gap_s > 3 * LOOK_EVERY_S else 0.0


def quantile_s(within: Mapping[str, float], share: float) -> float | None:
    """The time within which this share was answered, straight between the edges, as Prometheus reckons it."""
    edges = sorted((float(edge), count) for edge, count in within.items())
    if not edges or edges[-1][1] <= 0:
        return None
    rank, below_s, below = share * edges[-1][1], 0.0, 0.0
    for edge_s, count in edges:
        if count >= rank:
            if math.isinf(edge_s):
                return below_s
            return below_s + (edge_s - below_s) * (rank - below) / (count - below) if count > below else edge_s
        below_s, below = edge_s, count
    return below_s
