"""Every family of metrics that a whole system exports, read from the real collectors."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from prometheus_client import Metric

import archives
from cognitive_assessment.config import settings
from cognitive_assessment.ops import audit_check, health, retention, running_system
from cognitive_assessment.ops.archive import chains, keep
from cognitive_assessment.ops.backups import files, prove
from cognitive_assessment.ops.metrics import exposition

_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}


def families(data_dir: Path) -> list[Metric]:
    """Those of a system with a proven backup and an archive, whose rules were applied; its database has to be bound."""
    now = dt.datetime.now(dt.UTC)
    backup_dir = settings().backup_dir
    (backup_dir / files.name_at(now)).mkdir(parents=True)
    (backup_dir / prove.REPORTS).mkdir()
    report = {"is_proven": True, "proven_at": now.isoformat()}
    files.write_signed(backup_dir / prove.REPORTS / "1.json", report, files.identity_of(data_dir, None))
    retention.note_run(settings(), now)
    audit_check.note(settings(), 0, now)
    running_system.announce(settings())
    health._latest.at = -health.CACHE_S
    cluster = chains.cluster_of(keep.folder_of(settings()) / "base" / files.name_at(now))
    cluster.mkdir(parents=True)
    (cluster / "backup_label").write_text("START WAL LOCATION: 0/2000028 (file 000000010000000000000002)\n")
    with archives.slot():
        return sorted(exposition.registry(settings()).collect(), key=lambda family: family.name)


def series(found: list[Metric]) -> set[str]:
    """The names under which Prometheus knows them."""
    return {family.name + suffix for family in found for suffix in _SUFFIXES[family.type]}
