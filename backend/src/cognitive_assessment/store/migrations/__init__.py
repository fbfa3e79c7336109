"""Alembic migrations: forward only, each compatible with the running release."""
