"""The alerts of the runbook, without Prometheus: the same rules on the same figures, evaluated by the system itself."""
