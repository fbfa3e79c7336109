"""A worker's lanes: what takes a moment is done while a recording is being read, and a worker ends when told to."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import uuid

from cognitive_assessment.jobs import app as jobs_app
from cognitive_assessment.jobs import measure_recording, worker
from cognitive_assessment.store import job_queue
from cognitive_assessment.store.engine import transaction

LONGEST_S = 60


def test_what_was_tapped_is_scored_while_a_recording_is_being_read(given, count, monkeypatch, database):
    is_reading, is_over = threading.Event(), threading.Event()

    def read(**_: str) -> None:
        is_reading.set()
        assert is_over.wait(LONGEST_S)

    monkeypatch.setattr(measure_recording, "run", read)
    with transaction() as connection:
        job_queue.defer(connection, "measure_recording", once="a recording", recording_id=str(uuid.uuid4()))

    async def work() -> int:
        lanes = asyncio.create_task(worker._run_lanes(app))
        try:
            assert await asyncio.to_thread(is_reading.wait, LONGEST_S)
            given.press()
            async with asyncio.timeout(LONGEST_S):
                while count("scores") == 0:
                    await asyncio.sleep(0.05)
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0.2)
            has_left_its_job = lanes.done()
        finally:
            is_over.set()
        await lanes
        return has_left_its_job

    app = jobs_app.make_app(database.app_url)

    async def run() -> bool:
        async with app.open_async():
            return bool(await work())

    assert not asyncio.run(run())
    assert count("scores") == 1
    assert count("procrastinate_jobs", "measure_recording") == 0  # it was finished before the worker ended
