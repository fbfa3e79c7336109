"""The worker's procrastinate app: which tasks there are, how they are retried, how a killed worker's jobs come back."""

from __future__ import annotations

import procrastinate

HEARTBEAT_S = 2.0
STALLED_AFTER_S = 8.0
_LONGEST_WAIT_S = 3600


class CappedBackOff(procrastinate.BaseRetryStrategy):
    """Exponential back-off from one second up to an hour; gives up after `max_attempts`, about a day later."""

    def __init__(self, max_attempts: int = 36) -> None:
        self.max_attempts = max_attempts

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        """When to try again, or `None` when that was the last time."""
        del exception
        if job.attempts >= self.max_attempts:
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": min(2**job.attempts, _LONGEST_WAIT_S)})


def make_app(database_url: str) -> procrastinate.App:
    """The app on one database, with every task registered."""
    connector = procrastinate.PsycopgConnector(
        conninfo=database_url.replace("postgresql+psycopg://", "postgresql://"),
        min_size=1,
        max_size=4,
        kwargs={"prepare_threshold": None, "connect_timeout": 3},
    )
    app = procrastinate.App(connector=connector)
    _register(app)
    return app


def _register(app: procrastinate.App) -> None:
    from cognitive_assessment.jobs import make_result, measure_recording, score_response

    app.task(name="measure_recording", retry=CappedBackOff())(measure_recording.run)
    app.task(name="score_response", retry=CappedBackOff())(score_response.run)
    app.task(name="make_result", retry=CappedBackOff())(make_result.run)

    async def retry_stalled(timestamp: int) -> None:
        """Give the jobs of workers that were killed to the living ones."""
        del timestamp
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S)
        for job in stalled:
            await app.job_manager.retry_job(job)

    task = app.task(name="retry_stalled", queueing_lock="retry_stalled", priority=10)(retry_stalled)
    app.periodic(cron="* * * * * */5")(task)
