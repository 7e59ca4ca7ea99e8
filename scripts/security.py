"""`make security`: every attack on the lab engine and on a plain one; docs/security.md anew from what they found."""

import subprocess
import sys
from collections.abc import Sequence

import bootstrap
import clone
import engine_use
import security_table
from clone import PYTHON, ROOT
from console import Failed, fail, paint, say

RECORD = ["--record", str(security_table.RECORDED)]


def main(words: Sequence[str]) -> int:
    """Run them; the page is written whatever failed, since the rows that were not tried stay as they were."""
    if not bootstrap.set_up("test"):
        return 1
    failed = 0
    try:
        say(paint("— the lab engine —", "1"))
        with engine_use.held() as host:
            failed += attacks([*words], host)
        say(paint("— a plain engine —", "1"))
        failed += plain([*words])
    except Failed as broken:
        fail(str(broken))
        return 1
    security_table.main()
    return min(failed, 1)


def attacks(words: list[str], host: str) -> int:
    """All of them, the long ones as well."""
    command = [str(PYTHON), "-m", "pytest", "-q", "tests/attacks", *RECORD, *words]
    return subprocess.run(command, cwd=ROOT, env=clone.environment(DRYDOCK_ENGINE=host), check=False).returncode


def plain(words: list[str]) -> int:
    """The same on an engine that is started for it."""
    command = [str(PYTHON), "-m", "tests.attacks.on_plain_engine", *RECORD, *words]
    env = clone.environment(PYTHONPATH=f"{ROOT}:{ROOT / 'scripts'}")
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
