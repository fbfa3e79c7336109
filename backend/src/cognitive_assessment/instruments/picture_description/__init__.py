"""Telling what happens in a picture: see README.md."""
