"""`cas doctor --monitoring` says what does not arrive; that all of it arrives is tested with real servers elsewhere."""

from __future__ import annotations

from cognitive_assessment import config
from cognitive_assessment.ops import monitoring_test
from systems import free_port


def findings(tmp_path, **environment):
    settings = config.build({"CAS_DATA_DIR": str(tmp_path), "CAS_PORT": str(free_port()), **environment})
    return {one.name: one for one in monitoring_test.run(settings)}


def test_what_is_not_set_is_a_warning_and_a_system_that_does_not_run_is_a_fault(tmp_path):
    found = findings(tmp_path)
    assert [(name, one.is_well, one.is_warning) for name, one in found.items()] == [
        ("test metric", False, False),
        ("test error", False, True),
        ("test alert", False, True),
    ]
    assert "SENTRY_DSN" in found["test error"].remedy


def test_servers_that_do_not_answer_are_faults_told_without_keys(tmp_path):
    dsn = f"http://KEY@127.0.0.1:{free_port()}/1"
    found = findings(tmp_path, SENTRY_DSN=dsn, CAS_ALERT_WEBHOOK_URL=f"http://127.0.0.1:{free_port()}/KEY")
    for name in ("test error", "test alert"):
        assert not found[name].is_well
        assert not found[name].is_warning
        assert "does not answer" in found[name].message
        assert "KEY" not in found[name].message
