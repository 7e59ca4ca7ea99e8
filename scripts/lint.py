"""`make lint`: every check that reads the code without running it. All of them run; output is shown where one fails."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import bootstrap
import clone
from clone import ROOT, VENV
from console import fail, paint, say

BIN = VENV / "bin"


def checks() -> list[tuple[str, Sequence[str | Path]]]:
    """Names and commands."""
    package = ROOT / "package.json"
    scripts = json.loads(package.read_text()).get("scripts", {}) if package.exists() else {}
    front_end: list[tuple[str, Sequence[str | Path]]] = [
        (f"npm run {name}", [BIN / "npm", "run", "--silent", name]) for name in ("check", "lint") if name in scripts
    ]
    return [
        ("ruff check", [BIN / "ruff", "check", "--quiet"]),
        ("ruff format", [BIN / "ruff", "format", "--check", "--quiet"]),
        ("import contracts", [BIN / "lint-imports"]),
        ("mypy --strict", [BIN / "mypy"]),
        *front_end,
    ]


def lint() -> list[str]:
    """Run every check; answers the names of those that failed."""
    failed = []
    for name, command in checks():
        began = time.monotonic()
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=clone.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        took = f"{time.monotonic() - began:.1f} s"
        if done.returncode == 0:
            say(f"  {name}: clean ({took})")
        else:
            failed.append(name)
            say(paint(f"  {name}: failed ({took})", "31"))
            say(done.stdout + done.stderr)
    return failed


def main() -> int:
    """Set up and check."""
    if not bootstrap.set_up("lint"):
        return 1
    failed = lint()
    if failed:
        fail("Not clean: " + ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
