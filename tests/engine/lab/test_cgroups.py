"""Control groups on trees of plain files, one as each version of the kernel's documentation has it."""

from pathlib import Path

import pytest

from playground.engine.lab import cgroups
from playground.engine.lab.cgroups import Bounds, Tree

BOUNDS = Bounds(memory=1 << 30, processes=500, millicpus=1500)


def group_v2(folder: Path, controllers: str = "cpu io memory pids") -> None:
    """The files of a v2 group; a real kernel makes them with the folder."""
    folder.mkdir(exist_ok=True)
    for name in ("cgroup.procs", "cgroup.subtree_control", "memory.max", "memory.swap.max", "pids.max", "cpu.max"):
        (folder / name).touch()
    (folder / "cgroup.controllers").write_text(controllers)


def group_v1(root: Path, name: str) -> None:
    """The files of a v1 group in each hierarchy."""
    for controller, files in {
        "memory": ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.use_hierarchy"),
        "pids": ("pids.max",),
        "cpu": ("cpu.cfs_period_us", "cpu.cfs_quota_us"),
    }.items():
        (root / controller / name).mkdir(parents=True, exist_ok=True)
        for file in ("cgroup.procs", *files):
            (root / controller / name / file).touch()


@pytest.fixture
def v2(tmp_path: Path) -> Path:
    group_v2(tmp_path)
    group_v2(tmp_path / "lab")
    return tmp_path


@pytest.fixture
def v1(tmp_path: Path) -> Path:
    group_v1(tmp_path, ".")
    group_v1(tmp_path, "lab")
    return tmp_path


def test_version_2_writes_its_four_files(v2: Path) -> None:
    assert Tree(v2).kind == "v2"
    assert Tree(v2).make("lab", BOUNDS) == ()
    told = {name: (v2 / "lab" / name).read_text() for name in ("memory.max", "memory.swap.max", "pids.max", "cpu.max")}
    assert told == {"memory.max": "1073741824", "memory.swap.max": "0", "pids.max": "500", "cpu.max": "150000 100000"}
    assert Tree(v2).bounds_swap("lab")


def test_version_2_hands_controllers_to_the_group_and_below_it(v2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    write = cgroups._write

    def listening(file: Path, text: str) -> bool:
        asked.append((str(file.relative_to(v2)), text))
        return write(file, text)

    monkeypatch.setattr(cgroups, "_write", listening)
    Tree(v2).make("lab", BOUNDS)
    for group in (".", "lab"):
        enabled = [text for file, text in asked if file == str(Path(group) / "cgroup.subtree_control")]
        assert enabled == ["+memory", "+pids", "+cpu"]


def test_version_2_without_bounds_writes_max(v2: Path) -> None:
    assert Tree(v2).make("lab", Bounds()) == ()
    assert (v2 / "lab" / "memory.max").read_text() == "max"
    assert (v2 / "lab" / "memory.swap.max").read_text() == "max"
    assert (v2 / "lab" / "pids.max").read_text() == "max"
    assert (v2 / "lab" / "cpu.max").read_text() == "max 100000"


def test_a_controller_that_version_2_has_not_is_named(v2: Path) -> None:
    (v2 / "cgroup.controllers").write_text("cpu memory")
    assert Tree(v2).make("lab", BOUNDS) == ("pids",)


def test_a_root_with_processes_gives_them_a_group_of_their_own_first(v2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a container the root refuses to hand out controllers while anybody is in it."""
    (v2 / "cgroup.procs").write_text("1\n17\n")
    moved: list[str] = []
    write = cgroups._write

    def busy(file: Path, text: str) -> bool:
        if file == v2 / cgroups.MOVED / "cgroup.procs":
            moved.append(text)
            return True
        if file == v2 / "cgroup.subtree_control" and len(moved) < 2:
            return False
        return write(file, text)

    monkeypatch.setattr(cgroups, "_write", busy)
    assert Tree(v2).make("lab", BOUNDS) == ()
    assert moved == ["1", "17"]


def test_version_1_writes_a_hierarchy_for_each(v1: Path) -> None:
    assert Tree(v1).kind == "v1"
    assert Tree(v1).make("lab", BOUNDS) == ()
    assert (v1 / "memory/lab/memory.limit_in_bytes").read_text() == "1073741824"
    assert (v1 / "memory/lab/memory.memsw.limit_in_bytes").read_text() == "1073741824"
    assert (v1 / "memory/lab/memory.use_hierarchy").read_text() == "1"
    assert (v1 / "pids/lab/pids.max").read_text() == "500"
    assert (v1 / "cpu/lab/cpu.cfs_period_us").read_text() == "100000"
    assert (v1 / "cpu/lab/cpu.cfs_quota_us").read_text() == "150000"


def test_version_1_without_bounds_writes_minus_one(v1: Path) -> None:
    assert Tree(v1).make("lab", Bounds()) == ()
    assert (v1 / "memory/lab/memory.limit_in_bytes").read_text() == "-1"
    assert (v1 / "cpu/lab/cpu.cfs_quota_us").read_text() == "-1"


def test_a_kernel_that_does_not_count_swap_bounds_memory_alone(v1: Path) -> None:
    (v1 / "memory/lab/memory.memsw.limit_in_bytes").unlink()
    assert Tree(v1).make("lab", BOUNDS) == ()
    assert not Tree(v1).bounds_swap("lab")


def test_a_hierarchy_that_is_not_mounted_is_named(v1: Path) -> None:
    (v1 / "pids").rename(v1 / "other")
    assert Tree(v1).make("lab", BOUNDS) == ("pids",)


def test_a_hybrid_machine_is_version_1_and_its_empty_unified_tree_is_cleaned_too(v1: Path) -> None:
    group_v2(v1 / "unified", controllers="")
    group_v2(v1 / "unified" / "lab", controllers="")
    assert Tree(v1).kind == "v1"
    assert Tree(v1).make("lab", BOUNDS) == ()
    assert v1 / "unified" / "lab" in Tree(v1)._folders("lab")


def test_everybody_in_a_group_and_below_it_is_found(v1: Path) -> None:
    (v1 / "pids/lab/cgroup.procs").write_text("11\n12\n")
    (v1 / "pids/lab/container").mkdir()
    (v1 / "pids/lab/container/cgroup.procs").write_text("13\n")
    assert Tree(v1).processes("lab") == {11, 12, 13}


def test_removing_what_is_not_there_is_done_at_once(v1: Path) -> None:
    assert Tree(v1).remove("nothing", "nobody")


def test_joining_writes_the_caller_into_every_hierarchy(v1: Path) -> None:
    Tree(v1).join("lab")
    for controller in ("memory", "pids", "cpu"):
        assert (v1 / controller / "lab" / "cgroup.procs").read_text() == "0"


def test_a_group_nobody_may_write_to_is_not_called_bound(v1: Path) -> None:
    (v1 / "pids/lab/pids.max").unlink()
    (v1 / "pids/lab/pids.max").mkdir()
    assert Tree(v1).make("lab", BOUNDS) == ("pids",)
