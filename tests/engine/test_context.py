"""The tar of a build context."""

import tarfile
from pathlib import Path

import pytest

from playground.engine.context import IN_MEMORY, pack
from playground.engine.port import ContextFile


def listed(folder: Path, files: dict[str, bytes]) -> list[ContextFile]:
    """These files, written to disk under plain names."""
    entries = []
    for number, (path, content) in enumerate(files.items()):
        source = folder / str(number)
        source.write_bytes(content)
        entries.append(ContextFile(path=path, source=source, size=len(content)))
    return entries


def members(files: list[ContextFile], path: str = "Dockerfile") -> dict[str, tarfile.TarInfo]:
    """The entries of the tar, in its order."""
    with pack(files, dockerfile="FROM x\n", dockerfile_path=path) as packed, tarfile.open(fileobj=packed) as tar:
        return {entry.name: entry for entry in tar}


def test_folders_come_before_their_files_and_all_is_sorted(tmp_path: Path) -> None:
    files = listed(tmp_path, {"z.txt": b"", "a/b/c.txt": b"c"})
    assert list(members(files)) == ["Dockerfile", "a", "a/b", "a/b/c.txt", "z.txt"]
    assert members(files)["a"].isdir()


def test_an_empty_folder_is_kept() -> None:
    assert members([ContextFile(path="empty", source=None, size=0)])["empty"].isdir()


def test_the_rewritten_dockerfile_replaces_the_one_in_the_project(tmp_path: Path) -> None:
    files = listed(tmp_path, {"docker/Dockerfile": b"# syntax=evil\n"})
    with pack(files, dockerfile="FROM x\n", dockerfile_path="docker/Dockerfile") as packed:
        content = packed.read()
    assert b"evil" not in content
    assert content.count(b"FROM x") == 1


def test_the_same_files_make_the_same_bytes_whenever_they_were_saved(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = listed(tmp_path / "one", {"a": b"1", "b": b"2"})
    two = list(reversed(listed(tmp_path / "two", {"a": b"1", "b": b"2"})))
    packs = [pack(files, dockerfile="F", dockerfile_path="D") for files in (one, two)]
    first, second = (packed.read() for packed in packs)
    for packed in packs:
        packed.close()
    assert first == second


def test_an_edit_that_keeps_the_size_changes_the_time(tmp_path: Path) -> None:
    red = members(listed(tmp_path, {"i.html": b"red"}))["i.html"]
    tan = members(listed(tmp_path, {"i.html": b"tan"}))["i.html"]
    assert red.size == tan.size
    assert red.mtime != tan.mtime
    assert 946_684_800 <= red.mtime < 1_300_000_000


def test_owner_and_special_bits_do_not_travel(tmp_path: Path) -> None:
    source = tmp_path / "x"
    source.write_bytes(b"x")
    entry = members([ContextFile(path="run.sh", source=source, size=1, mode=0o4755)])["run.sh"]
    assert (entry.uid, entry.gid, entry.uname, entry.mode) == (0, 0, "", 0o755)


def test_a_large_context_goes_to_disk_and_a_long_path_is_whole(tmp_path: Path) -> None:
    path = "/".join(["folder" * 3] * 12)
    files = listed(tmp_path, {path: b"x" * (IN_MEMORY + 1)})
    assert members(files)[path].size == IN_MEMORY + 1


def test_a_file_that_is_gone_is_an_error_and_not_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pack([ContextFile(path="a", source=tmp_path / "no", size=1)], dockerfile="F", dockerfile_path="D")


def test_every_entry_belongs_to_the_owner_whatever_its_number(tmp_path: Path) -> None:
    files = [*listed(tmp_path, {"a/b.txt": b"b"}), ContextFile(path="empty", source=None, size=0)]
    with pack(files, dockerfile="FROM x\n", dockerfile_path="Dockerfile", owner=1_917_321_216) as packed:
        assert packed.read(512)[257:262] == b"ustar"  # the first block is an entry, not a header about one
        packed.seek(0)
        with tarfile.open(fileobj=packed) as tar:
            assert {(entry.uid, entry.gid) for entry in tar} == {(1_917_321_216, 1_917_321_216)}
