"""Budgets: a module has at most 500 lines and should have 300, a function at most 60 and should have 30."""

import ast
import warnings
from pathlib import Path

import pytest

from tests.architecture.sources import name, project_files, python_files

MODULE_SOFT, MODULE_HARD = 300, 500
FUNCTION_SOFT, FUNCTION_HARD = 30, 60
PARAMETERS = 6


def functions(path: Path) -> list[tuple[str, int, int]]:
    """Name, length and number of positional parameters of every function in the file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (f"{name(path)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1, parameters(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Positional parameters, without self and cls."""
    names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
    return len([word for word in names if word not in {"self", "cls"}])


def test_no_module_is_longer_than_500_lines() -> None:
    sources = [p for p in project_files() if p.suffix in {".py", ".ts"} and "migrations" not in p.parts]
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    assert not {file: lines for file, lines in lengths.items() if lines > MODULE_HARD}


def test_no_function_is_longer_than_60_lines() -> None:
    found = [entry for path in python_files() for entry in functions(path)]
    assert not [(where, lines) for where, lines, _ in found if lines > FUNCTION_HARD]


def test_no_function_takes_more_than_six_positional_parameters() -> None:
    found = [entry for path in python_files("playground", "scripts") for entry in functions(path)]
    assert not [(where, count) for where, _, count in found if count > PARAMETERS]


@pytest.mark.filterwarnings("default")
def test_what_is_over_the_soft_budget_is_named() -> None:
    modules = [p for p in python_files("playground", "scripts") if len(p.read_text().splitlines()) > MODULE_SOFT]
    long = [
        where for path in python_files("playground") for where, lines, _ in functions(path) if lines > FUNCTION_SOFT
    ]
    if modules or long:
        warnings.warn(f"over the soft budgets: {[name(p) for p in modules]}, {long}", UserWarning, stacklevel=1)
