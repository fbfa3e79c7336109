"""One worker process: loads the models once, takes up jobs, reports what it finds of the models."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal

import procrastinate
from procrastinate.exceptions import ConnectorException

from cognitive_assessment import blobs
from cognitive_assessment.config import settings
from cognitive_assessment.errors import CognitiveAssessmentError, Unavailable
from cognitive_assessment.jobs import app as jobs_app
from cognitive_assessment.jobs import readers
from cognitive_assessment.ops import error_reports, faults, log_forwarding, log_lines, traces
from cognitive_assessment.ops.health import MODEL_CHECK_INTERVAL_S
from cognitive_assessment.ops.metrics import files as metric_files
from cognitive_assessment.ops.metrics.events import watch_pool
from cognitive_assessment.store import engine, job_queue

logger = logging.getLogger(__name__)


async def _report_models() -> None:
    """Tell the database again and again what a fresh verification finds, also while a job runs."""
    while True:
        try:
            await asyncio.to_thread(readers.report_check)
        except Unavailable:
            logger.debug("the database is away")
        except (
            Exception
        ) as error:  # whatever it is, the next look may succeed; until then the health says that none was made
            logger.exception("the models could not be checked")
            faults.note("worker", error, "report_models")
        await asyncio.sleep(MODEL_CHECK_INTERVAL_S)


async def _work(database_url: str) -> None:
    app = jobs_app.make_app(database_url)
    reporting = asyncio.create_task(_report_models())
    try:
        async with app.open_async():
            await _run_lanes(app)
    finally:
        reporting.cancel()
        with contextlib.suppress(Unavailable):
            readers.withdraw_check()


async def _run_lanes(app: procrastinate.App) -> None:
    """Take up slow and quick jobs side by side, one of each at a time, until told to stop or until one lane ends."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    lanes = [
        asyncio.create_task(
            app.run_worker_async(
                name=readers.worker_name(),
                queues=[queue],
                concurrency=1,
                update_heartbeat_interval=jobs_app.HEARTBEAT_S,
                stalled_worker_timeout=jobs_app.STALLED_AFTER_S,
                delete_jobs="successful",
                shutdown_graceful_timeout=10,
                install_signal_handlers=False,
            )
        )
        for queue in (job_queue.SLOW, job_queue.QUICK)
    ]
    telling = asyncio.create_task(told.wait())
    await asyncio.wait([telling, *lanes], return_when=asyncio.FIRST_COMPLETED)
    for task in (telling, *lanes):
        task.cancel()  # a lane that is cancelled finishes its job first
    for outcome in await asyncio.gather(*lanes, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


def main(database_url: str | None = None) -> None:
    """Work until told to stop; a lost database ends the process, and its supervisor starts it again."""
    log_lines.configure(settings().log_level, part="worker", data_dir=settings().data_dir)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # it tells of every try while the database is away
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    database_url = database_url or settings().database_app_url  # never the owner's
    if database_url is None:
        raise Unavailable("A worker needs CAS_DATABASE_APP_URL.", remedy="`cas serve` starts workers with it.")
    blobs.master_key()  # without it no answer can be read
    error_reports.start(settings(), "worker")
    traces.start(settings(), "worker")
    log_forwarding.start(settings(), "worker")
    metric_files.use(settings().data_dir, "worker")
    bound = engine.bind(database_url, pool_size=3)
    watch_pool(bound, "worker")
    traces.watch_engine(bound)
    try:
        asyncio.run(_work(database_url))
    except KeyboardInterrupt:
        logger.debug("stopped before it had begun")
    except ConnectorException as error:
        raise Unavailable("The database cannot be reached.") from error


if __name__ == "__main__":
    try:
        main()
    except CognitiveAssessmentError as error:
        raise SystemExit(f"worker: {error.message}") from None
