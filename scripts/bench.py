"""`make bench`: set up, then run the benchmarks."""

import os
import subprocess
import sys

import bootstrap
import clone
from clone import PYTHON, ROOT


def main() -> int:
    """Run them by the environment that has what they need."""
    if not bootstrap.set_up("test"):
        return 1
    env = clone.environment(PYTHONPATH=f"{ROOT}{os.pathsep}{ROOT / 'scripts'}")
    return subprocess.run([PYTHON, "-m", "benchmarks"], cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
