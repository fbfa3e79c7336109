"""GDS-15: definition and texts as data."""
