"""A system of its own is damaged while somebody writes without pause: what is lost, and when it is ready again."""

from __future__ import annotations

import contextlib
import functools
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests

from benchmarks import ROOT, Figure, NotHere

sys.path.insert(0, str(ROOT / "backend" / "tests"))  # the tests know best how to run a whole system

from api_clients import BYTES, TUS, Upload
from systems import Caller, System, wait_until
from writers import Writer, events_in, kill

READY_S, LOST_S = 3600, 5
_WRITES = 60
_LIMIT_S = 600
_KEYS = ("master.key", "backup-identity.txt")


def run() -> list[Figure]:
    """Damage it, bring it back as the runbook says, and count what was acknowledged and is gone."""
    if not (ROOT / "models" / "manifest.json").is_file():
        raise NotHere("there is no model in models/")
    with tempfile.TemporaryDirectory(prefix="cas-bench-") as made, _serving(Path(made)) as system:
        _cas(system, "backup")  # the first one makes the key of the backups
        keys = Path(made) / "keys"
        keys.mkdir()
        for name in _KEYS:
            shutil.copy2(system.data_dir / name, keys)
        staff = system.sign_in()
        figures = []
        for name, damage in WAYS.items():
            figures += _measured(name, system, staff, functools.partial(damage, system, keys))
        return figures


@contextlib.contextmanager
def _serving(folder: Path) -> Iterator[System]:
    """Data, backups and the second store as on three disks."""
    folder.chmod(0o711)  # the database runs as a user of its own where everything else is root
    places = {"CAS_BACKUP_DIR": str(folder / "backups"), "CAS_BLOB_MIRROR": str(folder / "second")}
    system = System(folder / "var", settings=places).start()
    try:
        yield system
    finally:
        system.stop()


def _measured(name: str, system: System, staff: Caller, damage: Callable[[], None]) -> list[Figure]:
    _cas(system, "backup")  # after a restore, this makes the base copy of a new archive
    participant = staff.invite(secrets.token_hex(4))
    writer = Writer(participant)
    recording_id, content = _record(participant, writer.session)
    wait_until(lambda: len(writer.acknowledged) > _WRITES, _LIMIT_S)
    began = time.monotonic()
    damage()
    wait_until(lambda: _is_ready(system), _LIMIT_S)
    ready_s = time.monotonic() - began
    writer.stop()
    lost_s = writer.lost_s(events_in(system))
    kept = system.uploaded(recording_id)
    count = len(writer.acknowledged)
    print(f"{name}: ready after {ready_s:.1f} s, {len(lost_s)} of {count} lost", file=sys.stderr, flush=True)
    return [
        Figure(f"{name}: ready after", f"{ready_s:.1f} s", f"at most {READY_S} s", ready_s <= READY_S),
        Figure(
            f"{name}: acknowledged answers lost",
            f"{len(lost_s)} of {count}, {max(lost_s, default=0.0):.1f} s",
            f"at most {LOST_S} s",
            max(lost_s, default=0.0) <= LOST_S,
        ),
        Figure(f"{name}: recordings lost", str(int(kept != content)), "0", kept == content),
    ]


def _kill_database(system: System, keys: Path) -> None:
    """The supervisor starts it again by itself."""
    del keys
    for process in system.find("bin/postgres"):
        process.kill()
    wait_until(lambda: not _is_ready(system), _LIMIT_S)


def _kill_all(system: System, keys: Path) -> None:
    """As when the power goes: `cas serve` is all that is needed."""
    del keys
    kill(system)
    system.start(wait_live=False)


def _delete_database(system: System, keys: Path) -> None:
    """Brought back from the archive."""
    del keys
    kill(system)
    shutil.rmtree(system.data_dir / "postgres")
    _cas(system, "restore", "archive", "--yes")
    system.start(wait_live=False)


def _delete_data(system: System, keys: Path) -> None:
    """The two kept keys into a new data folder, the database from its archive, the recordings from the second store."""
    kill(system)
    shutil.rmtree(system.data_dir)
    system.data_dir.mkdir(mode=0o711)
    for name in _KEYS:
        shutil.copy2(keys / name, system.data_dir)
    _cas(system, "restore", "archive", "--yes")
    system.start(wait_live=False)
    wait_until(lambda: _is_ready(system), _LIMIT_S)
    _cas(system, "blobs", "mirror")


WAYS: dict[str, Callable[[System, Path], None]] = {
    "database killed with -9": _kill_database,
    "every process killed with -9": _kill_all,
    "every process killed, the database deleted": _delete_database,
    "every process killed, the data folder deleted": _delete_data,
}


def _cas(system: System, *words: str) -> None:
    done = system.cas(*words)
    if done.returncode:
        raise NotHere(f"`cas {' '.join(words)}` failed: {done.stderr.strip()}")


def _is_ready(system: System) -> bool:
    try:
        return requests.get(f"{system.url}/api/health/ready", timeout=10).ok
    except requests.RequestException:
        return False


def _record(participant: Caller, session: dict[str, Any]) -> tuple[str, bytes]:
    """A recording that was acknowledged whole; returns its number and its bytes."""
    upload, content = Upload(participant, session["id"]), secrets.token_bytes(100_000)  # type: ignore[arg-type]
    headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": upload.metadata()}
    participant("POST", "/api/uploads", headers=headers).raise_for_status()
    participant("PATCH", upload.path, headers={**BYTES, "Upload-Offset": "0"}, data=content).raise_for_status()
    return upload.recording_id, content
