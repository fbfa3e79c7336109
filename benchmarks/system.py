"""A system of its own: how soon it is ready, how much its API takes, how soon the result follows the last answer."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

from benchmarks import ROOT, Figure, NotHere, within

CAS = ROOT / ".venv" / "bin" / "cas"
VOICE = ROOT / "frontend" / "e2e" / "voice"
READY_S, API_MB, RESULT_S = 8, 150, 5
_LIMIT_S = 90


def run() -> list[Figure]:
    """Start it twice (the first start makes the database), take one session, stop it."""
    if not (ROOT / "models" / "manifest.json").is_file():
        raise NotHere("there is no model in models/")
    with tempfile.TemporaryDirectory(prefix="cas-bench-") as folder:
        Path(folder).chmod(0o711)  # the database runs as a user of its own where everything else is root
        environment = os.environ | {"CAS_DATA_DIR": f"{folder}/var", "CAS_PORT": str(_free_port())}
        first_s = _start_and_stop(environment)
        started = time.perf_counter()
        system = _start(environment)
        try:
            again_s = _ready_s(environment, started)
            result_s = _simulate(environment)
            api = _api(system)
            api_mb = api.memory_info().rss / 1e6
            has_numpy = any("numpy" in one.path for one in api.memory_maps())
        finally:
            _stop(system)
    return [
        within("ready after the first start", first_s, READY_S, "s"),
        within("ready after another start", again_s, READY_S, "s"),
        within("memory of the API process", api_mb, API_MB, "MB", digits=0),
        Figure("numpy in the API process", "yes" if has_numpy else "no", "no", not has_numpy),
        within("from the last answer to the full result", result_s, RESULT_S, "s"),
    ]


def _start(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([str(CAS), "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _start_and_stop(environment: dict[str, str]) -> float:
    started = time.perf_counter()
    system = _start(environment)
    try:
        return _ready_s(environment, started)
    finally:
        _stop(system)


def _stop(system: subprocess.Popen[bytes]) -> None:
    system.terminate()
    system.wait(timeout=30)


def _ready_s(environment: dict[str, str], started: float) -> float:
    address = f"http://127.0.0.1:{environment['CAS_PORT']}/api/health/ready"
    while time.perf_counter() - started < _LIMIT_S:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return time.perf_counter() - started
        except OSError:
            time.sleep(0.05)
    raise NotHere(f"the system was not ready after {_LIMIT_S} s")


def _simulate(environment: dict[str, str]) -> float:
    command = [str(CAS), "simulate", "--fast", "--json", "--seed", "1", "--audio", str(VOICE)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1])["result_after_s"])


def _api(system: subprocess.Popen[bytes]) -> psutil.Process:
    """The gunicorn worker that serves: the child of the API's master."""
    masters = [one for one in psutil.Process(system.pid).children() if "api.server" in " ".join(one.cmdline())]
    return max(masters[0].children(), key=lambda one: one.memory_info().rss)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
