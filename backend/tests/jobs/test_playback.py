"""The copy to play is there whole at any moment, also while a later run puts another in its place."""

from __future__ import annotations

import uuid

import numpy as np
import pytest

from cognitive_assessment import blobs
from cognitive_assessment.errors import StorageFull
from cognitive_assessment.jobs import playback
from cognitive_assessment.speech.decode import decode


def test_a_copy_that_cannot_be_written_leaves_the_one_before(data_dir, monkeypatch):
    recording = {"id": uuid.uuid4(), "user_id": uuid.uuid4()}
    key = blobs.key_ring().ensure(recording["user_id"])
    stored_bytes = playback.keep(recording, np.full(8_000, 0.25, np.float32), 16_000)
    monkeypatch.setattr(blobs.store(), "min_free_bytes", 1 << 60)
    with pytest.raises(StorageFull):
        playback.keep(recording, np.zeros(8_000, np.float32), 16_000)
    heard = decode(blobs.store().open(f"playback/{recording['id']}", key, stored_bytes))
    assert heard.samples.max() == pytest.approx(0.25, abs=0.001)
