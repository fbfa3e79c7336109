"""The checks of the health, one of which breaks."""

from __future__ import annotations

from cognitive_assessment.ops import health


def test_a_check_that_breaks_has_failed_and_breaks_nothing_else():
    def broken() -> health.Check:
        raise LookupError("Can't locate revision identified by '9001'")

    assert health._guarded(broken) == health.Check("unhealthy", "LookupError")
