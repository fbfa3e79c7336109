"""Processes that count together, and the page of a running system."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import uuid
from pathlib import Path

import pytest
import requests
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import CollectorRegistry

from cognitive_assessment.ops.metrics import files, looked_up
from systems import wait_until

COUNTING = """
    import sys, time
    from pathlib import Path
    from cognitive_assessment.ops.metrics import files
    from cognitive_assessment.ops.metrics.events import events
    files.use(Path(sys.argv[1]), "worker")
    events().sign_ins.inc(int(sys.argv[2]))
    events().pool.labels("worker", "in_use").set(int(sys.argv[2]))
    print(files._held.name, flush=True)
    time.sleep(60 if sys.argv[3] == "stay" else 0)
"""


class Counting:
    """A process of its own that counts `amount` and then stays or ends."""

    def __init__(self, data_dir: Path, amount: int, *, stays: bool = False) -> None:
        command = [sys.executable, "-c", textwrap.dedent(COUNTING), data_dir, str(amount), "stay" if stays else "go"]
        environment = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None
        self.place = self.process.stdout.readline().strip()
        if not stays:
            self.end()

    def end(self, signal_number: int | None = None) -> None:
        if signal_number is not None:
            self.process.send_signal(signal_number)
        self.process.wait(timeout=20)
        assert self.process.stdout is not None
        self.process.stdout.close()


def values(data_dir: Path) -> dict[str, float]:
    registry = CollectorRegistry()
    files.drop_the_dead(files.folder_of(data_dir))
    MultiProcessCollector(registry, path=str(files.folder_of(data_dir)))
    found = {}
    for family in registry.collect():
        found.update({sample.name: sample.value for sample in family.samples if not sample.labels.get("task")})
    return found


def test_room_for_every_figure_is_taken_before_a_disk_can_be_full(tmp_path):
    """Mapped bytes for which there is no room any more end the process that writes them."""
    Counting(tmp_path, 1)
    found = list(files.folder_of(tmp_path).glob("*.db"))
    assert {path.name.split("_worker")[0] for path in found} >= {"counter", "histogram", "gauge_livesum"}
    for path in found:
        assert path.stat().st_blocks * 512 >= path.stat().st_size >= 1_000_000, path


def test_a_disk_without_room_for_figures_is_told_in_words(tmp_path):
    code = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))\n{textwrap.dedent(COUNTING)}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path, "1", "go"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, "File too large" in done.stderr) == (1, True), done.stderr
    assert not any(path.stat().st_size for path in files.folder_of(tmp_path).glob("*.db"))


def test_files_that_come_and_go_spoil_no_count_of_exposed_ones(tmp_path):
    (tmp_path / "exposed").touch(mode=0o644)
    (tmp_path / "private").touch(mode=0o600)
    (tmp_path / "folder").mkdir()
    is_over = threading.Event()

    def come_and_go() -> None:
        passing = tmp_path / "passing"
        while not is_over.is_set():
            passing.touch(mode=0o600)
            passing.unlink()

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        assert {looked_up._exposed_files(tmp_path) for _ in range(2000)} == {1}
    finally:
        is_over.set()
        other.join()


def test_processes_count_together_each_in_a_place_of_its_own(tmp_path):
    first, second = Counting(tmp_path, 2, stays=True), Counting(tmp_path, 3, stays=True)
    try:
        assert (first.place, second.place) == ("worker-0", "worker-1")
        assert values(tmp_path)["cas_sign_ins_total"] == 5
        assert values(tmp_path)["cas_database_pool_connections"] == 5
    finally:
        first.end(signal.SIGKILL)
        second.end(signal.SIGKILL)


def test_a_process_that_was_killed_leaves_its_place_and_its_counts_and_nothing_that_held_while_it_lived(tmp_path):
    killed = Counting(tmp_path, 2, stays=True)
    killed.end(signal.SIGKILL)
    assert values(tmp_path)["cas_sign_ins_total"] == 2
    assert "cas_database_pool_connections" not in values(tmp_path)
    assert Counting(tmp_path, 4).place == "worker-0"
    assert values(tmp_path)["cas_sign_ins_total"] == 6


def test_restarting_often_makes_no_more_files(tmp_path):
    Counting(tmp_path, 1)
    before = sorted(path.name for path in files.folder_of(tmp_path).iterdir())
    Counting(tmp_path, 1)
    assert sorted(path.name for path in files.folder_of(tmp_path).iterdir()) == before


def test_a_file_that_a_crash_left_unreadable_begins_anew(tmp_path):
    Counting(tmp_path, 1)
    (files.folder_of(tmp_path) / "counter_worker-0.db").write_bytes(b"\xff" * 64)
    Counting(tmp_path, 5)
    assert values(tmp_path)["cas_sign_ins_total"] == 5


def test_a_new_start_begins_at_nothing(tmp_path):
    Counting(tmp_path, 1)
    files.clean(tmp_path)
    files.clean(tmp_path)
    assert list(files.folder_of(tmp_path).iterdir()) == []


@pytest.mark.slow
class TestOfARunningSystem:
    @staticmethod
    def families(system):
        answer = requests.get(f"{system.url}/metrics", timeout=10)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        return {family.name: family for family in text_string_to_metric_families(answer.text)}

    def value(self, system, name, **labels):
        samples = [sample for family in self.families(system).values() for sample in family.samples]
        return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())

    def test_it_says_what_runs_and_what_it_uses(self, system):
        wait_until(lambda: self.value(system, "cas_ready") == 1, 60)
        told = wait_until(lambda: self.families(system).get("cas_processes"))
        processes = {sample.labels["part"]: sample.value for sample in told.samples}
        assert processes["API"] == 2  # gunicorn's first process and the one that answers
        assert processes["supervisor"] == processes["worker"] == 1
        assert self.value(system, "cas_health_check", check="database") == 1
        assert self.value(system, "cas_disk_free_bytes", folder="data") > 0
        assert 0 < self.value(system, "cas_memory_used_bytes") < self.value(system, "cas_memory_size_bytes")
        assert self.value(system, "cas_process_resident_bytes", part="API") > 10_000_000

    def test_what_the_worker_does_is_told_by_the_api(self, system):
        wait_until(lambda: self.value(system, "cas_ready") == 1, 60)
        assert self.value(system, "cas_model_load_duration_seconds_count") >= 1
        assert self.value(system, "cas_model_load_duration_seconds_sum") > 0
        assert self.value(system, "cas_database_pool_connections", part="worker", state="limit") == 5

    def test_requests_are_counted_by_the_template_of_their_route(self, system):
        route = "/api/sessions/<uuid:session_id>"
        system.sign_in()("GET", f"/api/sessions/{uuid.uuid4()}")
        assert self.value(system, "cas_http_requests_total", route=route, status="404") >= 1
        assert self.value(system, "cas_http_request_duration_seconds_count", route=route) >= 1

    def test_no_label_names_a_person_or_a_path(self, system):
        participant = system.sign_in().invite("Anna Beispiel")
        participant("GET", "/api/me")
        page = requests.get(f"{system.url}/metrics", timeout=10).text
        assert "Anna" not in page
        assert "staff@" not in page
        assert str(system.data_dir) not in page


@pytest.mark.slow
def test_counts_go_on_over_a_restart_of_the_worker_and_its_death_is_told(make_system):
    system = make_system().start()
    of_running = TestOfARunningSystem()
    wait_until(lambda: of_running.value(system, "cas_ready") == 1, 60)
    loads = of_running.value(system, "cas_model_load_duration_seconds_count")
    worker = system.find("jobs.worker")[0]
    worker.kill()
    wait_until(lambda: of_running.value(system, "cas_model_load_duration_seconds_count") == loads + 1, 60)
    assert of_running.value(system, "cas_child_restarts_total", part="worker") == 1
    began = time.monotonic()
    system.stop()
    assert time.monotonic() - began < 30
