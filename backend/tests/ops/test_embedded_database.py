"""The folders on the way to the embedded database, where root starts it for another user."""

from __future__ import annotations

import os
import stat

import pytest

from cognitive_assessment.errors import Unavailable
from cognitive_assessment.ops.embedded_database import EmbeddedDatabase

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another user")


def test_the_rights_of_somebody_elses_folder_are_left_as_they_are(tmp_path):
    foreign = tmp_path / "home"
    foreign.mkdir(mode=0o700)
    os.chown(foreign, 65534, 65534)
    with pytest.raises(Unavailable, match="belongs to another user") as told:
        EmbeddedDatabase(foreign / "var").start()
    assert f"chmod o+x {foreign}" in (told.value.remedy or "")
    assert stat.S_IMODE(foreign.stat().st_mode) == 0o700
    assert not (foreign / "var" / "postgres" / "cluster").exists()
