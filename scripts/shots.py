"""`make shots`: set up, then take the screenshots."""

import os
import subprocess
import sys

import bootstrap
import clone
from clone import PYTHON, ROOT


def main() -> int:
    """Run it by the environment that has the browser's driver."""
    if not bootstrap.set_up("test"):
        return 1
    env = clone.environment(PYTHONPATH=f"{ROOT}{os.pathsep}{ROOT / 'scripts'}")
    return subprocess.run([PYTHON, "-m", "tests.support.shots"], cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
