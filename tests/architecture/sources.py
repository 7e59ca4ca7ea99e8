"""The project's own files, as the rules look at them: everything in the clone that is not made or installed."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PLAYGROUND = ROOT / "playground"
MADE = frozenset(
    {
        ".git", ".venv", "node_modules", "var", "dist", "root", "__pycache__", ".mypy_cache", ".ruff_cache",
        ".pytest_cache", ".hypothesis", ".import_linter_cache", "test-results",
    }
)  # fmt: skip


@functools.cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project: what git would commit, or (in an exported tree) all that was not made here."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        found = [p for p in ROOT.rglob("*") if not MADE & set(p.relative_to(ROOT).parts)]
    else:
        found = [ROOT / name for name in listed.split("\0") if name]
    return tuple(sorted(p for p in found if p.is_file()))


def python_files(*folders: str) -> list[Path]:
    """The Python files below *folders* (all, if none is named) that people wrote: migrations are made."""
    roots = [ROOT / folder for folder in folders or ("playground", "scripts", "tests", "benchmarks")]
    return [
        p
        for p in project_files()
        if p.suffix == ".py" and "migrations" not in p.parts and any(p.is_relative_to(root) for root in roots)
    ]


def text_of(path: Path) -> str | None:
    """A file's text, or None if it is none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def name(path: Path) -> str:
    """How a file is called in a message."""
    return str(path.relative_to(ROOT))


def code_lines(path: Path, needle: str) -> Iterator[str]:
    """`file:line: text` for every line of code (not comment, not docstring) that holds *needle*."""
    text = path.read_text(encoding="utf-8")
    silent = docstring_lines(ast.parse(text))
    for number, line in enumerate(text.splitlines(), 1):
        if needle in line.partition("#")[0] and number not in silent:
            yield f"{name(path)}:{number}: {line.strip()}"


def docstring_lines(tree: ast.Module) -> set[int]:
    """The numbers of lines that belong to bare strings."""
    return {
        number
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
