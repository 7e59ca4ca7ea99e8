"""`python -m tests.attacks.on_plain_engine WORDS…`: the attacks on an engine as it comes, started for them alone."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import clone
from benchmarks.lab_cost import plain_engine
from playground.engine.state import state_dir


def main(words: Sequence[str]) -> int:
    """Start it beside the state folder, where the archives of base images are; end it afterwards."""
    state = state_dir(os.environ)
    state.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="plain-", dir=state))
    command = [sys.executable, "-m", "pytest", "-q", "tests/attacks", *words]
    try:
        with plain_engine(folder / "e") as host:
            return subprocess.run(
                command, cwd=clone.ROOT, env=clone.environment(DRYDOCK_ENGINE=host), check=False
            ).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
