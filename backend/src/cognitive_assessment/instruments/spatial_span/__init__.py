"""Spatial span: definition and texts as data, and its rules."""
