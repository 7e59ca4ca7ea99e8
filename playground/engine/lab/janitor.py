"""The engine's outermost process: opens the namespaces, waits, and cleans up when all is over, however it came to it.

It and `keeper` watch each other: whichever of the two is killed, the other removes what is left. Run as
`python -c … janitor PLAN`, by `daemon_process`; it is nobody's child.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from playground.engine.daemon_install import which
from playground.engine.lab import leftovers
from playground.engine.lab import plan as plans
from playground.engine.state import EnginePaths

ROOT = Path(__file__).parent.parent.parent.parent


def python(module: str, *words: str) -> list[str]:
    """The command line of a module of this package, apart from whatever the environment tells Python."""
    start = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
        f"from playground.engine.lab import {module}; {module}.main(sys.argv[1:])"
    )
    return [sys.executable, "-I", "-c", start, *words]


def main(words: Sequence[str]) -> None:
    """Run the engine of this plan to its end."""
    plan_file = Path(words[0])
    paths = EnginePaths(plans.read(plan_file).state)
    reading, writing = os.pipe()
    inside = subprocess.Popen(
        [
            which("unshare") or "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
            *python("keeper", str(plan_file), str(reading)),
        ],
        pass_fds=(reading,),
    )  # fmt: skip
    os.close(reading)

    def end(number: int, frame: FrameType | None) -> None:
        """Ask for an orderly end."""
        del number, frame
        try:
            os.write(writing, b".")
        except OSError:  # it is ending already
            return

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    inside.wait()
    leftovers.tidy(paths)
