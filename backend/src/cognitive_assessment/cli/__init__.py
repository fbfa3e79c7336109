"""Argument parsing and printing only; the work is done by the layers below."""
