"""Sentences of growing length, said again word for word."""
