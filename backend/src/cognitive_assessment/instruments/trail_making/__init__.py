"""Trail making: definition and texts as data, and its rules."""
