"""Maintenance: while it is on nothing is written; reading goes on, and browsers keep their answers until it is off."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import sqlalchemy as sa

from cognitive_assessment.config import Settings, settings
from cognitive_assessment.errors import Conflict, UnderMaintenance
from cognitive_assessment.private_files import read_private, write_private
from cognitive_assessment.store import maintenance
from cognitive_assessment.store.engine import make_engine, transaction
from cognitive_assessment.store.maintenance import Stop

# A file, because it must hold while the database itself is exchanged; and a row, for the other machines.
_FILE = "maintenance.json"


def turn_on(data_dir: Path, *, is_lockdown: bool = False) -> None:
    """Stop all writes from the next request on; repeating it is harmless.

    A lockdown lets nobody in either, with the token of an identity provider least of all.
    """
    began = since(data_dir) or dt.datetime.now(dt.UTC)
    if since(data_dir) is None or (is_lockdown and not is_locked_down(data_dir)):
        document = {"since": began.isoformat(timespec="seconds"), "is_lockdown": is_lockdown}
        write_private(data_dir / _FILE, json.dumps(document))


def turn_off(data_dir: Path) -> None:
    """Let writes through again; repeating it is harmless."""
    (data_dir / _FILE).unlink(missing_ok=True)


def here(data_dir: Path) -> Stop | None:
    """What holds on this machine."""
    text = read_private(data_dir / _FILE)
    if not text:
        return None
    told = json.loads(text)
    return Stop(dt.datetime.fromisoformat(told["since"]), bool(told.get("is_lockdown")))


def since(data_dir: Path) -> dt.datetime | None:
    """Since when maintenance is on here; nothing while it is off."""
    stop = here(data_dir)
    return None if stop is None else stop.since


def is_locked_down(data_dir: Path) -> bool:
    """Whether the operator has locked everybody out here."""
    stop = here(data_dir)
    return stop is not None and stop.is_lockdown


def tell_all(settings: Settings, owner_url: str) -> None:
    """Let what holds here hold on every machine of this database; the embedded one is of this machine alone."""
    write(owner_url, None if settings.has_embedded_database else here(settings.data_dir))


def write(owner_url: str, stop: Stop | None) -> None:
    """Let this hold on every machine of a database."""
    engine = make_engine(owner_url)
    try:
        with engine.begin() as connection:
            maintenance.write(connection, stop)
    finally:
        engine.dispose()


def everywhere() -> Stop | None:
    """What holds on every machine of this process's database; raises `Unavailable` while that is away."""
    with transaction() as connection:
        return maintenance.read(connection)


def require_on(settings: Settings, owner: sa.Engine) -> None:
    """Raise `Conflict` unless maintenance is on, on every machine of this database."""
    stop = here(settings.data_dir)
    if not settings.has_embedded_database:
        with owner.connect() as connection:
            stop = maintenance.read(connection)
    if stop is None:
        raise Conflict(
            "The system takes answers in and works on them.",
            remedy="`cas maintenance on`, then repeat this, then `cas maintenance off`; meanwhile reading goes on, "
            "and browsers keep their answers.",
        )


def require_off() -> None:
    """Raise `UnderMaintenance` while maintenance is on, here or everywhere."""
    if here(settings().data_dir) is not None or everywhere() is not None:
        raise UnderMaintenance(
            "The system is being maintained and takes nothing in for a while.",
            remedy="Nothing is lost: what you have answered is kept on your device and sent when it is back.",
        )
