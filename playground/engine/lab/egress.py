"""The process that lets builds fetch packages, and nothing else: `python -m playground.engine.lab.egress`.

Started as root by the supervisor where the operator allows it (DRYDOCK_EGRESS=packages). It reads the machine's own
apt, pip and npm configuration once, opens its Unix socket, and then runs as a user who owns nothing. It never learns
where the engine is. Each request is one line on standard output.
"""

import asyncio
import concurrent.futures.thread  # noqa: F401 - looking a name up needs it when our own files can be read no more
import contextlib
import encodings.idna  # noqa: F401 - the same
import fcntl
import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import IO

from playground.engine.lab import egress_setup
from playground.engine.lab.egress_gate import Gate
from playground.engine.lab.egress_meter import Accounts
from playground.engine.lab.egress_origins import Machine
from playground.engine.lab.egress_proxy import Proxy
from playground.engine.lab.egress_requests import HEAD_BYTES
from playground.engine.lab.egress_setup import EgressPaths
from playground.engine.lab.egress_sources import Sources, read_sources, this_machine
from playground.engine.lab.egress_upstream import Connector
from playground.engine.limits import limits, parse_overrides
from playground.engine.state import EnginePaths, state_dir

HOSTS = "DRYDOCK_EGRESS_HOSTS"
LOCK_EVERY = 1.0


def say(line: str) -> None:
    """One line of the log."""
    print(line, flush=True)  # noqa: T201 - the supervisor keeps what is printed


def told(env: Mapping[str, str], machine: Machine) -> Sources:
    """The machine's servers and the operator's additions."""
    return read_sources(machine, [host for host in env.get(HOSTS, "").replace(",", " ").split() if host])


def describe(sources: Sources) -> list[str]:
    """What builds may reach, for the operator's log."""
    by_source: dict[str, dict[str, None]] = {}
    for one in sources.origins:
        by_source.setdefault(one.source, {})[one.host] = None
    lines = [f"{source}: {', '.join(hosts)}" for source, hosts in by_source.items()]
    for name, upstream in sources.proxies.items():
        if upstream is not None:
            lines.append(f"{name} goes through this machine's own proxy at {upstream.host}:{upstream.port}")
    lines += [f"WARNING {note}" for note in sources.notes]
    if not sources.origins:
        lines.append("WARNING this machine's apt, pip and npm name no server, so builds can fetch nothing")
    return lines


def proxy_of(sources: Sources, env: Mapping[str, str], key: bytes, write: Callable[[str], None]) -> Proxy:
    """The proxy for these servers, with the operator's limits."""
    table = limits(parse_overrides(env.get("DRYDOCK_LIMITS", "")))
    return Proxy(Connector(Gate(sources.origins), sources), Accounts(table), key, write)


def lock(egress: EgressPaths, over: threading.Event) -> IO[str]:
    """Wait until no other installation serves this engine; the lock lasts as long as the file is open."""
    handle = egress.lock.open("a")
    waited = False
    while not over.is_set():
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not waited:
                say("another installation's proxy serves this engine; waiting for its end")
            waited = True
            over.wait(LOCK_EVERY)
        else:
            break
    return handle


def become_nobody() -> None:
    """Give up root for good."""
    user = egress_setup.USER
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


async def serve(proxy: Proxy, egress: EgressPaths, sock_ready: Callable[[], None]) -> None:
    """Listen for ever."""
    sock = egress_setup.listening(egress, user=egress_setup.USER)
    become_nobody()
    server = await asyncio.start_unix_server(proxy.serve, sock=sock, limit=HEAD_BYTES)
    sock_ready()
    await proxy.connector.learn()
    await server.serve_forever()


def main() -> int:
    """Read, listen, serve; 1 with a sentence if that cannot be."""
    try:
        if not egress_setup.wanted(os.environ):
            say(f"WARNING {egress_setup.SETTING} is off, so there is nothing to do")
            return 1
    except egress_setup.BadSetting as bad:
        say(f"ERROR {bad}")
        return 1
    if os.geteuid() != 0:
        say("WARNING package installs need our own engine, which only root can start; builds have no network")
        return 1
    egress = EgressPaths(EnginePaths(state_dir(os.environ)))
    key = egress_setup.make_key(egress, gid=egress_setup.group_id())
    with lock(egress, threading.Event()):
        sources = told(os.environ, this_machine(os.environ))
        for line in describe(sources):
            say(line)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(proxy_of(sources, os.environ, key, say), egress, lambda: say("builds may fetch now")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
