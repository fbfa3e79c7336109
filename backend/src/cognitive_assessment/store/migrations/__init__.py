"""Alembic migrations: forward only; each adds, and takes away nothing that the release before asks for."""
