"""The var folder is shared between the site's two users, whoever made what is in it, and nothing else is touched."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest

import users
import varfolder
from tests.support.rights import need_root


@pytest.fixture
def group() -> int:
    """The site's group: made here if the site never ran on this machine."""
    need_root()
    return users.provide(print, {}).site


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A var folder as one that root made before it was ever shared."""
    var = tmp_path / "var"
    for folder in ("blobs/ab", "log", "run", "stamps"):
        (var / folder).mkdir(parents=True)
    for name, mode in (("secret_key", 0o600), ("blobs/ab/abcd", 0o644), ("log/web.log", 0o644), ("beat.dat", 0o644)):
        (var / name).write_text(name)
        (var / name).chmod(mode)
    with sqlite3.connect(var / "drydock.sqlite3") as database:
        database.execute("create table work (line text)")
    database.close()
    return var


def mode_and_group(path: Path) -> tuple[int, int]:
    """What `share` sets."""
    found = path.lstat()
    return stat.S_IMODE(found.st_mode), found.st_gid


def test_what_root_made_belongs_to_the_group_afterwards(var: Path, group: int) -> None:
    varfolder.share(var, group)
    for folder in (var, var / "blobs", var / "blobs" / "ab"):
        assert mode_and_group(folder) == (0o2770, group)
    for file in ("blobs/ab/abcd", "beat.dat", "drydock.sqlite3"):
        assert mode_and_group(var / file) == (0o660, group)


def test_the_secret_can_be_read_by_the_group_and_written_by_its_owner(var: Path, group: int) -> None:
    varfolder.share(var, group)
    assert mode_and_group(var / "secret_key") == (0o640, group)


def test_owners_and_contents_stay(var: Path, group: int) -> None:
    os.chown(var / "beat.dat", 12345, 0)
    varfolder.share(var, group)
    assert (var / "beat.dat").stat().st_uid == 12345
    assert (var / "secret_key").read_text() == "secret_key"


def test_a_second_time_there_is_nothing_to_do(var: Path, group: int) -> None:
    assert varfolder.share(var, group) > 0
    assert varfolder.share(var, group) == 0


def test_what_only_root_writes_is_left_alone(var: Path, group: int) -> None:
    varfolder.share(var, group)
    assert mode_and_group(var / "log" / "web.log") == (0o644, 0)
    assert mode_and_group(var / "run")[1] == 0


def test_no_link_is_followed(var: Path, group: int, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("not ours")
    (outside / "file").chmod(0o600)
    (var / "blobs" / "folder").symlink_to(outside)
    (var / "blobs" / "file").symlink_to(outside / "file")
    (var / "blobs" / "again").hardlink_to(outside / "file")
    varfolder.share(var, group)
    assert mode_and_group(outside / "file") == (0o600, 0)
    assert mode_and_group(outside)[1] == 0


def test_a_pipe_does_not_hold_the_start_up(var: Path, group: int) -> None:
    os.mkfifo(var / "blobs" / "pipe", 0o600)
    varfolder.share(var, group)
    assert mode_and_group(var / "blobs" / "pipe")[0] == 0o600


def test_roots_folders_may_not_be_links_to_elsewhere(var: Path, group: int, tmp_path: Path) -> None:
    (var / "run").rmdir()
    (var / "run").symlink_to(tmp_path)
    with pytest.raises(OSError, match="run is a link; it has to be a folder"):
        varfolder.share(var, group)


def test_a_database_of_the_group_gives_its_mode_to_what_sqlite_adds(var: Path, group: int) -> None:
    varfolder.share(var, group)
    database = sqlite3.connect(var / "drydock.sqlite3")
    database.execute("pragma journal_mode=wal")
    database.execute("insert into work values ('kept')")
    for suffix in ("-wal", "-shm"):
        assert mode_and_group(var / f"drydock.sqlite3{suffix}") == (0o660, group)
    database.close()
