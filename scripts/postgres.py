"""A PostgreSQL server for as long as a block runs: Debian's, in a folder of its own, on a Unix socket only. For tests.

It runs as the user `postgres` (as root it would refuse) and is ended by the process that was started, nothing else.
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console import Failed

UP_WITHIN = 20.0
DOWN_WITHIN = 20.0
OWNER = "drydock"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB", "max_connections=200")
"""A test's data need not outlive a power cut."""


class Server:
    """A running server: where it is, and how a process is told of a pair of databases in it."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.programs = programs
        self.password = secrets.token_hex(8)

    def new_databases(self, name: str) -> dict[str, str]:
        """Make the two databases *name* and *name*_events; answers the settings that name them."""
        for database in (name, f"{name}_events"):
            self.run("createdb", "-h", str(self.folder), "-U", OWNER, database)
        return {
            "DRYDOCK_DATABASE": f"postgresql://{OWNER}@/{name}?host={self.folder}",
            "DRYDOCK_DATABASE_PASSWORD": self.password,
            "DRYDOCK_VISIBLE": str(self.folder),
        }

    def run(self, program: str, *words: str) -> None:
        """One of PostgreSQL's own programs, to its end; raises `Failed` with what it said."""
        process = self.start(program, *words, log=subprocess.PIPE)
        said = process.communicate()[0].decode(errors="replace").strip()
        if process.returncode != 0:
            raise Failed(f"{program} failed: {said}")

    def start(self, program: str, *words: str, log: int) -> subprocess.Popen[bytes]:
        """The same without waiting. Root becomes the user `postgres`; anybody else stays who they are."""
        user = "postgres" if os.geteuid() == 0 else None
        env = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PGPASSWORD": self.password, "HOME": str(self.folder)}
        return subprocess.Popen(
            [self.programs / program, *words], env=env, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, user=user, group=user, extra_groups=[] if user else None, start_new_session=True,
        )  # fmt: skip


@contextmanager
def running() -> Iterator[Server]:
    """A new server; its folder is gone afterwards. Raises `Failed`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        raise Failed("PostgreSQL is not on this machine; install it: apt-get install postgresql.")
    folder = Path(tempfile.mkdtemp(prefix="drydock-pg-", dir="/tmp"))  # a socket's path has to be short
    folder.chmod(0o755)
    server = Server(folder, found[-1])
    try:
        make(server)
        process = start(server)
        try:
            yield server
        finally:
            end(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(server: Server) -> None:
    """initdb, with a password that every client has to know."""
    secret = server.folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(server.password)
    if os.geteuid() == 0:
        for path in (server.folder, secret):
            shutil.chown(path, "postgres", "postgres")
    words = ["-D", str(server.folder / "data"), "-U", OWNER, "--pwfile", str(secret), "-E", "UTF8", "--no-sync"]
    server.run("initdb", "--auth=scram-sha-256", *words)


def start(server: Server) -> subprocess.Popen[bytes]:
    """The server, once it answers."""
    options = [
        word for option in ("listen_addresses=", "unix_socket_permissions=0777", *FAST) for word in ("-c", option)
    ]
    log = server.folder / "log"
    with log.open("wb") as out:
        folder = str(server.folder)
        process = server.start("postgres", "-D", f"{folder}/data", "-k", folder, *options, log=out.fileno())
    deadline = time.monotonic() + UP_WITHIN
    while True:
        try:
            server.run("pg_isready", "-h", str(server.folder), "-U", OWNER)
        except Failed:
            if process.poll() is not None or time.monotonic() > deadline:
                end(process)
                raise Failed(f"PostgreSQL did not start: {log.read_text(errors='replace')[-500:]}") from None
            time.sleep(0.05)
        else:
            return process


def end(process: subprocess.Popen[bytes]) -> None:
    """Its "fast" shutdown (SIGINT; postgres(1)): sessions are ended, nothing is lost."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(DOWN_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
