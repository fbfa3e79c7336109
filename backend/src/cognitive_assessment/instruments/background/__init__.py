"""Background: definition and texts as data."""
