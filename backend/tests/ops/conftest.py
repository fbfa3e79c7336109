"""One running system for the tests that leave it as they find it, and a maker of others."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archives import Archived
from chats import Chat
from systems import System


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system with the repository's models."""
    running = System(tmp_path_factory.mktemp("system") / "var").start()
    yield running
    running.stop()


@pytest.fixture
def make_system(tmp_path: Path) -> Iterator[Callable[..., System]]:
    """Makes systems of this test; what it leaves running is stopped."""
    made: list[System] = []

    def make(name: str = "var", **settings: str) -> System:
        made.append(System(tmp_path / name, settings=settings))
        return made[-1]

    yield make
    for one in made:
        if one.process is not None:
            one.stop()


@pytest.fixture
def chat() -> Iterator[Chat]:
    """A webhook that takes what Slack takes, and keeps it."""
    one = Chat()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture(scope="session")
def prepared_archive(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    """A database with its first base copy, which each test copies."""
    one = Archived(tmp_path_factory.mktemp("archive") / "var")
    one.prepare()
    return one


@pytest.fixture
def archived(prepared_archive: Archived, tmp_path: Path) -> Archived:
    """A database with its archive, of this test alone."""
    subprocess.run(["cp", "-a", prepared_archive.settings.data_dir, tmp_path / "var"], check=True)
    return Archived(tmp_path / "var")
