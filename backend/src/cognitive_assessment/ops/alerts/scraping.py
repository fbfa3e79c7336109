"""Read the system's own page of figures, as Prometheus does: over HTTP, from outside of the process that answers."""

from __future__ import annotations

import http.client
import secrets
import urllib.request
from collections.abc import Collection
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from cognitive_assessment.config import Settings
from cognitive_assessment.ops.alerts.samples import Labels
from cognitive_assessment.ops.straight_requests import straight
from cognitive_assessment.private_files import read_private, write_private

JOB: Labels = (("job", "cas"),)
_PATIENCE_S = 8.0  # a little more than the page's own limits
_TOKEN = "reader-token"  # noqa: S105  # the name of a file


def folder_of(data_dir: Path) -> Path:
    """Where the state of the alerts is kept."""
    return data_dir / "alerts"


def make_token(data_dir: Path) -> None:
    """A new token with which the system reads its own page, also where it is published and others have none."""
    folder_of(data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder_of(data_dir) / _TOKEN, secrets.token_urlsafe(32))


def token(data_dir: Path) -> str | None:
    """That token, if a system was started on the folder."""
    return read_private(folder_of(data_dir) / _TOKEN)


def read(settings: Settings, wanted: Collection[str]) -> tuple[list[tuple[str, Labels, float]], bool]:
    """The wanted figures and whether the system answered; `up` says the same as a figure."""
    request = urllib.request.Request(f"{settings.local_url}/metrics")  # noqa: S310  # our own address
    request.add_header("Authorization", f"Bearer {token(settings.data_dir) or settings.metrics_token or ''}")
    try:
        with straight.open(request, timeout=_PATIENCE_S) as answer:
            page = answer.read().decode()
        found = [
            (sample.name, tuple(sorted(sample.labels.items())), float(sample.value))
            for family in text_string_to_metric_families(page)
            for sample in family.samples
            if sample.name in wanted
        ]
    except (OSError, http.client.HTTPException, ValueError):
        return [("up", JOB, 0.0)], False
    return [*found, ("up", JOB, 1.0)], True
