"""PHQ-9: definition and texts as data."""
