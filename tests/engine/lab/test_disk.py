"""How large the engine's disk may be, and what is said where there can be none."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from playground.engine.lab import disk

GIB = 1 << 30
Patch = pytest.MonkeyPatch


@pytest.fixture
def roomy(monkeypatch: Patch) -> list[str]:
    """A machine where such disks can be had, with 10 GiB free; what was said."""
    monkeypatch.setattr(disk, "_possible", lambda: None)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10 * GIB))

    def make(file: Path, size: int) -> None:
        with file.open("xb") as handle:
            handle.truncate(size)

    monkeypatch.setattr(disk, "make", make)
    return []


@pytest.mark.parametrize(
    ("wished", "free", "taken", "size"),
    [
        (20 * GIB, 100 * GIB, 0, 20 * GIB),
        (20 * GIB, 10 * GIB, 0, 5 * GIB),
        (20 * GIB, 10 * GIB, 6 * GIB, 8 * GIB),
        (20 * GIB, GIB + 5, 0, GIB // 2),
    ],
)
def test_it_never_takes_more_than_half_of_the_room(wished: int, free: int, taken: int, size: int) -> None:
    assert disk.size_for(wished, free=free, taken=taken) == size


def test_it_is_made_once_and_grows_and_says_that_it_does_not_shrink(tmp_path: Path, roomy: list[str]) -> None:
    file = tmp_path / "disk.img"
    assert disk.prepare(file, wished=3 * GIB, log=roomy.append).size == 3 * GIB
    assert roomy == ["the engine's disk is made anew (3 GiB at most)"]
    assert disk.prepare(file, wished=4 * GIB, log=roomy.append) == disk.Disk(file=file, size=4 * GIB)
    smaller = disk.prepare(file, wished=2 * GIB, log=roomy.append)
    assert smaller.size == file.stat().st_size == 4 * GIB
    assert str(file) in smaller.note
    assert len(roomy) == 1
    assert file.stat().st_blocks * 512 < GIB, "it is sparse"


def test_too_little_room_is_said_with_both_numbers(tmp_path: Path, roomy: list[str], monkeypatch: Patch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=GIB))
    with pytest.raises(disk.NoDisk, match=r"needs 4 GiB of free space, and 1 GiB are there"):
        disk.prepare(tmp_path / "disk.img", wished=20 * GIB, log=roomy.append)
    assert list(tmp_path.iterdir()) == []


def test_a_limit_too_small_to_be_useful_is_said(tmp_path: Path, roomy: list[str]) -> None:
    with pytest.raises(disk.NoDisk, match=r"engine\.disk is 1 byte, and less than 2 GiB"):
        disk.prepare(tmp_path / "disk.img", wished=1, log=roomy.append)


def test_without_the_program_that_makes_it_that_is_said(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(disk, "which", lambda program: None)
    with pytest.raises(disk.NoDisk, match=r"mkfs\.btrfs is missing"):
        disk.prepare(tmp_path / "disk.img", wished=GIB, log=lambda line: None)


def test_a_failed_making_leaves_no_file(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(disk, "which", lambda program: "/bin/false")
    with pytest.raises(disk.NoDisk, match="false ended with 1"):
        disk.make(tmp_path / "disk.img", GIB)
    assert list(tmp_path.iterdir()) == []


def test_a_loop_device_is_known_by_its_file(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(disk, "BLOCKS", tmp_path)
    (tmp_path / "loop0" / "loop").mkdir(parents=True)
    (tmp_path / "loop1").mkdir()
    (tmp_path / "loop0" / "loop" / "backing_file").write_text("/x/disk.img\n")
    assert disk.attached(Path("/x/disk.img"))
    assert not disk.attached(Path("/y/disk.img"))
    assert disk.wait_detached(Path("/y/disk.img"))
