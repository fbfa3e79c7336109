"""Symbol digit: definition and texts as data, and its rules."""
