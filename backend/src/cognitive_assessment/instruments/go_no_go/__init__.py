"""Go or not: definition and texts as data, and its rules."""
