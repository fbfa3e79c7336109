"""Every check of the health is broken for real: it says so in its words, alone, and recovers when its part is back."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import archives
from builders import owner_transaction
from cognitive_assessment import blobs, config
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.jobs import readers
from cognitive_assessment.ops import health, maintenance
from cognitive_assessment.ops.backups import files
from cognitive_assessment.store import engine as store_engine
from cognitive_assessment.store import job_queue, model_checks, schema
from cognitive_assessment.store.engine import transaction

UNHEALTHY, DEGRADED = ("unhealthy", 503), ("degraded", 200)


@dataclass
class Around:
    """What a part is broken in, and what a worker says of the models before each look."""

    data_dir: Path
    second: Path
    monkeypatch: pytest.MonkeyPatch
    database_url: str
    look_at_models: Callable[[], object]

    def set(self, name: str, value: object) -> None:
        self.monkeypatch.setenv(name, str(value))
        for cache in (config.settings, blobs.store):
            cache.cache_clear()


@contextlib.contextmanager
def a_migration_is_pending(around: Around) -> Iterator[None]:
    with transaction() as connection:
        newest = schema.state_on(connection).newest
    put = sa.text("UPDATE alembic_version SET version_num = :number")
    with owner_transaction() as connection:
        connection.execute(put, {"number": f"{int(newest) - 1:04}"})
    try:
        yield
    finally:
        with owner_transaction() as connection:
            connection.execute(put, {"number": newest})


@contextlib.contextmanager
def the_replica_follows_nobody(around: Around) -> Iterator[None]:
    store_engine.bind_replica(around.database_url)
    yield
    store_engine._engines.pop("replica").dispose()


@contextlib.contextmanager
def no_worker_looks(around: Around) -> Iterator[None]:
    kept, around.look_at_models = around.look_at_models, lambda: report_models(seconds_ago=20)
    yield
    around.look_at_models = kept


@contextlib.contextmanager
def the_model_is_damaged(around: Around) -> Iterator[None]:
    model = config.settings().models_dir / "model.pkl"
    whole = model.read_bytes()
    model.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    yield
    model.write_bytes(whole)


@contextlib.contextmanager
def the_disk_is_full(around: Around) -> Iterator[None]:
    around.set("CAS_MIN_FREE_BYTES", 10**15)
    yield
    around.set("CAS_MIN_FREE_BYTES", 0)


@contextlib.contextmanager
def a_job_waits(around: Around) -> Iterator[None]:
    with transaction() as connection:
        job_queue.defer(connection, "make_result", once="old", session_id="of-nobody")
    with owner_transaction() as connection:
        connection.execute(sa.text("UPDATE procrastinate_events SET at = now() - interval '6 minutes'"))
    yield
    with owner_transaction() as connection:
        connection.execute(sa.text("DELETE FROM procrastinate_jobs"))


@contextlib.contextmanager
def a_job_has_failed(around: Around) -> Iterator[None]:
    with transaction() as connection:
        job_queue.defer(connection, "make_result", once="ill", session_id="of-nobody")
    with owner_transaction() as connection:  # the queue's own trigger notes that it was taken up and has failed
        for status in ("doing", "failed"):
            connection.execute(
                sa.text("UPDATE procrastinate_jobs SET status = CAST(:to AS procrastinate_job_status)"), {"to": status}
            )
    yield
    with owner_transaction() as connection:
        connection.execute(sa.text("DELETE FROM procrastinate_jobs"))


@contextlib.contextmanager
def a_file_stands_in_the_place_of(folder: Path) -> Iterator[None]:
    """As a disk that is not mounted, and for whom rights mean nothing."""
    aside = folder.with_name(f"{folder.name}.aside")
    folder.rename(aside)
    folder.touch()
    yield
    folder.unlink()
    aside.rename(folder)


@contextlib.contextmanager
def the_store_is_away(around: Around) -> Iterator[None]:
    with a_file_stands_in_the_place_of(around.data_dir / "blobs"):
        yield


@contextlib.contextmanager
def the_second_store_is_away(around: Around) -> Iterator[None]:
    with a_file_stands_in_the_place_of(around.second):
        yield


@contextlib.contextmanager
def the_scanner_is_away(around: Around) -> Iterator[None]:
    around.set("CAS_SCANNER", "tcp://127.0.0.1:1")
    yield
    around.monkeypatch.delenv("CAS_SCANNER")
    config.settings.cache_clear()


@contextlib.contextmanager
def the_backups_are_old(around: Around) -> Iterator[None]:
    every = dt.timedelta(seconds=config.settings().backup_every_s)
    old = config.settings().backup_dir / files.name_at(dt.datetime.now(dt.UTC) - 3 * every)
    old.mkdir(parents=True)
    yield
    old.rename(old.with_name(files.name_at(dt.datetime.now(dt.UTC))))


@contextlib.contextmanager
def nobody_receives_the_archive(around: Around) -> Iterator[None]:
    with archives.slot():
        yield


@contextlib.contextmanager
def the_redis_is_away(around: Around) -> Iterator[None]:
    around.set("REDIS_URL", "redis://127.0.0.1:1")
    yield
    around.monkeypatch.delenv("REDIS_URL")
    config.settings.cache_clear()


@contextlib.contextmanager
def writes_are_stopped(around: Around) -> Iterator[None]:
    maintenance.turn_on(around.data_dir)
    yield
    maintenance.turn_off(around.data_dir)


def report_models(seconds_ago: float = 0) -> None:
    at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds_ago)
    with transaction() as connection:
        model_checks.report(connection, "worker", True, "Models loaded", at=at)


@dataclass(frozen=True)
class Case:
    """A check, what breaks its part, what it then says, and whether the whole serves and takes requests meanwhile."""

    check: str
    broken: Callable[[Around], contextlib.AbstractContextManager[None]]
    says: str
    whole: tuple[str, int]
    is_ready: bool = True
    marks: tuple[pytest.MarkDecorator, ...] = field(default=())


CASES = [
    Case("database", a_migration_is_pending, "Migrations pending: ", UNHEALTHY, is_ready=False),
    Case("replica", the_replica_follows_nobody, "It follows no other database", DEGRADED),
    Case("ml_models", no_worker_looks, "No worker has checked the models for ", UNHEALTHY, is_ready=False),
    # both recognisers are loaded, twice
    Case("ml_models", the_model_is_damaged, "its hash differs", UNHEALTHY, is_ready=False, marks=(pytest.mark.slow,)),
    Case("disk_space", the_disk_is_full, "1000000000 MB needed", UNHEALTHY),
    Case("queue", a_job_waits, "The oldest job has waited ", DEGRADED),
    Case("queue", a_job_has_failed, "1 jobs have failed for good", DEGRADED),
    Case("storage", the_store_is_away, "FileExistsError", UNHEALTHY),
    Case("mirror", the_second_store_is_away, "FileExistsError", DEGRADED),
    Case("scanner", the_scanner_is_away, "recordings wait", DEGRADED),
    Case("backups", the_backups_are_old, "The newest backup is 3.0 hours old", DEGRADED),
    Case("archive", nobody_receives_the_archive, "Nobody receives the log", DEGRADED),
    Case("cache", the_redis_is_away, "everything is worked out anew", DEGRADED),
    Case("maintenance", writes_are_stopped, "On since ", DEGRADED, is_ready=False),
]


@pytest.fixture
def around(data_dir, monkeypatch, database, tmp_path_factory):
    made = Around(data_dir, tmp_path_factory.mktemp("second"), monkeypatch, database.app_url, report_models)
    (data_dir / "blobs").mkdir(exist_ok=True)
    made.set("CAS_BLOB_MIRROR", made.second)
    shutil.copytree(REPOSITORY_ROOT / "models", data_dir / "models")
    made.set("CAS_MODELS_DIR", data_dir / "models")
    monkeypatch.setattr(readers, "_loaded", [])
    monkeypatch.setattr(health, "CHECK_LIMIT_S", 60.0)  # none of them hangs here; the machine may be busy
    return made


def test_every_check_has_its_case():
    assert {case.check for case in CASES} == set(health.CHECKS)


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{c.check}-{c.broken.__name__}", marks=c.marks) for c in CASES])
def test_each_check_fails_with_its_part_and_recovers_by_itself(case, nobody, around):
    if case.broken is the_model_is_damaged:
        around.look_at_models = readers.report_check

    def look() -> tuple[Any, Any]:
        around.look_at_models()
        health._latest.at = -health.CACHE_S
        return nobody("GET", "/api/health"), nobody("GET", "/api/health/ready")

    whole, ready = look()
    assert (whole.status_code, whole.get_json()["status"], ready.status_code) == (200, "healthy", 200), whole.get_json()
    with case.broken(around):
        whole, ready = look()
    body = whole.get_json()
    assert (body["status"], whole.status_code) == case.whole
    failing = {name: check["message"] for name, check in body["checks"].items() if check["status"] != "healthy"}
    assert set(failing) == {case.check}
    assert case.says in failing[case.check]
    assert ready.status_code == (200 if case.is_ready else 503)
    assert ready.get_json()["reasons"] == ({} if case.is_ready else failing)
    whole, ready = look()
    assert (whole.get_json()["status"], ready.status_code) == ("healthy", 200), whole.get_json()
