"""What processes count as it happens. Labels name parts, routes and kinds: never a person, an address or an answer."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Iterator

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

# the limits of the alerts (2, 5 and 30 s) are edges, so that a share beyond one of them is exact
REQUEST_EDGES_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60)
WORK_EDGES_S = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300)
RATE_LIMITS = ("sign_in", "address", "guesses")
SCAN_FINDINGS = ("harm", "too_large")
JOB_OUTCOMES = ("done", "waiting", "retried", "failed")


class Events:
    """Every counter and histogram of a process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "cas_http_requests", "Answered requests.", ["method", "route", "status"], registry=registry
        )
        self.request_s = Histogram(
            "cas_http_request_duration_seconds",
            "From the arrival of a request to its answer.",
            ["method", "route"],
            buckets=REQUEST_EDGES_S,
            registry=registry,
        )
        self.requests_running = Gauge(
            "cas_http_requests_running",
            "Requests that are being answered.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.faults = Counter(
            "cas_faults",
            "Faults that nobody foresaw, by part, kind of error and place in the program.",
            ["part", "kind", "place"],
            registry=registry,
        )
        self.jobs = Counter(
            "cas_jobs",
            "Runs of jobs: done, waiting for a part that is away, to be retried after a fault, failed for good.",
            ["task", "outcome"],
            registry=registry,
        )
        self.job_s = Histogram(
            "cas_job_duration_seconds", "Length of one run of a job.", ["task"], buckets=WORK_EDGES_S, registry=registry
        )
        self.model_load_s = Histogram(
            "cas_model_load_duration_seconds", "Time to load the models.", buckets=WORK_EDGES_S, registry=registry
        )
        self.model_load_failures = Counter(
            "cas_model_load_failures", "Models that were missing or altered when they were needed.", registry=registry
        )
        self.recognition_s = Histogram(
            "cas_recognition_duration_seconds",
            "From an opened recording to its read answer.",
            buckets=WORK_EDGES_S,
            registry=registry,
        )
        self.recognised_s = Counter("cas_recognised_audio_seconds", "Sound that was recognised.", registry=registry)
        self.scan_findings = Counter(
            "cas_scan_findings",
            "Recordings kept sealed because the scanner found harm in them, or they are larger than it takes.",
            ["kind"],
            registry=registry,
        )
        self.sign_ins = Counter("cas_sign_ins", "Sign-ins of staff that are complete.", registry=registry)
        self.sign_in_failures = Counter(
            "cas_sign_in_failures",
            "Sign-ins with a wrong address, password, code, passkey or provider's token, and wrong present passwords.",
            registry=registry,
        )
        self.sign_in_refusals = Counter(
            "cas_sign_in_refusals",
            "Sign-ins refused unread, after more than five failures for the same address.",
            registry=registry,
        )
        self.suspicious_sign_ins = Counter(
            "cas_suspicious_sign_ins",
            "Failed sign-ins beyond the fifth within 15 minutes, for one account or from one address.",
            ["by"],
            registry=registry,
        )
        self.suspicious_invitations = Counter(
            "cas_suspicious_invitations",
            "Invitations used from an address that had tried more than five things in vain within 15 minutes.",
            registry=registry,
        )
        self.rate_limited = Counter(
            "cas_http_rate_limited",
            "Calls refused after too many within a minute: of a sign-in, of an address, or guesses.",
            ["limit"],
            registry=registry,
        )
        self.restarts = Counter(
            "cas_child_restarts", "Processes that died and were started anew.", ["part"], registry=registry
        )
        self.backup_runs = Counter(
            "cas_backup_runs",
            "Backups on schedule: done, made without all that belongs to it, failed.",
            ["outcome"],
            registry=registry,
        )
        self.pool = Gauge(
            "cas_database_pool_connections",
            "Connections to the database that a part has in use, and may have at most.",
            ["part", "state"],
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.monitoring_tests = Counter(
            "cas_monitoring_tests", "Tests of the monitoring by `cas doctor --monitoring`.", registry=registry
        )
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """A counter that appears with its first fault hides that fault from `increase()`."""
        for outcome in JOB_OUTCOMES:
            for task in ("measure_recording", "score_response", "make_result"):
                self.jobs.labels(task, outcome)
        for kind in SCAN_FINDINGS:
            self.scan_findings.labels(kind)
        for outcome in ("done", "incomplete", "failed"):
            self.backup_runs.labels(outcome)
        for by in ("account", "address"):
            self.suspicious_sign_ins.labels(by)
        for limit in RATE_LIMITS:
            self.rate_limited.labels(limit)
        for part in ("api", "worker", "database"):
            self.restarts.labels(part)


@functools.cache
def events() -> Events:
    """Those of this process, made when first needed."""
    return Events()


@contextlib.contextmanager
def timed(histogram: Histogram) -> Iterator[None]:
    """Observe how long the block takes, also when it fails."""
    began = time.perf_counter()
    try:
        yield
    finally:
        histogram.observe(time.perf_counter() - began)


def note_fault(part: str, error: BaseException, place: str) -> None:
    """Count an error by its type: its text may hold what a person said."""
    events().faults.labels(part, type(error).__name__, place).inc()


def watch_pool(engine: sa.Engine, part: str) -> None:
    """Count the connections of an engine as they are taken and given back."""
    in_use = events().pool.labels(part, "in_use")
    pool = engine.pool
    if isinstance(pool, sa.QueuePool):
        events().pool.labels(part, "limit").set(pool.size() + pool._max_overflow)  # it has no other name
    sa.event.listen(engine, "checkout", lambda *_: in_use.inc())
    sa.event.listen(engine, "checkin", lambda *_: in_use.dec())
