"""A real PgBouncer that hands each transaction any of its few server connections."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from systems import free_port

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
MISSING = "there is no pgbouncer here (Debian: apt-get install pgbouncer)"


@contextlib.contextmanager
def pooler(folder: Path, app_url: str, password: str, *, server_connections: int) -> Iterator[str]:
    """The app role's address through a transaction pooler for the length of a block."""
    behind, port = sa.make_url(app_url), free_port()
    host = behind.host or behind.query["host"]
    (folder / "users.txt").write_text(f'"{behind.username}" "{password}"\n')
    (folder / "pgbouncer.ini").write_text(
        "\n".join(
            [
                "[databases]",
                f"cas = host={host} port={behind.port or behind.query.get('port', 5432)} dbname={behind.database}",
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                f"listen_port = {port}",
                "unix_socket_dir =",
                "auth_type = scram-sha-256",
                f"auth_file = {folder / 'users.txt'}",
                "pool_mode = transaction",
                f"default_pool_size = {server_connections}",
                "",
            ]
        )
    )
    process = subprocess.Popen(
        [str(PROGRAM), *_user(folder), str(folder / "pgbouncer.ini")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield behind.set(host="127.0.0.1", port=port, database="cas", query={}).render_as_string(hide_password=False)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _user(folder: Path) -> list[str]:
    """PgBouncer refuses to run as root: root lets the user nobody run it and read its files."""
    if getpass.getuser() != "root":
        return []
    for path in [*folder.iterdir(), folder]:
        shutil.chown(path, "nobody")
    for parent in folder.parents[:3]:
        if parent != Path(parent.root):
            parent.chmod(parent.stat().st_mode | 0o011)
    return ["-u", "nobody"]
