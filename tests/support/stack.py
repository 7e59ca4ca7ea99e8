"""The whole site on a port of its own, with files of its own, by the same supervisor that `make run` uses."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

import clone
from children import end_with_parent
from tests.support import databases
from tests.support.wait import until

UP_WITHIN = 60.0
DOWN_WITHIN = 60.0
EVERYBODY = ("redis", "web", "beat", "worker-builds", "worker-short", "gateway")
OURS = ("DRYDOCK_VAR", "DRYDOCK_PORT", "DRYDOCK_REDIS")


class Stack:
    """`with Stack(folder) as stack:` gives a site at `stack.url`; `env` adds to its settings.

    DRYDOCK_ENGINE and DRYDOCK_STATE of the test run reach it, so that all share one engine; database, files and the
    embedded server are its own. The attacks of the canary stay away unless `env` asks for them: many sites start here.
    *prefix*: words before both commands, which make the site somebody else's.
    """

    def __init__(self, var: Path, *, env: Mapping[str, str] | None = None, prefix: Sequence[str | Path] = ()) -> None:
        self.var = var
        self.prefix = [str(word) for word in prefix]
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        self.env = {
            **clone.environment(inherited),
            "DRYDOCK_VAR": str(var),
            "DRYDOCK_PORT": str(self.port),
            "DRYDOCK_CANARY": "0",
            **databases.settings_for(var),
            **(env or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Make the databases, start every process, wait until the site answers."""
        self.var.mkdir(parents=True, exist_ok=True)
        set_up = [*self.prefix, sys.executable, "scripts/bootstrap.py", "databases"]
        subprocess.run(set_up, cwd=clone.ROOT, env=self.env, check=True)
        with (self.var / "supervisor.log").open("ab") as out:
            self._process = subprocess.Popen(
                [*self.prefix, sys.executable, "scripts/supervise.py"], cwd=clone.ROOT, env=self.env,
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, preexec_fn=end_with_parent,  # noqa: PLW1509
            )  # fmt: skip
        try:
            self.wait_ready()
        except BaseException:
            self.stop()
            print(self.tail())  # noqa: T201 - pytest shows it with the failure
            raise

    def stop(self) -> None:
        """End everything, as Ctrl-C does."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(DOWN_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            raise

    @property
    def supervisor(self) -> int:
        """The pid of the supervisor."""
        assert self._process is not None
        return self._process.pid

    def wait_ready(self, seconds: float = UP_WITHIN) -> None:
        """Wait until every process runs and /health.json answers."""
        until(self._is_ready, seconds=seconds, what="the site is up", every=0.05)

    def _is_ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the supervisor ended with {self._process.returncode}")
        if not self.state().get("ready") or not all(self.pid(name) for name in EVERYBODY):
            return False
        try:
            return requests.get(f"{self.url}/health.json", timeout=5).status_code in {200, 503}
        except requests.RequestException:
            return False

    def health(self) -> dict[str, Any]:
        """What /health.json says."""
        answer: dict[str, Any] = requests.get(f"{self.url}/health.json", timeout=5).json()
        return answer

    # --- processes ---

    def state(self) -> dict[str, Any]:
        """What the supervisor says of its children."""
        try:
            state: dict[str, Any] = json.loads((self.var / "run" / "processes.json").read_text())
        except (OSError, ValueError):
            return {}
        return state

    def pid(self, name: str) -> int:
        """The main process of *name*; 0 while there is none."""
        return int(self.state().get("processes", {}).get(name, {}).get("pid", 0))

    def pids(self, name: str) -> list[int]:
        """The main process of *name* and everything it started."""
        main = self.pid(name)
        return [main, *descendants(main)] if main else []

    def kill(self, name: str, number: int = signal.SIGKILL) -> int:
        """Send a signal to the main process of *name*; answers its pid."""
        pid = until(lambda: self.pid(name), seconds=20, what=f"{name} runs")
        os.kill(pid, number)
        return pid

    def wait_new(self, name: str, old: int, *, seconds: float = 20) -> int:
        """Wait until *name* runs again as another process than *old*."""
        return until(
            lambda: self.pid(name) if self.pid(name) != old else 0, seconds=seconds, what=f"{name} is started again"
        )

    # --- logs ---

    def log(self, name: str) -> str:
        """All that *name* has said in this run."""
        try:
            return (self.var / "log" / f"{name}.log").read_text(errors="replace")
        except OSError:
            return ""

    def tail(self, lines: int = 25) -> str:
        """The last lines of every log: what a failed test shows."""
        parts = [(self.var / "supervisor.log", "supervisor")]
        parts += [(path, path.stem) for path in sorted((self.var / "log").glob("*.log"))]
        return "\n".join(
            f"--- {name} ---\n" + "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
            for path, name in parts
            if path.exists()
        )


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(pid: int) -> list[int]:
    """Every process that *pid* or a child of it has started and that lives, from /proc."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, new = [], [pid]
    while new:
        new = [child for parent in new for child in parents.get(parent, [])]
        found += new
    return found


def is_alive(pid: int) -> bool:
    """Whether a process of that number lives (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
