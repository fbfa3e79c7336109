"""The embedded database: the folders on the way to it, and the end of a server that was left behind."""

from __future__ import annotations

import os
import signal
import stat

import psutil
import psycopg
import pytest

from cognitive_assessment.errors import Unavailable
from cognitive_assessment.ops import embedded_database
from cognitive_assessment.ops.embedded_database import EmbeddedDatabase
from cognitive_assessment.store.engine import plain_url


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another user")
def test_the_rights_of_somebody_elses_folder_are_left_as_they_are(tmp_path):
    foreign = tmp_path / "home"
    foreign.mkdir(mode=0o700)
    os.chown(foreign, 65534, 65534)
    with pytest.raises(Unavailable, match="belongs to another user") as told:
        EmbeddedDatabase(foreign / "var").start()
    assert f"chmod o+x {foreign}" in (told.value.remedy or "")
    assert stat.S_IMODE(foreign.stat().st_mode) == 0o700
    assert not (foreign / "var" / "postgres" / "cluster").exists()


@pytest.mark.slow
def test_a_server_left_behind_that_comes_to_no_clean_end_is_ended_at_once_and_nothing_is_lost(tmp_path, monkeypatch):
    left = EmbeddedDatabase(tmp_path)
    with psycopg.connect(plain_url(left.start().owner_url), autocommit=True) as connection:
        connection.execute("CREATE TABLE noted AS SELECT 5 AS number")
    server = psutil.Process(left.process_id)
    [checkpointer] = [child for child in server.children() if "checkpointer" in " ".join(child.cmdline())]
    checkpointer.send_signal(signal.SIGSTOP)  # without which no clean end is reached
    monkeypatch.setattr(embedded_database, "CLEAN_END_S", 1)
    EmbeddedDatabase(tmp_path).end_leftover()
    assert not checkpointer.is_running()
    left.stop()
    again = EmbeddedDatabase(tmp_path)
    with psycopg.connect(plain_url(again.start().owner_url)) as connection:
        assert connection.execute("SELECT number FROM noted").fetchall() == [(5,)]
    again.stop()
