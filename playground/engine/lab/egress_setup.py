"""Whether builds may install packages here, and the files by which engine, proxy and workers agree on it. Called by
`daemon_process` (the engine's side), `egress` (the proxy's) and workers (an address with a pass for each build).
"""

import grp
import os
import secrets
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playground.engine.daemon_socket import GROUP
from playground.engine.lab import egress_relay, notes
from playground.engine.lab.egress_tokens import OF_THE_ENGINE, Pass
from playground.engine.port import Owner
from playground.engine.state import EnginePaths

SETTING = "DRYDOCK_EGRESS"
PORT = 3128
"""Where the relay listens inside the engine's namespace; the firewall lets docker0 reach this port and no other."""
BRIDGE = "docker0"
# systemd's docs/UIDS-GIDS.md: nobody's ids, so neither proxy nor relay owns a file or shares a process owner's rights
USER = 61183
DEATHS, DEATHS_WITHIN = 5, 10.0
"""A relay that dies so often so soon cannot be had."""
GRACE = 60
"""Seconds a pass is good for beyond the time of a build."""


class BadSetting(ValueError):
    """DRYDOCK_EGRESS says something else than off or packages; the message is one sentence."""


def wanted(env: Mapping[str, str]) -> bool:
    """Whether the operator allows package installs. Raises `BadSetting`."""
    told = env.get(SETTING, "").strip().lower()
    if told in {"", "off", "0", "no", "false"}:
        return False
    if told == "packages":
        return True
    raise BadSetting(f"{SETTING} is {told!r}; it must be packages or off.")


@dataclass(frozen=True, slots=True)
class EgressPaths:
    """The files, in a folder of their own: the engine's is for the engine's group alone, and the proxy is not in it."""

    paths: EnginePaths

    @property
    def folder(self) -> Path:
        """Anyone may pass through it, nobody but root may list it."""
        return self.paths.state / "egress"

    @property
    def socket(self) -> Path:
        """Where the proxy listens: for the relay alone, which runs as the same user."""
        return self.folder / "proxy.sock"

    @property
    def key(self) -> Path:
        """Signs passes; readable by root and the engine's group."""
        return self.folder / "key"

    @property
    def lock(self) -> Path:
        """Held by the proxy: one for each engine."""
        return self.folder / "lock"


def group_id() -> int:
    """The group of workers, who issue passes; root's if nobody made it."""
    try:
        return grp.getgrnam(GROUP).gr_gid
    except KeyError:
        return 0


def make_key(egress: EgressPaths, *, gid: int) -> bytes:
    """The engine's key, made once. Only root calls this."""
    egress.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    egress.folder.chmod(0o711)
    if not egress.key.exists():
        scratch = egress.key.with_suffix(f".{secrets.token_hex(4)}")
        scratch.touch(mode=0o600)
        scratch.write_text(secrets.token_hex(32))
        try:
            egress.key.hardlink_to(scratch)
        except FileExistsError:
            pass  # another starter was first: theirs is the key
        finally:
            scratch.unlink()
    os.chown(egress.key, 0, gid)
    egress.key.chmod(0o640)
    return egress.key.read_text().encode()


# --- the engine's side ------------------------------------------------------------------------------------------------


def firewall_rules(gateway: str) -> tuple[str, str]:
    """What lets RUN steps, and no container of a learner, reach the relay, and tells them at once that there is nothing
    else (iptables-restore(8)): a step that looks a name up by itself would else wait for its time-out.
    """
    return f"-A INPUT -i {BRIDGE} -d {gateway} -p tcp --dport {PORT} -j ACCEPT", f"-A INPUT -i {BRIDGE} -j REJECT"


def daemon_environment(egress: EgressPaths) -> dict[str, str]:
    """dockerd's own proxy: it fetches for ADD. Its own loopback it asks directly, and finds nobody but the relay."""
    key = egress.key.read_text().encode()
    url = f"http://{OF_THE_ENGINE.learner}:{OF_THE_ENGINE.password(key)}@127.0.0.1:{PORT}"
    return {"HTTP_PROXY": url, "HTTPS_PROXY": url}


def relay_of(state: Path, gateway: str) -> "Relay":
    """The relay of the engine with this state directory, not started yet."""
    return Relay(EgressPaths(EnginePaths(state)), gateway)


@dataclass(slots=True)
class Relay:
    """The relay's process inside the engine's namespaces, started again when it dies. For `keeper`, its parent.

    *gateway*: the bridge's address, which is also where RUN steps find it.
    """

    egress: EgressPaths
    gateway: str
    pid: int = 0
    deaths: list[float] = field(default_factory=list)

    @property
    def address(self) -> str:
        """What RUN steps are told."""
        return f"{self.gateway}:{PORT}"

    def start(self) -> None:
        """Start it; the caller reaps."""
        script = str(Path(egress_relay.__file__).resolve())
        words = [str(self.egress.socket), str(USER), self.address, f"127.0.0.1:{PORT}"]
        self.pid = subprocess.Popen([sys.executable, "-I", script, *words], stdin=subprocess.DEVNULL, cwd="/").pid

    def ended(self, pid: int) -> bool:
        """A child has ended: if it was the relay, start it again. False: it dies again and again, so it stays dead."""
        if not self.pid or pid != self.pid:
            return True
        self.pid = 0
        self.deaths = [*self.deaths[1 - DEATHS :], time.monotonic()]
        if len(self.deaths) == DEATHS and self.deaths[-1] - self.deaths[0] < DEATHS_WITHIN:
            return False
        self.start()
        return True


# --- the workers' side ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether builds on an engine may install packages now: *address* of the relay, or '' and a *sentence* why not."""

    address: str
    sentence: str


NOT_ALLOWED = Offer("", "Builds have no network: package installs are not allowed on this installation.")


def offer(env: Mapping[str, str], paths: EnginePaths, host: str) -> Offer:
    """What an engine at *host* has to offer, by what is there and not by what was asked for."""
    if not wanted(env):
        return NOT_ALLOWED
    if host != paths.host:
        return Offer("", "Package installs are allowed, but this engine is not ours, so builds have no network.")
    egress = EgressPaths(paths)
    told = notes.read(paths.notes)
    if told is None or not told.egress:
        return Offer(
            "",
            "Package installs are allowed, but the engine was started without them: end it (make engine-down) and "
            "start the site again.",
        )
    if not _is_socket(egress.socket):
        return Offer("", "Package installs are allowed, but the proxy for them does not run; see var/log/egress.log.")
    return Offer(told.egress, "Builds may install packages, from the servers this machine itself uses; nothing else.")


def proxy_url(egress: EgressPaths, address: str, *, owner: Owner, seconds: int) -> str:
    """The proxy's address for one build of *seconds* at most, with its pass. Raises `OSError`: the key is not ours."""
    who = Pass(
        learner=owner.learner, instance=owner.instance, job=owner.job, expires=int(time.time()) + seconds + GRACE
    )
    return f"http://{who.learner}:{who.password(egress.key.read_text().encode())}@{address}"


def _is_socket(path: Path) -> bool:
    """Whether the proxy's socket is there: only the relay may connect to it, so nobody else can ask it."""
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False


def listening(egress: EgressPaths, *, user: int) -> socket.socket:
    """The proxy's socket, for the relay's user alone. Call it as root with the lock held."""
    egress.socket.unlink(missing_ok=True)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.bind(str(egress.socket))
    egress.socket.chmod(0o600)
    os.chown(egress.socket, user, user)
    sock.listen(256)
    return sock
