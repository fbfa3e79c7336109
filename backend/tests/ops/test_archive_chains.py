"""Base copies that rest on one another: what changed is brought back from all of them, and no link is lost."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from archives import Archived, note
from cognitive_assessment.errors import DamagedBackup
from cognitive_assessment.ops.archive import chains, keep, restore
from cognitive_assessment.ops.backups import files
from systems import wait_until

pytestmark = pytest.mark.slow
ALL = ["1 first", "2 second", "3 third"]


def add_base(archived: Archived, url: str) -> Path:
    """Make the base copy that is due, in another second than the last."""
    bases = keep.listed(archived.settings)
    wait_until(lambda: not bases or dt.datetime.now(dt.UTC) > files.created_at(bases[-1]))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keep, "BASE_EVERY", dt.timedelta(0))
        made = keep.refresh_base(archived.settings, url, archived.said.append, archived.said.append)
    assert made is not None
    return made


@pytest.fixture(scope="module")
def prepared_chain(prepared_archive: Archived, tmp_path_factory: pytest.TempPathFactory) -> Archived:
    """A whole copy, a row, an incremental copy, a row, an incremental copy, a row; which each test copies."""
    folder = tmp_path_factory.mktemp("chain") / "var"
    subprocess.run(["cp", "-a", prepared_archive.settings.data_dir, folder], check=True)
    one = Archived(folder)
    with one.served() as url:
        for what in ALL[:-1]:
            note(url, what)
            add_base(one, url)
        note(url, ALL[-1])
    assert one.said == []
    return one


@pytest.fixture
def chained(prepared_chain: Archived, tmp_path: Path) -> Archived:
    """The same, of this test alone."""
    subprocess.run(["cp", "-a", prepared_chain.settings.data_dir, tmp_path / "var"], check=True)
    return Archived(tmp_path / "var")


def links(base: Path) -> list[str]:
    return [link.name for link in chains.chain_of(base)]


def held_in(archived: Archived) -> dict[str, tuple[int, int]]:
    """Every file of the archive, with its size and when it was written last."""
    found = keep.folder_of(archived.settings).rglob("*")
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in found if path.is_file()}


def test_what_changed_between_the_copies_comes_back_from_all_and_the_log_and_a_new_history_begins_whole(chained):
    whole, first, second = keep.listed(chained.settings)
    assert links(second) == [whole.name, first.name, second.name]
    assert chains.size_of([second]) < chains.size_of([whole])
    broken_off = chained.cluster.with_name("cluster.restoring")  # what a restore that was killed has left
    broken_off.mkdir()
    (broken_off / "PG_VERSION").write_text("half")
    before = held_in(chained)
    said: list[str] = []
    done = restore.restore(chained.settings, None, said.append)
    assert done.base == second.name
    assert said[0] == f"Copying the base of {second.name}, of 3 copies from {whole.name} on"
    (aside,) = chained.settings.backup_dir.glob("archive.before-*")
    aside.rename(keep.folder_of(chained.settings))
    assert held_in(chained) == before
    assert chained.noted() == ALL  # whose server finds an archive of another history
    with chained.served() as url:
        made = add_base(chained, url)
        assert links(made) == [made.name]
        assert links(add_base(chained, url))[0] == made.name


def test_a_moment_between_two_copies_is_reached_from_the_one_before(chained):
    *_, before = keep.listed(chained.settings)
    wait_until(lambda: dt.datetime.now(dt.UTC) > files.created_at(before))
    with chained.served() as url:
        moment = note(url, "4 right")
        note(url, "5 wrong")
        add_base(chained, url)
    done = restore.restore(chained.settings, moment, print)
    assert done.base == before.name
    assert chained.noted() == [*ALL, "4 right"]


def remove(base: Path) -> None:
    shutil.rmtree(base)


def damage(base: Path) -> None:
    path = max((chains.cluster_of(base) / "base").rglob("[0-9]*"), key=lambda path: path.stat().st_size)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def remove_manifest(base: Path) -> None:
    (chains.cluster_of(base) / "backup_manifest").unlink()


def be_of_another_system(base: Path) -> None:
    path = chains.cluster_of(base) / "backup_manifest"
    body, last, _ = re.sub(r'("System-Identifier": )\d+', r"\g<1>1", path.read_text()).rpartition('"Manifest-Checksum"')
    path.write_text(f'{body}{last}: "{hashlib.sha256(body.encode()).hexdigest()}"}}\n')


def leave_out(base: Path) -> None:
    whole, _, last = files.listed(base.parent)
    (last / chains.RESTS_ON).write_text(whole.name)


@pytest.mark.parametrize(
    ("break_it", "told", "used"),
    [
        (remove, "rests on {link}, which is missing", "whole"),
        (damage, "The base copy {link} is damaged", "whole"),
        (remove_manifest, "The base copy {link} is damaged", "whole"),
        (be_of_another_system, "manifest system identifier is 1, but control file has", "whole"),
        (leave_out, "cannot be combined", "link"),
    ],
)
def test_a_link_that_does_not_hold_is_named_and_an_older_copy_leads_to_the_same_end(
    chained: Archived, break_it: Callable[[Path], None], told: str, used: str
) -> None:
    whole, link, last = keep.listed(chained.settings)
    break_it(link)
    said: list[str] = []
    done = restore.restore(chained.settings, None, said.append)
    assert any(
        f"The base of {last.name} cannot be used" in line and told.format(link=link.name) in line for line in said
    )
    assert done.base == {"whole": whole, "link": link}[used].name
    assert chained.noted() == ALL


def test_without_the_whole_copy_nothing_is_restored_nothing_changes_and_the_next_copy_is_whole(chained):
    whole, first, second = keep.listed(chained.settings)
    aside = whole.rename(chained.settings.data_dir / whole.name)
    before = held_in(chained)
    with pytest.raises(DamagedBackup, match=f"{first.name} rests on {whole.name}, which is missing") as refused:
        restore.restore(chained.settings, None, print)
    assert "Put back what is missing" in (refused.value.remedy or "")
    assert held_in(chained) == before
    assert not list(chained.cluster.parent.glob("cluster?*"))
    assert chained.noted() == ALL
    assert chains.usable(keep.listed(chained.settings)) == []  # which is what its age counts from
    with chained.served() as url:
        made = keep.refresh_base(chained.settings, url, print, print)  # due at once: none of these can be used
    assert made is not None
    assert links(made) == [made.name]
    aside.rename(whole)
    assert chains.usable(keep.listed(chained.settings)) == [whole, first, second, made]


def test_each_week_begins_with_a_whole_copy_and_the_week_before_goes_when_nothing_rests_on_it(chained, monkeypatch):
    week = keep.listed(chained.settings)
    (left := week[0].with_name(".20240101T000000Z.making")).mkdir()
    with chained.served() as url:
        with monkeypatch.context() as patched:
            patched.setattr(keep, "WHOLE_EVERY", dt.datetime.now(dt.UTC) - files.created_at(week[0]))
            new = add_base(chained, url)
        assert links(new) == [new.name]
        assert keep.listed(chained.settings) == [*week, new]  # the last of that week is kept, and rests on all of it
        assert not left.exists()
        note(url, "4 after")
        added = add_base(chained, url)
    assert links(added) == [new.name, added.name]
    assert keep.listed(chained.settings) == [new, added]
    assert not list(new.parent.glob(".*"))
    first_kept = min(path.name for path in (keep.folder_of(chained.settings) / "wal").iterdir())
    assert first_kept in chains.label_of(new)
    assert chained.said == []
    restore.restore(chained.settings, None, print)
    assert chained.noted() == [*ALL, "4 after"]


def lose_what_the_server_knows_of_changes(archived: Archived, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        query = (
            "SELECT max(end_lsn) >= (SELECT redo_lsn FROM pg_control_checkpoint()) FROM pg_available_wal_summaries()"
        )
        wait_until(lambda: (connection.execute(query).fetchone() or (False,))[0])
    for path in (archived.cluster / "pg_wal" / "summaries").iterdir():
        path.unlink()


def test_what_cannot_be_built_upon_is_told_and_a_whole_copy_is_made(chained):
    *_, last = keep.listed(chained.settings)
    with chained.served() as url:
        lose_what_the_server_knows_of_changes(chained, url)
        made = add_base(chained, url)
        assert links(made) == [made.name]
        damage(made)
        again = add_base(chained, url)
        assert links(again) == [again.name]
    told, of_damage = chained.said
    assert f"No base copy could be built upon {last.name}, a whole one is made" in told
    assert "WAL summaries are required" in told
    assert f"The base copy {made.name} is damaged" in of_damage
