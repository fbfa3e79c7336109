"""Continuous archiving of the embedded database: every commit, within moments, in a second place."""
