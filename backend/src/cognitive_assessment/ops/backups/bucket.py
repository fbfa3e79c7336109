"""The second place of the backups: where the recordings are in a bucket, every backup goes there too, as it is kept.

So do the lists of what was erased, encrypted, at once: a restore without them would bring back who was erased since.
All of it lies under a name of the identity, so that two systems may share a bucket.
"""

from __future__ import annotations

import hashlib
import itertools
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyrage
from pyrage.x25519 import Identity

from cognitive_assessment import blobs
from cognitive_assessment.blobs.segments import ObjectStore
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import DamagedBackup, NotFound
from cognitive_assessment.ops import kept_lists
from cognitive_assessment.ops.backups import files
from cognitive_assessment.private_files import read_private, write_private

_FILES = (files.DUMP, files.BLOBS, files.MANIFEST)  # one without the last is not whole
_LISTS = "lists"


@dataclass(frozen=True, slots=True)
class _Place:
    """The bucket, and who writes there; older identities only read."""

    objects: ObjectStore
    identities: Sequence[Identity]

    def names(self) -> dict[str, list[str]]:
        """The objects of each backup, by its name."""
        found: dict[str, list[str]] = {}
        for prefix in map(_prefix, self.identities):
            for name, _ in self.objects.listed(f"{prefix}/"):
                backup = name.split("/")[2]
                if backup != _LISTS:
                    found.setdefault(backup, []).append(name)
        return found

    def whole(self) -> dict[str, str]:
        """The folder of each whole backup, by its name."""
        return {
            backup: names[0].rpartition("/")[0]
            for backup, names in self.names().items()
            if {name.rpartition("/")[2] for name in names} >= {*_FILES}
        }

    def lines(self, list_name: str) -> list[str]:
        """What one of the lists holds."""
        found: list[str] = []
        for identity in self.identities:
            try:
                sealed = b"".join(self.objects.get(f"{_prefix(identity)}/{_LISTS}/{list_name}.age"))
                found += pyrage.decrypt(sealed, [identity]).decode().splitlines()
            except NotFound:
                continue
            except pyrage.DecryptError as error:
                raise DamagedBackup(f"{list_name} in the bucket cannot be decrypted: {error}.") from error
        return found


def _place(settings: Settings) -> _Place | None:
    objects = blobs.bucket(settings)
    identities = files.kept_identities(settings.data_dir, settings.backup_identity)
    return _Place(objects, identities) if objects is not None and identities else None


def _prefix(identity: Identity) -> str:
    return f"backups/{hashlib.sha256(str(identity.to_public()).encode()).hexdigest()[:32]}"


def listed(settings: Settings) -> list[str]:
    """The names of the whole backups in the bucket, oldest first."""
    place = _place(settings)
    return [] if place is None else sorted(place.whole())


def bring_up(settings: Settings) -> None:
    """Put there every backup that is not there yet, and remove those that no rule keeps; raises `Unavailable`."""
    place = _place(settings)
    if place is None:
        return
    there, prefix = place.whole(), _prefix(place.identities[0])
    for path in files.listed(settings.backup_dir):
        if path.name not in there and all((path / file).exists() for file in _FILES):
            for file in _FILES:
                place.objects.put(f"{prefix}/{path.name}/{file}", files.chunks_of(path / file))
    names = place.names()
    whole = [Path(name) for name in sorted(place.whole())]
    keep = {path.name for path in files.kept(whole)} if whole else set()
    place.objects.delete([*itertools.chain(*(found for name, found in names.items() if name not in keep))])
    for name in kept_lists.NAMES:  # with what was erased before there was a bucket, or an identity
        keep_list(settings, (settings.data_dir / name, settings.backup_dir / name))


def keep_list(settings: Settings, places: Sequence[Path]) -> None:
    """Keep a list there as well, with all that either copy here knows; raises `Unavailable`."""
    place = _place(settings)
    if place is not None:
        identity, name = place.identities[0], places[0].name
        lines = _united(place.lines(name), *map(_lines, places))
        if not lines:
            return
        sealed = pyrage.encrypt("".join(f"{line}\n" for line in lines).encode(), [identity.to_public()])
        place.objects.put(f"{_prefix(identity)}/{_LISTS}/{name}.age", [sealed])


def fetch(settings: Settings, name: str | None, say: Callable[[str], None]) -> None:
    """Bring back a backup that the folder lacks, and the lists; without a name the newest, where it holds none."""
    place = _place(settings)
    here = {path.name for path in files.listed(settings.backup_dir)}
    if place is None or name in here or (name is None and here):
        return
    there = place.whole()
    chosen = name or max(there, default="")
    if chosen not in there:
        return
    say(f"Fetching {chosen} from the bucket")
    with files.locked(settings.backup_dir):
        making = settings.backup_dir / f".{chosen}.making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        try:
            for file in _FILES:
                with (making / file).open("wb") as target:
                    target.writelines(place.objects.get(f"{there[chosen]}/{file}"))
            for one in kept_lists.NAMES:
                path = settings.backup_dir / one
                if lines := _united(place.lines(one), _lines(path)):
                    write_private(path, "".join(f"{line}\n" for line in lines))
            making.rename(settings.backup_dir / chosen)  # last: with the lists, or not at all
        finally:
            shutil.rmtree(making, ignore_errors=True)


def _lines(path: Path) -> list[str]:
    return (read_private(path) or "").splitlines()


def _united(*lists: Iterable[str]) -> list[str]:
    return [*dict.fromkeys(line for line in itertools.chain(*lists) if line.strip())]
