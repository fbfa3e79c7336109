"""What is looked up at the moment of asking: checks, queue, records, backups. A part that is away is left out."""

from __future__ import annotations

import datetime as dt
import stat
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError
from cognitive_assessment.ops import audit_check, health, retention, secret_ages
from cognitive_assessment.ops.archive import state as archive_state
from cognitive_assessment.ops.backups import files, prove
from cognitive_assessment.ops.metrics import machine
from cognitive_assessment.store import job_queue, system_counts
from cognitive_assessment.store.engine import reading, transaction

_QUEUE_STATES = {"todo": "waiting", "doing": "running", "failed": "failed"}


class LookedUp(Collector):
    """A collector over the parts of the running system; it takes no longer than the checks of the health."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        """Every family that can be had now."""
        build = GaugeMetricFamily("cas_build", "Which version runs; always 1.", labels=["version"])
        build.add_metric([version("cognitive-assessment")], 1)
        yield build
        checks = health.check_all()
        yield from _health(checks)
        # the check has its time limit: one that hangs must not hold up every other figure
        if checks["database"].status == "healthy":
            yield from self._records()
        yield from machine.measure(self._settings)
        yield from _backups(self._settings)
        yield _secret_ages(self._settings.data_dir)
        ran_at = retention.last_run_at(self._settings)
        if ran_at is not None:
            age_s = (dt.datetime.now(dt.UTC) - ran_at).total_seconds()
            yield GaugeMetricFamily(
                "cas_retention_age_seconds", "Since the rules for deletion were last applied to the end.", value=age_s
            )
        if (checked := audit_check.last(self._settings)) is not None:
            age_s = (dt.datetime.now(dt.UTC) - checked.at).total_seconds()
            yield GaugeMetricFamily("cas_audit_check_age_seconds", "Since the audit log was last proven.", value=age_s)
            yield GaugeMetricFamily("cas_audit_faults", "Faults that this proof found.", value=checked.fault_count)
        yield GaugeMetricFamily(
            "cas_exposed_secret_files",
            "Files with keys and passwords that other users of the machine can read.",
            value=_exposed_files(self._settings.data_dir),
        )

    def _records(self) -> Iterator[Metric]:
        try:
            with transaction() as connection:
                waiting = job_queue.counts(connection)
                oldest_s = job_queue.oldest_waiting_s(connection)
                archive = archive_state.read(self._settings, connection)
                with reading(connection) as reports:
                    counts = system_counts.read(reports)
        except (CognitiveAssessmentError, sa.exc.SQLAlchemyError):
            return  # it went away between the check and here; the next look says so
        queue = GaugeMetricFamily("cas_queue_jobs", "Jobs by state.", labels=["state"])
        for status, state in _QUEUE_STATES.items():
            queue.add_metric([state], waiting.get(status, 0))
        yield queue
        yield GaugeMetricFamily(
            "cas_queue_oldest_job_age_seconds", "How long the longest waiting job has waited.", value=oldest_s
        )
        yield from _counted(counts)
        if archive is not None:
            yield from _archive(archive)


def _health(checks: dict[str, health.Check]) -> Iterator[Metric]:
    passed = GaugeMetricFamily("cas_health_check", "1 while this check passes.", labels=["check"])
    for name, check in checks.items():
        passed.add_metric([name], float(check.status == "healthy"))
    yield passed
    overall = health.overall(checks)
    yield GaugeMetricFamily(
        "cas_health", "1 while the system serves, perhaps without an optional part.", value=overall != "unhealthy"
    )
    yield GaugeMetricFamily("cas_ready", "1 while requests should come here.", value=not health.not_ready(checks))


def _counted(counts: dict[str, Any]) -> Iterator[Metric]:
    started = CounterMetricFamily("cas_sessions_started", "Sessions that were begun.", labels=["simulated"])
    completed = CounterMetricFamily("cas_sessions_completed", "Sessions that were completed.", labels=["simulated"])
    by_kind = {row["is_simulated"]: row for row in counts["sessions"]}
    for is_simulated, label in ((False, "no"), (True, "yes")):
        row = by_kind.get(is_simulated, {})
        started.add_metric([label], row.get("started", 0))
        completed.add_metric([label], row.get("completed", 0))
    recordings = GaugeMetricFamily("cas_recordings", "Recordings by state.", labels=["state"])
    stored = GaugeMetricFamily(
        "cas_recordings_stored_bytes", "What recordings take on disk, by state.", labels=["state"]
    )
    by_state = {row["state"]: row for row in counts["recordings"]}
    for state in ("uploading", "complete", "terminated"):
        row = by_state.get(state, {})
        recordings.add_metric([state], row.get("count", 0))
        stored.add_metric([state], row.get("stored_bytes", 0))
    active = GaugeMetricFamily("cas_active_participants", "People who took part lately.", labels=["within"])
    for within in ("day", "month"):
        active.add_metric([within], counts["active"][within])
    yield from (started, completed, recordings, stored, active)


def _secret_ages(data_dir: Path) -> Metric:
    ages = GaugeMetricFamily("cas_secret_age_seconds", "Age of each secret in force.", labels=["secret"])
    for name, age_s in secret_ages.remembered_ages_s(data_dir).items():
        ages.add_metric([name], age_s)
    return ages


def _exposed_files(data_dir: Path) -> int:
    """Every file that stands directly in the data folder is private."""
    return sum(_is_exposed(file) for file in data_dir.iterdir())


def _is_exposed(file: Path) -> bool:
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:  # it was there a moment ago
        return False
    return stat.S_ISREG(mode) and mode & 0o077 != 0


def _backups(settings: Settings) -> Iterator[Metric]:
    found = files.listed(settings.backup_dir)
    yield GaugeMetricFamily("cas_backups", "Whole backups that are kept.", value=len(found))
    yield GaugeMetricFamily(
        "cas_backup_interval_seconds",
        "From one backup to the next; 0 if others make them.",
        value=settings.backup_every_s,
    )
    if found:
        age_s = max(0.0, time.time() - files.created_at(found[-1]).timestamp())
        yield GaugeMetricFamily("cas_backup_age_seconds", "Age of the newest backup.", value=age_s)
    newest, proven = proofs(settings)
    if newest is not None:
        yield GaugeMetricFamily(
            "cas_backup_proof_passed", "1 if the last proof restored what was backed up.", value=newest["is_proven"]
        )
    if proven is not None:
        age_s = (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(proven["proven_at"])).total_seconds()
        yield GaugeMetricFamily(
            "cas_backup_proof_age_seconds", "Since a backup was last restored just as it was made.", value=age_s
        )


def _archive(state: archive_state.State) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "cas_archive_lag_bytes", "What the archive has not received yet of the database's log.", value=state.lag_bytes
    )
    if state.base_age_s is not None:
        yield GaugeMetricFamily(
            "cas_archive_base_age_seconds", "Age of the newest base copy of the archive.", value=state.base_age_s
        )


def proofs(settings: Settings) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The report of the last proof, and of the last that went well; looking never makes an identity."""
    try:
        identities = files.kept_identities(settings.data_dir, settings.backup_identity)
        if not identities:
            return None, None
        newest = prove.newest_report(settings, *identities)
        return newest, prove.newest_report(settings, *identities, only_proven=True)
    except CognitiveAssessmentError:
        return None, None
