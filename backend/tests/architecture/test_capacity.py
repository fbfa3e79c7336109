"""The page of capacity is what its script works out, and the script works it out as by hand."""

from __future__ import annotations

import dataclasses
import sys

import pytest

from cognitive_assessment.config import REPOSITORY_ROOT

sys.path.insert(0, str(REPOSITORY_ROOT / "scripts"))

import capacity


def test_the_page_is_current():
    page = capacity.PAGE.read_text()
    assert capacity.written(page, capacity.Measured(), capacity.Assumed()) == page, "python scripts/capacity.py --write"


def test_it_is_as_worked_out_by_hand():
    measured = dataclasses.replace(
        capacity.Measured(), worker_core_s=60.0, api_core_s=6.0, requests=600, database_bytes=1_000_000
    )
    assumed = capacity.Assumed(peak_hour_fraction=0.1, days=20, busy=0.5, rows_kept_months=12)
    found = capacity.need(72_000, measured, assumed)  # 360 within the busiest hour
    assert found.worker_cores == 12
    assert found.workers == 6
    assert found.requests_a_s == pytest.approx(60)
    assert found.api_processes == 2
    assert found.core_hours == pytest.approx(1200)
    assert found.database_gb == pytest.approx(864)
