"""The rule of questionnaires: sums of points, with published bands."""
