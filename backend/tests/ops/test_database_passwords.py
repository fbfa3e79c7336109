"""The embedded database lets its starter in by who they are, everybody else by passwords that last until it stops."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest
import sqlalchemy as sa

from cognitive_assessment.ops import embedded_database
from cognitive_assessment.ops.embedded_database import EmbeddedDatabase
from cognitive_assessment.store.engine import plain_url
from cognitive_assessment.store.roles import APP_ROLE


@pytest.fixture
def server(tmp_path):
    server = EmbeddedDatabase(tmp_path / "var")
    yield server
    server.stop()


def opens(url: str | sa.URL) -> bool:
    address = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    try:
        psycopg.connect(plain_url(address), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def test_each_start_gives_new_passwords_and_those_of_before_open_nothing(server):
    first = server.start()
    with psycopg.connect(plain_url(first.owner_url), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {APP_ROLE} LOGIN PASSWORD '{first.app_password}'")
    assert opens(first.app_url)
    server.stop()
    second = server.start()
    assert opens(second.owner_url)
    assert opens(second.app_url)
    for now, before in ((second.owner_url, first.owner_url), (second.app_url, first.app_url)):
        kept = sa.make_url(before).password
        assert kept != sa.make_url(now).password
        assert not opens(sa.make_url(now).set(password=kept))
        assert not opens(sa.make_url(now).set(password="-"))
    found = embedded_database.find_running(server.folder.parent)
    assert found == second  # another process reads them where they are kept


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try as another user")
def test_over_the_socket_nobody_else_of_the_machine_is_let_in(server):
    server.start()
    socket = server._socket_folder()
    connect = (
        f"import psycopg; psycopg.connect(host={str(socket)!r}, port={server._port}, user='cas_owner', dbname='cas')"
    )
    mine = subprocess.run([sys.executable, "-c", connect], capture_output=True, text=True, check=False)
    assert mine.returncode == 0, mine.stderr
    for folder in (socket, socket / f".s.PGSQL.{server._port}"):
        folder.chmod(0o777)  # even if they could reach it
    for parent in socket.parents[:-2]:
        parent.chmod(parent.stat().st_mode | 0o005)
    script = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-c", connect]
    other = subprocess.run(script, capture_output=True, text=True, check=False)
    assert other.returncode != 0
    assert "Peer authentication failed" in other.stderr, other.stderr


def test_in_a_folder_whose_path_is_too_long_for_a_socket_it_starts_all_the_same(tmp_path):
    server = EmbeddedDatabase(tmp_path / ("deep" * 20) / "var")
    try:
        assert opens(server.start().owner_url)
    finally:
        server.stop()
