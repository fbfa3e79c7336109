"""Serial subtraction: definition and texts as data, and its rules."""
