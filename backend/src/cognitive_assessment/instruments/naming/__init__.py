"""Naming pictures, and things that are asked for: see README.md."""
