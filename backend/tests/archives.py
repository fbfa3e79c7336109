"""A database of this system with its archive, without the rest: to be written to, stopped, lost and brought back."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import sqlalchemy as sa

from builders import owner_transaction
from cognitive_assessment.config import Settings, build
from cognitive_assessment.ops import database_access
from cognitive_assessment.ops.archive import keep
from cognitive_assessment.ops.child_processes import stop_all
from cognitive_assessment.ops.embedded_database import EmbeddedDatabase
from cognitive_assessment.store.engine import plain_url
from systems import CAS, wait_until

_RECEIVED = "SELECT restart_lsn >= pg_current_wal_flush_lsn() FROM pg_replication_slots WHERE slot_name = 'cas_archive'"


class Archived:
    """One data folder; what is noted while it is served comes into the archive."""

    def __init__(self, folder: Path, **settings: str) -> None:
        ours = {"CAS_DATA_DIR": str(folder), "CAS_MIN_FREE_BYTES": "0", "PATH": os.environ["PATH"]}
        self.environment = {**ours, **settings}
        self.settings: Settings = build(self.environment)
        self.said: list[str] = []

    @property
    def cluster(self) -> Path:
        return self.settings.data_dir / "postgres" / "cluster"

    @contextlib.contextmanager
    def served(self, *, is_received: bool = True) -> Iterator[str]:
        """The owner's address while the server and, unless it is away, the receiver of its log run."""
        server = EmbeddedDatabase(self.settings.data_dir)
        addresses = server.start()
        child = keep.receiver(self.settings, addresses, self.said.append, lambda: self.said.append("a base, please"))
        try:
            if not is_received:
                yield plain_url(addresses.owner_url)
                return
            child.start()
            yield plain_url(addresses.owner_url)
            with psycopg.connect(plain_url(addresses.owner_url), autocommit=True) as connection:
                wait_until(lambda: (connection.execute(_RECEIVED).fetchone() or (False,))[0])
        finally:
            stop_all([child], limit_s=10)
            server.stop()

    def prepare(self) -> None:
        """The schema, a table to note in, and the first base copy."""
        with self.served() as url:
            access = database_access.Access(url.replace("postgresql:", "postgresql+psycopg:"), None, None)
            database_access.prepare(access, self.settings.data_dir)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE TABLE noted (what text)")
            keep.refresh_base(self.settings, url, self.said.append, self.said.append)

    def cas(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command on this folder, which nobody serves meanwhile."""
        return subprocess.run([CAS, *words], env=self.environment, capture_output=True, text=True, check=False)

    def noted(self) -> list[str]:
        with self.served() as url, psycopg.connect(url) as connection:
            return [str(what) for (what,) in connection.execute("SELECT what FROM noted ORDER BY 1").fetchall()]


def note(url: str, what: str) -> dt.datetime:
    """Commit a row; returns a moment after which the next one will be committed."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO noted VALUES (%s)", [what])
    moment = dt.datetime.now(dt.UTC)
    time.sleep(0.01)
    return moment


@contextlib.contextmanager
def slot() -> Iterator[None]:
    """The bound database keeps its log for an archive, which nobody receives."""
    with owner_transaction() as connection:
        connection.execute(sa.text("SELECT pg_create_physical_replication_slot(:slot, true)"), {"slot": keep.SLOT})
    try:
        yield
    finally:
        with owner_transaction() as connection:
            connection.execute(sa.text("SELECT pg_drop_replication_slot(:slot)"), {"slot": keep.SLOT})
