"""Real checks of the parts, each with a time limit and a short cache; the words are those that the runbook promises."""

from __future__ import annotations

import concurrent.futures
import contextlib
import datetime as dt
import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from cognitive_assessment import blobs
from cognitive_assessment.config import settings
from cognitive_assessment.errors import CognitiveAssessmentError, Unavailable
from cognitive_assessment.ops import maintenance, redis_server, scanner
from cognitive_assessment.ops.archive import state as archive_state
from cognitive_assessment.ops.backups import files
from cognitive_assessment.store import job_queue, model_checks, schema
from cognitive_assessment.store.engine import has_replica, replica_connection, transaction

logger = logging.getLogger(__name__)
CHECK_LIMIT_S = 4.0
CACHE_S = 1.0
MODEL_CHECK_INTERVAL_S = 2.0
_MODEL_CHECK_STALE_S = 15.0
_QUEUE_SLOW_S = 300.0
_FAILED_SHOWN_S = 3600.0
_REPLICA_BEHIND_S = 60.0


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found; an optional part that fails leaves the system degraded, not unhealthy."""

    status: str
    message: str
    is_optional: bool = False


def _healthy(message: str) -> Check:
    return Check("healthy", message)


def _unhealthy(message: str, *, is_optional: bool = False) -> Check:
    return Check("unhealthy", message, is_optional)


def check_database() -> Check:
    """A round trip to the database, and no migration pending."""
    with transaction() as connection:
        connection.execute(sa.text("SELECT 1"))
        state = schema.state_on(connection)
    if state.pending:
        return _unhealthy(f"Migrations pending: {', '.join(state.pending)}")
    return _healthy("Connected" if state.notice is None else f"Connected. {state.notice}")


def check_replica() -> Check:
    """The database of the reports follows: workers write every few seconds, so its last commit is never old."""
    if not has_replica():
        return _healthy("None is set")
    query = "SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp()) WHERE pg_is_in_recovery()"
    try:
        with replica_connection() as connection:
            behind_s = connection.execute(sa.text(query)).scalar()
    except CognitiveAssessmentError:
        return _unhealthy("It does not answer; reports read the database that serves", is_optional=True)
    if behind_s is None:
        return _unhealthy("It follows no other database", is_optional=True)
    if behind_s > _REPLICA_BEHIND_S:
        return _unhealthy(f"It is {behind_s:.0f} s behind", is_optional=True)
    return _healthy("Follows")


def check_models() -> Check:
    """What a worker last found when it verified the model files and predicted a known case."""
    with transaction() as connection:
        newest = model_checks.newest(connection)
    if newest is None:
        return _unhealthy("No worker has checked the models yet")
    age_s = (dt.datetime.now(dt.UTC) - newest["checked_at"]).total_seconds()
    if age_s > _MODEL_CHECK_STALE_S:
        return _unhealthy(f"No worker has checked the models for {age_s:.0f} s")
    return _healthy(newest["message"]) if newest["is_verified"] else _unhealthy(newest["message"])


def check_disk_space() -> Check:
    """Enough room for the recordings to come."""
    free = shutil.disk_usage(settings().data_dir).free
    if free < settings().min_free_bytes:
        return _unhealthy(f"{free // 1_000_000} MB free, {settings().min_free_bytes // 1_000_000} MB needed")
    return _healthy("OK")


def check_queue() -> Check:
    """Jobs are taken up in time."""
    with transaction() as connection:
        oldest_s = job_queue.oldest_waiting_s(connection)
        failed = job_queue.failed_lately(connection, within_s=_FAILED_SHOWN_S)
    if oldest_s > _QUEUE_SLOW_S:
        return _unhealthy(f"The oldest job has waited {oldest_s:.0f} s", is_optional=True)
    if failed:
        return _unhealthy(f"{failed} jobs have failed for good within the last hour", is_optional=True)
    return _healthy("OK")


def check_storage() -> Check:
    """Bytes written to the recordings' store are read back."""
    blobs.store().probe()
    return _healthy("OK")


def check_mirror() -> Check:
    """The same of the second store; while it is away, the first one gives what is asked for."""
    both = blobs.mirrored()
    if both is None:
        return _healthy("None is set")
    try:
        both.second.probe()
    except (CognitiveAssessmentError, OSError) as error:
        told = error.message if isinstance(error, CognitiveAssessmentError) else type(error).__name__
        return _unhealthy(told, is_optional=True)
    return _healthy("OK")


def check_scanner() -> Check:
    """The scanner that is set answers, with signatures of this week; while it is away, recordings wait."""
    fault = scanner.fault()
    if fault is not None:
        return _unhealthy(fault, is_optional=True)
    return _healthy("None is set" if settings().scanner is None else "Connected")


def check_backups() -> Check:
    """The newest backup is not older than two of its intervals."""
    every_s = settings().backup_every_s
    found = files.listed(settings().backup_dir)
    if not every_s:
        return _healthy("Not made by this system")
    since_s = files.created_at(found[-1]).timestamp() if found else settings().data_dir.stat().st_ctime
    age_s = time.time() - since_s
    if age_s > 2 * every_s:
        what = "The newest backup is" if found else "There is no backup, and the data are"
        return _unhealthy(f"{what} {age_s / 3600:.1f} hours old", is_optional=True)
    is_alone = settings().s3_bucket is None and files.is_beside_the_data(settings())
    where = ", on the disk of the data" if is_alone else ""
    return _healthy(f"{'OK' if found else 'None yet'}{where}")


def check_archive() -> Check:
    """Every commit is received as it is made, and its log begins at a base copy that is not old."""
    with transaction() as connection:
        found = archive_state.read(settings(), connection)
    fault = None if found is None else found.fault()
    if fault is not None:
        return _unhealthy(fault, is_optional=True)
    return _healthy("None is kept" if found is None else "OK")


def check_maintenance() -> Check:
    """Whether the operator has stopped writes; the system is well, but not ready."""
    stop = maintenance.here(settings().data_dir)
    with contextlib.suppress(Unavailable):  # a database that is away has a check of its own
        stop = stop or maintenance.everywhere()
    return _healthy("Off") if stop is None else _unhealthy(f"On since {stop.since.isoformat()}", is_optional=True)


def check_cache() -> Check:
    """A Redis that is set answers; without it, everything is worked out anew, so this part is optional."""
    url = settings().redis_url
    fault = None if url is None else redis_server.fault(url)
    return (
        _healthy("In process" if url is None else "Connected") if fault is None else _unhealthy(fault, is_optional=True)
    )


CHECKS: dict[str, Callable[[], Check]] = {
    "database": check_database,
    "replica": check_replica,
    "ml_models": check_models,
    "disk_space": check_disk_space,
    "queue": check_queue,
    "storage": check_storage,
    "mirror": check_mirror,
    "scanner": check_scanner,
    "backups": check_backups,
    "archive": check_archive,
    "cache": check_cache,
    "maintenance": check_maintenance,
}

_pool = concurrent.futures.ThreadPoolExecutor(max_workers=len(CHECKS), thread_name_prefix="health")
_running: dict[str, concurrent.futures.Future[Check]] = {}
_guard = threading.Lock()


@dataclass
class _Latest:
    """The last answers of this process, and when they were given."""

    checks: dict[str, Check] = field(default_factory=dict)
    at: float = -CACHE_S


_latest = _Latest()


def check_all() -> dict[str, Check]:
    """Run every check at once, none longer than its limit; answers of the last second are used again."""
    with _guard:
        if time.monotonic() - _latest.at < CACHE_S:
            return _latest.checks
        for name, check in CHECKS.items():
            # one that still waits for a part that hangs is not asked a second time
            if name not in _running or _running[name].done():
                _running[name] = _pool.submit(_guarded, check)
        deadline = time.monotonic() + CHECK_LIMIT_S
        _latest.checks = {name: _await(future, deadline) for name, future in _running.items()}
        _latest.at = time.monotonic()
        return _latest.checks


def _await(future: concurrent.futures.Future[Check], deadline: float) -> Check:
    try:
        return future.result(timeout=max(0.0, deadline - time.monotonic()))
    except concurrent.futures.TimeoutError:
        return _unhealthy(f"No answer within {CHECK_LIMIT_S:.0f} s")


def _guarded(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except CognitiveAssessmentError as error:
        return _unhealthy(error.message)
    except (OSError, sa.exc.SQLAlchemyError) as error:
        return _unhealthy(type(error).__name__)
    except Exception as error:  # a check that breaks has failed, and every other one still answers
        logger.exception("a check broke")
        return _unhealthy(type(error).__name__)


def overall(checks: dict[str, Check]) -> str:
    """`healthy`, `degraded` when only an optional part fails, else `unhealthy`."""
    failing = [check for check in checks.values() if check.status != "healthy"]
    if not failing:
        return "healthy"
    return "degraded" if all(check.is_optional for check in failing) else "unhealthy"


def not_ready(checks: dict[str, Check]) -> list[str]:
    """Why requests should go elsewhere for now: the names of what keeps the system from serving."""
    return [name for name in ("database", "ml_models", "maintenance") if checks[name].status != "healthy"]
