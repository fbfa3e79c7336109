"""Simulated participants: synthetic sessions through the public HTTP API."""
