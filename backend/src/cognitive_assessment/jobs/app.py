"""The worker's procrastinate app: which tasks there are, how they are retried, how a killed worker's jobs come back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import procrastinate
from procrastinate.jobs import Job, Status

from cognitive_assessment.errors import StorageFull, Unavailable, UntrustedModel
from cognitive_assessment.jobs import give_up
from cognitive_assessment.ops import faults, maintenance, traces
from cognitive_assessment.ops.metrics.events import events, timed
from cognitive_assessment.store import job_faults, job_queue
from cognitive_assessment.store.engine import plain_url, transaction

HEARTBEAT_S = 1.0
STALLED_AFTER_S = 5.0
LOOK_FOR_STALLED = "* * * * * */2"  # every other second
# What passes by itself, or when an operator mends it: the job waits for as long as that takes.
PASSING = (UntrustedModel, Unavailable, StorageFull)
_LONGEST_WAIT_S = 15
# Any other fault, and a worker that dies over this job, is borne this often, for a minute; then a score says so.
MAX_FAULTS = 6


class Broken(Exception):
    """A job has failed for another reason than that something was away; `faults` counts how often so far."""

    def __init__(self, faults: int) -> None:
        super().__init__(f"This job has failed {faults} times.")
        self.faults = faults


class BackOff(procrastinate.BaseRetryStrategy):
    """Later and later: without end for what passes, a few times for what is broken."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        """When to try again, or `None` when that was the last time."""
        if isinstance(exception, PASSING):
            return procrastinate.RetryDecision(retry_in={"seconds": min(2 ** min(job.attempts, 4), _LONGEST_WAIT_S)})
        if not isinstance(exception, Broken) or exception.faults >= MAX_FAULTS:
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": 2**exception.faults})


def make_app(database_url: str) -> procrastinate.App:
    """The app on one database, with every task registered."""
    connector = procrastinate.PsycopgConnector(
        conninfo=plain_url(database_url),
        min_size=1,
        max_size=6,  # two lanes, each with a connection that listens
        timeout=4.0,  # a worker that stops must not wait long for a database that is gone
        kwargs={"prepare_threshold": None, "connect_timeout": 3},
    )
    app = procrastinate.App(connector=connector)
    _register(app)
    return app


def _register(app: procrastinate.App) -> None:
    from cognitive_assessment.jobs import make_result, measure_recording, mirror_recording, score_response

    def add(name: str, run: Callable[..., None]) -> None:
        def work(context: procrastinate.JobContext, /, **arguments: str) -> None:
            outcome = "retried"
            parent = arguments.pop(traces.CARRIED, None)
            try:
                maintenance.require_off()
                with timed(events().job_s.labels(name)), traces.span(f"job {name}", parent=parent):
                    run(**arguments)
                outcome = "done"
            except PASSING:
                outcome = "waiting"
                raise
            except Exception as error:
                faults.note("worker", error, name)
                count = _count_fault(context.job)
                outcome = "failed" if count >= MAX_FAULTS else outcome
                raise Broken(count) from error
            finally:
                events().jobs.labels(name, outcome).inc()

        app.task(name=name, retry=BackOff(), pass_context=True)(work)

    add("measure_recording", measure_recording.run)
    add("score_response", score_response.run)
    add("make_result", make_result.run)
    add("mirror_recording", mirror_recording.run)

    async def retry_stalled(timestamp: int) -> None:
        """Give the jobs of workers that were killed to the living ones; one that keeps killing them is given up."""
        del timestamp
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
            if job.task_name == "retry_stalled" or await asyncio.to_thread(_count_fault, job) < MAX_FAULTS:
                await app.job_manager.retry_job(job)
            else:
                await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
                events().jobs.labels(job.task_name, "failed").inc()

    task = app.task(name="retry_stalled", queue=job_queue.QUICK, queueing_lock="retry_stalled", priority=10)(
        retry_stalled
    )
    app.periodic(cron=LOOK_FOR_STALLED)(task)


def _count_fault(job: Job) -> int:
    """Count one more fault; the last one that is borne leaves a score that says so."""
    with transaction() as connection:
        faults = job_faults.add(connection, cast("int", job.id))  # it was fetched
    if faults >= MAX_FAULTS:
        give_up.run(job.task_name, job.task_kwargs)
    return faults
