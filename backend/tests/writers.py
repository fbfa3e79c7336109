"""Somebody who writes without pause and remembers what was acknowledged, while the system is killed under them."""

from __future__ import annotations

import datetime as dt
import signal
import threading
import time
import uuid

import requests

from api_clients import session_body
from systems import Caller, System, wait_until


def kill(system: System) -> None:
    """Everything at once, as when the power goes."""
    for process in system.processes():
        process.send_signal(signal.SIGKILL)
    assert system.process is not None
    system.process.wait()
    wait_until(lambda: not system.processes())


class Writer:
    """A participant who answers without pause, and remembers what was acknowledged, and when."""

    def __init__(self, participant: Caller) -> None:
        self.session = participant("POST", "/api/sessions", session_body()).json()
        self.acknowledged: list[tuple[float, str]] = []
        self.is_over = False
        self._participant = participant
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        path = f"/api/sessions/{self.session['id']}/events"
        while not self.is_over:
            id_, now = str(uuid.uuid4()), dt.datetime.now(dt.UTC).isoformat()
            try:
                answer = self._participant("POST", path, {"events": [{"id": id_, "kind": "paused", "at": now}]})
            except requests.RequestException:
                continue  # it is being killed, or comes back
            if answer.status_code == 204:
                self.acknowledged.append((time.monotonic(), id_))

    def stop(self) -> None:
        self.is_over = True
        self._thread.join()

    def lost_s(self, there: set[str]) -> list[float]:
        """How long before the last acknowledgement each event was acknowledged that is not there."""
        last_s = self.acknowledged[-1][0]
        return [last_s - at for at, id_ in self.acknowledged if id_ not in there]


def events_in(system: System) -> set[str]:
    """The events that are in the database."""
    code = (
        "import os, psycopg\n"
        "for (id,) in psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT id FROM events'): print(id)"
    )
    done = system.cas("run", "python", "-c", code)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())
