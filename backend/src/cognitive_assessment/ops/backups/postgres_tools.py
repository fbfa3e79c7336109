"""PostgreSQL's own programs, as streams: a dump out of a database, and one into a database."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from typing import IO

from sqlalchemy.engine import make_url

from cognitive_assessment.errors import Unavailable
from cognitive_assessment.ops.embedded_database import programs


@contextlib.contextmanager
def dumping(url: str, *, snapshot: str) -> Iterator[IO[bytes]]:
    """The stream of `pg_dump`, of exactly this snapshot; raises `Unavailable` with its words if it fails."""
    arguments = ["--format=custom", "--no-owner", "--no-privileges", "--enable-row-security", f"--snapshot={snapshot}"]
    with _running("pg_dump", arguments, url, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101  # it is a pipe
        yield process.stdout


@contextlib.contextmanager
def restoring(url: str) -> Iterator[IO[bytes]]:
    """The stream into `pg_restore`; raises `Unavailable` with its words if it fails."""
    arguments = ["--format=custom", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    with _running("pg_restore", arguments, url, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101  # it is a pipe
        yield process.stdin


@contextlib.contextmanager
def _running(
    program: str, arguments: list[str], url: str, *, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    address = make_url(url).set(drivername="postgresql")
    # the password goes by the environment: a command line can be read by everybody on the machine
    plain = address._replace(password=None).render_as_string(hide_password=False)
    command = [str(programs() / program), *arguments, f"--dbname={plain}"]
    environment = {**os.environ, "PGPASSWORD": address.password or "", "PGCONNECT_TIMEOUT": "10"}
    with subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=environment) as process:
        try:
            with contextlib.suppress(BrokenPipeError):  # it has ended; its own words say why
                yield process
                if process.stdin is not None:
                    process.stdin.close()
            said = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
            if process.wait():
                raise Unavailable(f"{program} failed: {said.splitlines()[0] if said else 'it was killed'}")
        except BaseException:
            process.kill()
            raise
