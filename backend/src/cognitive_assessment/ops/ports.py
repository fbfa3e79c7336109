"""Whether we can listen where we are told to."""

from __future__ import annotations

import socket

from cognitive_assessment.errors import Conflict


def require_free_port(host: str, port: int) -> None:
    """Raise `Conflict` with what to do if something listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                f"Nothing can listen on {host}:{port}: {error.strerror}.",
                remedy="Stop what listens there, or choose another port: CAS_PORT=8001.",
            ) from error


def free_port() -> int:
    """A port of this machine on which nothing listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
