"""Drills: a copy of the system is destroyed and brought back, and the time is taken."""
