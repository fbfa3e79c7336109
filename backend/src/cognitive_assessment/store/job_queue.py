"""Queue a job in the transaction that needs it: it exists if and only if that transaction commits."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import procrastinate
import sqlalchemy as sa
from procrastinate.exceptions import AlreadyEnqueued

# What takes a moment has a queue of its own, and a lane of every worker: nobody waits for a verdict on what they have
# tapped behind a recording of somebody else. All other work is in the queue that has always been there.
QUICK = "quick"
SLOW = "default"
_QUICK_TASKS = frozenset({"score_response", "make_result"})


@functools.cache
def _app() -> procrastinate.App:
    # never opened: every job is deferred on the caller's own connection
    return procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


_carriers: list[Callable[[], dict[str, str]]] = []


def carry(more: Callable[[], dict[str, str]]) -> None:
    """Give every job from here on what this says, beside its arguments: the trace that it belongs to."""
    _carriers[:] = [more]


def defer(connection: sa.Connection, task: str, *, once: str, priority: int = 0, **arguments: Any) -> None:
    """Queue `task` with JSON `arguments`; while a job with the same `once` waits, nothing is added."""
    raw = connection.connection.driver_connection
    try:
        with connection.begin_nested():
            _app().configure_task(
                task,
                connection=raw,
                queue=QUICK if task in _QUICK_TASKS else SLOW,
                queueing_lock=once,
                priority=priority,
                allow_unknown=True,
            ).defer(**arguments, **{name: value for one in _carriers for name, value in one().items()})
    except AlreadyEnqueued:
        return


def failed_lately(connection: sa.Connection, *, within_s: float) -> int:
    """How many jobs have failed for good within the last seconds."""
    query = sa.text(
        """
        SELECT count(DISTINCT j.id) FROM procrastinate_jobs j
        JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'failed'
        WHERE j.status = 'failed' AND e.at > now() - make_interval(secs => :within_s)
        """
    )
    return int(connection.execute(query, {"within_s": within_s}).scalar_one())


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many jobs wait, run and have failed for good."""
    query = sa.text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
    return {row[0]: row[1] for row in connection.execute(query)}


def running(connection: sa.Connection, *, heard_within_s: float) -> set[tuple[int, int]]:
    """Which jobs run, and which try of each it is; those of a worker that was not heard of lately do not."""
    query = sa.text(
        """
        SELECT j.id, j.attempts FROM procrastinate_jobs j JOIN procrastinate_workers w ON w.id = j.worker_id
        WHERE j.status = 'doing' AND w.last_heartbeat > now() - make_interval(secs => :heard_within_s)
        """
    )
    return {(row[0], row[1]) for row in connection.execute(query, {"heard_within_s": heard_within_s})}


def oldest_waiting_s(connection: sa.Connection) -> float:
    """How long the longest waiting job that could already run has waited; 0 when none waits."""
    query = sa.text(
        """
        SELECT coalesce(extract(epoch FROM now() - min(greatest(e.at, coalesce(j.scheduled_at, e.at)))), 0)
        FROM procrastinate_jobs j
        JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
        WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()
        """
    )
    return max(0.0, float(connection.execute(query).scalar_one()))
