"""The simulator is a library: no framework, no machine's time or chance, one writer, imports only downwards."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import playground.kube
from tests.architecture.sources import PLAYGROUND, ROOT, name, python_files
from tests.architecture.test_purity import FRAMEWORKS, loaded

KUBE = PLAYGROUND / "kube"
# From the top down; what stands on one line must not know each other.
LAYERS = (
    ("__main__",),
    ("commands",),
    ("cluster",),
    ("faults",),
    ("programs",),
    ("explain", "narration"),
    ("controllers", "kubelet", "traffic"),
    ("client",),
    ("scheduler",),
    ("kubectl",),
    ("rest",),
    ("apply",),
    ("loop", "snapshot", "threeway", "bootstrap", "apiserver"),
    ("watch", "log"),
    ("store",),
    ("manifests",),
    ("objects",),
    ("quantity", "selectors", "intstr", "clock", "names", "errors", "runtime"),
)
RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}
EXPORTS = set(playground.kube.__all__)
# Modules that tell the time, throw dice or reach the machine; and those the terminal's part may use all the same.
BANNED = {
    "time", "random", "secrets", "uuid", "os", "socket", "subprocess", "threading", "asyncio", "multiprocessing",
    "tempfile", "urllib.request", "http", "ssl", "pathlib", "shutil", "io", "sys",
}  # fmt: skip
TERMINAL = {"commands", "__main__"}
TERMINALS_OWN = {"time", "os", "pathlib", "sys", "tracemalloc", "resource"}
THIRD_PARTY = {"numpy", "yaml"}
# Who may hold the store: its writer; cluster.py, which puts the parts together; explain, which reads the past there.
HOLDERS = {"apiserver", "store", "cluster", "explain"}
STORE_WRITES = {"create", "update", "delete"}


def modules() -> list[Path]:
    """Every module of the package."""
    found = python_files("playground/kube")
    assert len(found) > 20
    return found


def part_of(path: Path) -> str:
    """The layer's name of a module: "cluster", "scheduler"; "" for the package itself."""
    first = path.relative_to(KUBE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imports(path: Path) -> set[str]:
    """The full names a module imports, `from a import b` as a.b."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_importing_it_loads_no_framework() -> None:
    names = loaded("import playground.kube")
    assert "playground" in names
    assert not names & {*FRAMEWORKS, "docker"}


def test_importing_it_loads_nothing_else_of_the_project() -> None:
    code = "import sys, playground.kube; print(*(name for name in sys.modules if name.startswith('playground.')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {module.split(".")[1] for module in done.stdout.split()} == {"kube"}


def test_only_numpy_and_yaml_come_from_outside() -> None:
    known = {*sys.stdlib_module_names, "playground", *THIRD_PARTY}
    assert not [(name(path), word) for path in modules() for word in imports(path) if word.split(".")[0] not in known]


def test_nobody_asks_the_machine_for_time_chance_or_files() -> None:
    found = [
        (name(path), word)
        for path in modules()
        for word in imports(path)
        if any(
            word == module or word.startswith(f"{module}.")
            for module in BANNED - (TERMINALS_OWN if part_of(path) in TERMINAL else set())
        )
    ]
    assert not found


def test_nobody_reads_the_clock_through_datetime() -> None:
    asking = {"now", "today", "utcnow"}
    found = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in asking
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    ]
    assert not found


@pytest.mark.parametrize("path", modules(), ids=name)
def test_imports_run_downwards(path: Path) -> None:
    here = part_of(path)
    if not here:
        return
    for word in imports(path):
        parts = word.split(".")
        if parts[:2] != ["playground", "kube"] or len(parts) < 3 or parts[2] == here:
            continue
        part = "cluster" if parts[2] in EXPORTS else parts[2]  # what the package itself offers is its top
        assert part in RANK, f"{part} has no place among the layers"
        assert RANK[part] > RANK[here], f"{here} must not import {part}"


def test_every_module_has_its_layer() -> None:
    assert {part_of(path) for path in modules()} - {""} <= set(RANK)


def test_only_the_api_server_writes_to_the_store() -> None:
    holders = {part_of(path) for path in modules() if "playground.kube.store.Store" in imports(path)}
    assert holders <= HOLDERS
    writes = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        if part_of(path) not in {"apiserver", "store"}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in STORE_WRITES
        and isinstance(node.func.value, ast.Attribute | ast.Name)
        and (node.func.value.attr if isinstance(node.func.value, ast.Attribute) else node.func.value.id).lstrip("_")
        == "store"
    ]
    assert not writes
