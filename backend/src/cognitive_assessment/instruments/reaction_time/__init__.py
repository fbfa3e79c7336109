"""Reaction time: definition and texts as data, and its rules."""
