"""What a base copy rests on: a whole one on none, an incremental one on the copy before it, back to a whole one."""

from __future__ import annotations

import errno
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from cognitive_assessment.errors import DamagedBackup
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.embedded_database import programs

RESTS_ON = "rests-on"
_IS_INCREMENTAL = "INCREMENTAL FROM LSN"  # in the label, in the words of the server
_CUT_SHORT = re.compile(r"wrote \d+ of \d+")  # how a write ends that meets the end of the disk


def cluster_of(base: Path) -> Path:
    """The files of the cluster in a base copy."""
    return base / "cluster"


def label_of(base: Path) -> str:
    """What the server says of the copy: from where on it needs the log, and whether it is incremental."""
    return (cluster_of(base) / "backup_label").read_text()


def chain_of(base: Path) -> list[Path]:
    """The copies that make up this one: a whole one first, itself last. Raises `DamagedBackup` at a missing link."""
    chain = [base]
    while (before := _rests_on(chain[0])) is not None:
        if not before.is_dir():
            raise DamagedBackup(f"The base copy {chain[0].name} rests on {before.name}, which is missing.")
        chain.insert(0, before)
    return chain


def _rests_on(base: Path) -> Path | None:
    try:
        if _IS_INCREMENTAL not in label_of(base):
            return None
        name = (base / RESTS_ON).read_text()
    except (OSError, ValueError) as error:
        raise DamagedBackup(f"The base copy {base.name} does not say on what it rests: {error}.") from error
    if files.moment_of(name) is None or name >= base.name:
        raise DamagedBackup(f"The base copy {base.name} rests on something that is no copy of before.")
    return base.with_name(name)


def usable(bases: Sequence[Path]) -> list[Path]:
    """Those of which every link is there; what the links hold is not looked at."""
    return [base for base in bases if _has_all_links(base)]


def _has_all_links(base: Path) -> bool:
    try:
        return bool(chain_of(base))
    except DamagedBackup:
        return False


def verify(chain: Sequence[Path]) -> None:
    """Compare each link with its manifest, and that with the system it is of; raises `DamagedBackup` with its name."""
    for link in chain:
        only_last = [] if link == chain[-1] else ["--no-parse-wal"]  # the log within the others is never replayed
        why = run("pg_verifybackup", "--quiet", *only_last, str(cluster_of(link)))
        if why is not None:
            raise DamagedBackup(f"The base copy {link.name} is damaged: {why}")


def size_of(chain: Sequence[Path]) -> int:
    """How many bytes the combined copy has at most."""
    within = [path for link in chain for path in cluster_of(link).rglob("*")]
    earlier_logs = {cluster_of(link) / "pg_wal" for link in chain[:-1]}
    return sum(path.lstat().st_size for path in within if earlier_logs.isdisjoint(path.parents))


def combine(chain: Sequence[Path], target: Path) -> None:
    """Make one whole cluster of the links, which stay as they are.

    Raises `DamagedBackup` if they do not fit, `OSError` or, of words alone, what `files.is_full` knows for a full disk.
    """
    # the server that is started on it brings it onto the disk before it replays
    why = run("pg_combinebackup", "--no-sync", f"--output={target}", *(str(cluster_of(link)) for link in chain))
    if why is not None:
        if _CUT_SHORT.search(why):
            raise OSError(errno.ENOSPC, why)
        names = ", ".join(link.name for link in chain)
        raise DamagedBackup(f"The base copies {names} cannot be combined: {why}")


def run(program: str, *arguments: str, environment: dict[str, str] | None = None) -> str | None:
    """Run a program of PostgreSQL; returns why it failed, in its words, or nothing."""
    command, own = [str(programs() / program), *arguments], {**(environment or os.environ), "LC_ALL": "C"}
    # a file that may not grow further is to be told of, not to end the program: the signal for that stays ignored
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=False, restore_signals=False)
    if done.returncode == 0:
        return None
    said = done.stderr.strip().splitlines()
    # what it did about it comes last, what was wrong before
    last = said[-1] if said else f"it ended with {done.returncode}"
    return next((line for line in said if "error:" in line or "FATAL:" in line), last)
