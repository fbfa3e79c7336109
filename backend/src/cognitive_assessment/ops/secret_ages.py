"""How old each secret is, how strong, and whether another environment has it too.

A file in the data folder remembers each secret by a fingerprint that is slow to compute, never by its value, and since
when it is the one. Another environment's fingerprints, given once, are remembered as well: a secret that stands there
is refused here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from cognitive_assessment import blobs
from cognitive_assessment.config import SETTINGS, Settings
from cognitive_assessment.errors import InvalidInput, InvalidSettings
from cognitive_assessment.ops.backups import files
from cognitive_assessment.private_files import read_private, write_private

DUE_AFTER = dt.timedelta(days=90)
WEAK_BELOW_BITS = 80
_FILE = "secrets.json"
# the older of two that are valid together is on its way out, and has no age of its own
_NOT_WATCHED = {"CAS_MASTER_KEY_BEFORE"}
_FILES = {"CAS_MASTER_KEY": blobs.MASTER_KEY_FILE, "CAS_BACKUP_IDENTITY": files.IDENTITY_FILE}


@dataclass(frozen=True, slots=True)
class Secret:
    """What is known of one secret; `problems` are words fit for the operator."""

    name: str
    source: str
    since: dt.datetime
    strength_bits: int
    problems: tuple[str, ...]

    @property
    def due_at(self) -> dt.datetime:
        """Until when it should be exchanged."""
        return self.since + DUE_AFTER


def look(settings: Settings, environment: Mapping[str, str]) -> list[Secret]:
    """Every secret that is in force, remembering which is new since the last look."""
    ledger = _read(settings.data_dir)
    known: dict[str, Any] = {}
    prints: dict[str, str] = {}
    found = []
    now = dt.datetime.now(dt.UTC)
    for name, value, source in _in_force(settings, environment):
        mark = fingerprint(value)
        before = ledger["known"].get(name, {})
        changed_at = _changed_at(settings, source) or now
        since = dt.datetime.fromisoformat(before["since"]) if before.get("fingerprint") == mark else changed_at
        known[name] = {"fingerprint": mark, "since": since.isoformat(timespec="seconds")}
        bits = strength_bits(value)
        found.append(Secret(name, source, since, bits, tuple(_problems(since, bits, mark, prints, ledger, now))))
        prints[mark] = name
    if settings.data_dir.is_dir():
        _write(settings.data_dir, {**ledger, "known": known})
    return found


def require_own(settings: Settings, environment: Mapping[str, str]) -> None:
    """Raise `InvalidSettings` if a secret of this environment is known to stand in another one."""
    shared = [
        f"{secret.name}: {problem}"
        for secret in look(settings, environment)
        for problem in secret.problems
        if problem.startswith("the same as in")
    ]
    if shared:
        raise InvalidSettings(
            f"Each environment has its own secrets. {'; '.join(shared)}.",
            remedy="`cas secrets rotate` or `cas secrets generate` makes others.",
        )


def remembered_ages_s(data_dir: Path) -> dict[str, float]:
    """Age of each secret as it was last looked at, for whoever may not read the secrets."""
    now = dt.datetime.now(dt.UTC)
    known = _read(data_dir)["known"]
    return {name: (now - dt.datetime.fromisoformat(one["since"])).total_seconds() for name, one in known.items()}


def fingerprints(settings: Settings, environment: Mapping[str, str], label: str) -> str:
    """What another environment is given, to know our secrets again without learning them."""
    marks = sorted({fingerprint(value) for _, value, _ in _in_force(settings, environment)})
    return json.dumps({"environment": label, "fingerprints": marks}, indent=1) + "\n"


def know(settings: Settings, path: Path) -> str:
    """Remember the fingerprints of another environment; returns its name. Raises `InvalidInput`."""
    try:
        given = json.loads(path.read_text())
        label, marks = str(given["environment"]), [str(mark) for mark in given["fingerprints"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            f"{path} holds no fingerprints of an environment.",
            field="against",
            remedy="Make it there: `cas secrets fingerprints --environment NAME --out FILE`.",
        ) from error
    ledger = _read(settings.data_dir)
    elsewhere = {mark: name for mark, name in ledger["elsewhere"].items() if name != label}
    _write(settings.data_dir, {**ledger, "elsewhere": elsewhere | dict.fromkeys(marks, label)})
    return label


def fingerprint(value: str) -> str:
    """Equal for equal values in every environment, and slow, because a password may be short."""
    return hashlib.scrypt(value.encode(), salt=b"cas-secret-fingerprint-1", n=1 << 14, r=8, p=1, dklen=16).hex()


def strength_bits(value: str) -> int:
    """At most so many bits are unknown of a value of this length out of so many characters."""
    return int(len(value) * math.log2(max(1, len(set(value)))))


def _problems(
    since: dt.datetime, bits: int, mark: str, others: Mapping[str, str], ledger: Mapping[str, Any], now: dt.datetime
) -> Iterator[str]:
    if now >= since + DUE_AFTER:
        yield f"overdue since {since + DUE_AFTER:%Y-%m-%d}"
    if bits < WEAK_BELOW_BITS:
        yield f"weak: at most {bits} bits, {WEAK_BELOW_BITS} are needed"
    if mark in others:
        yield f"the same as {others[mark]}"
    if mark in ledger["elsewhere"]:
        yield f"the same as in {ledger['elsewhere'][mark]}"


def _in_force(settings: Settings, environment: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Name, value and source of every secret: the environment, or a file of the data folder."""
    for setting in SETTINGS:
        if not setting.is_secret or setting.name in _NOT_WATCHED:
            continue
        text = environment.get(setting.name)
        if text:
            value = _password_of(text) if "://" in text else text.replace("\n", ",").split(",")[0]
            if value:
                yield setting.name, value, "environment"
        elif setting.name in _FILES:
            kept = read_private(settings.data_dir / _FILES[setting.name])
            if kept:
                yield setting.name, kept.split()[0], _FILES[setting.name]


def _password_of(address: str) -> str | None:
    return make_url(address).password


def _changed_at(settings: Settings, source: str) -> dt.datetime | None:
    if source == "environment":
        return None
    return dt.datetime.fromtimestamp((settings.data_dir / source).stat().st_mtime, dt.UTC)


def _read(data_dir: Path) -> dict[str, Any]:
    text = read_private(data_dir / _FILE)
    try:
        kept = json.loads(text) if text else {}
    except ValueError:
        kept = {}  # it is made anew; an age begins again at what the file says
    return {"known": {}, "elsewhere": {}, **(kept if isinstance(kept, dict) else {})}


def _write(data_dir: Path, ledger: dict[str, Any]) -> None:
    write_private(data_dir / _FILE, json.dumps(ledger, indent=1) + "\n")
