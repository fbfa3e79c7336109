"""A real streaming replica of a real PostgreSQL: its base copy, and everything that is committed from then on."""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from cognitive_assessment.ops.embedded_database import (
    PASSWORD_FILES,
    ROOT_RUNS_AS,
    DatabaseAddresses,
    EmbeddedDatabase,
    programs,
)


@contextlib.contextmanager
def replica(followed: DatabaseAddresses, folder: Path) -> Iterator[EmbeddedDatabase]:
    """A server that follows another one once it is started, with the same roles and passwords."""
    of = sa.make_url(followed.owner_url)
    made = folder / "postgres"
    made.mkdir(parents=True)
    command = [
        str(programs() / "pg_basebackup"),
        f"--pgdata={made / 'cluster'}",
        "--checkpoint=fast",
        "--write-recovery-conf",
    ]
    place = of.set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run([*command, f"--dbname={place}"], check=True, capture_output=True)
    for name, password in zip(PASSWORD_FILES, (str(of.password), followed.app_password), strict=True):
        (made / name).write_text(password)
    if os.geteuid() == 0:
        user = pwd.getpwnam(ROOT_RUNS_AS)
        for path in (made, *made.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    server = EmbeddedDatabase(folder)
    try:
        yield server
    finally:
        server.stop()
