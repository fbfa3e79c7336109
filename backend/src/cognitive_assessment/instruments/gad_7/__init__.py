"""GAD-7: definition and texts as data."""
