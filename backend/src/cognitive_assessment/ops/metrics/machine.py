"""What the machine and the system's own processes use, read when it is asked for."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from cognitive_assessment.config import Settings
from cognitive_assessment.errors import Unavailable
from cognitive_assessment.ops import running_system

_CGROUP = Path("/sys/fs/cgroup")


def measure(settings: Settings) -> Iterator[Metric]:
    """Disks, memory, processors, and each part of the system."""
    yield from _disks(settings)
    yield from _memory()
    yield from _processors()
    yield from _processes(settings.data_dir)


class Usage(NamedTuple):
    """Bytes of a disk."""

    total: int
    used: int
    free: int


def disk_usages(settings: Settings) -> dict[str, Usage]:
    """The disks under the data and under the backups; a folder that is not there yet will be on its parent's."""
    folders = {"data": settings.data_dir, "backups": settings.backup_dir}
    return {
        name: Usage(*shutil.disk_usage(next(part for part in (folder, *folder.parents) if part.exists())))
        for name, folder in folders.items()
    }


def _disks(settings: Settings) -> Iterator[Metric]:
    free = GaugeMetricFamily("cas_disk_free_bytes", "Free on the disk of this folder.", labels=["folder"])
    size = GaugeMetricFamily("cas_disk_size_bytes", "Size of the disk of this folder.", labels=["folder"])
    for name, usage in disk_usages(settings).items():
        free.add_metric([name], usage.free)
        size.add_metric([name], usage.total)
    yield free
    yield size


def memory_in_use() -> tuple[float, float]:
    """Bytes in use and bytes there are: of the container where it has a limit, else of the machine."""
    machine = psutil.virtual_memory()
    limit = _cgroup_number("memory.max")
    used = _cgroup_number("memory.current")
    if limit is not None and used is not None and limit < machine.total:
        # what the kernel gives back at once is not in use
        return max(0.0, used - _cgroup_inactive_files()), limit
    return float(machine.total - machine.available), float(machine.total)


def _cgroup_number(name: str) -> float | None:
    try:
        return float((_CGROUP / name).read_text())
    except (OSError, ValueError):  # no such file, or "max": there is no limit
        return None


def _cgroup_inactive_files() -> float:
    try:
        lines = dict(line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return 0.0
    return float(lines.get("inactive_file", 0))


def _memory() -> Iterator[Metric]:
    used, size = memory_in_use()
    yield GaugeMetricFamily("cas_memory_used_bytes", "Memory in use, of the container or the machine.", value=used)
    yield GaugeMetricFamily("cas_memory_size_bytes", "Memory there is, of the container or the machine.", value=size)


def _processors() -> Iterator[Metric]:
    busy_s, all_s = processor_s()
    family = CounterMetricFamily(
        "cas_machine_cpu_seconds", "Time of all processors of the machine, busy and idle.", labels=["mode"]
    )
    family.add_metric(["busy"], busy_s)
    family.add_metric(["idle"], all_s - busy_s)
    yield family


def processor_s() -> tuple[float, float]:
    """Seconds since the machine's start in which its processors were busy, and all there were."""
    times = psutil.cpu_times()
    # guest time is part of user time
    all_s = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    return all_s - times.idle - getattr(times, "iowait", 0.0), all_s


def _processes(data_dir: Path) -> Iterator[Metric]:
    count = GaugeMetricFamily("cas_processes", "Processes of the system, by part.", labels=["part"])
    memory = GaugeMetricFamily("cas_process_resident_bytes", "Memory of the system, by part.", labels=["part"])
    processor = GaugeMetricFamily(
        "cas_process_cpu_seconds", "Processor time of the processes that live, by part.", labels=["part"]
    )
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    try:
        for one in running_system.descendants(data_dir):
            try:
                times = one.cpu_times()
                found[running_system.part_of(one)].append((one.memory_info().rss, times.user + times.system))
            except psutil.NoSuchProcess:
                continue
    except (Unavailable, psutil.NoSuchProcess):
        return  # nothing supervises this process: it says nothing of the others
    for part, uses in found.items():
        count.add_metric([part], len(uses))
        memory.add_metric([part], sum(use[0] for use in uses))
        processor.add_metric([part], sum(use[1] for use in uses))
    yield from (count, memory, processor)
