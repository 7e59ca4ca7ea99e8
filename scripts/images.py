"""`make images`: makes the base images that are not on the engine yet, with progress."""

import subprocess
import sys

import bootstrap
import clone
import engine_use
from clone import PYTHON, ROOT
from console import Failed, fail


def main() -> int:
    """Hold an engine and let the site's own command do it."""
    if not bootstrap.set_up("run"):
        return 1
    try:
        with engine_use.held() as host:
            command = [str(PYTHON), str(ROOT / "manage.py"), "baseimages"]
            return subprocess.run(command, cwd=ROOT, env=clone.environment(DRYDOCK_ENGINE=host), check=False).returncode
    except Failed as failed:
        fail(str(failed))
        return 1


if __name__ == "__main__":
    sys.exit(main())
