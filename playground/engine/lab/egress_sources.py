"""Everything the machine's own configuration says about package servers, put together once, when the proxy starts.

The list is the machine's; this project names no server. Called by `egress` and `playground.engine.lab.trust`.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playground.engine.lab.egress_apt import read_apt
from playground.engine.lab.egress_npm import read_npm
from playground.engine.lab.egress_origins import (
    Found,
    Machine,
    Origin,
    Upstream,
    normal_host,
    origin,
    without_secrets,
)
from playground.engine.lab.egress_pip import read_pip

ASK_WITHIN = 20.0


@dataclass(frozen=True, slots=True)
class Sources:
    """The servers that builds may reach, the proxies on the way there, and sentences about what was skipped."""

    origins: tuple[Origin, ...]
    proxies: Mapping[str, Upstream | None] = field(default_factory=dict)
    direct: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def upstream(self, scheme: str, host: str) -> Upstream | None:
        """The machine's own proxy for this host; None: it goes there directly."""
        if any(suffix == "*" or host == suffix or host.endswith(f".{suffix}") for suffix in self.direct):
            return None
        name = f"{scheme} {host}"
        return self.proxies[name] if name in self.proxies else self.proxies.get(scheme)


def this_machine(env: Mapping[str, str]) -> Machine:
    """The machine we run on."""
    return Machine(root=Path("/"), home=Path(env.get("HOME") or "~").expanduser(), env=env, ask=ask)


def ask(command: Sequence[str]) -> str:
    """What a program of this machine prints; '' if it is not there or fails."""
    try:
        done = subprocess.run(
            list(command), cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=ASK_WITHIN,
            check=False, env={**os.environ, "NO_UPDATE_NOTIFIER": "1"},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def read_sources(machine: Machine, hosts: Sequence[str] = ()) -> Sources:
    """apt's, pip's and npm's servers and the *hosts* that the operator adds ("host" or "https://host:port")."""
    found = [read_apt(machine), read_pip(machine), read_npm(machine), _added(hosts)]
    origins = dict.fromkeys(one for part in found for one in part.origins)
    told: dict[str, str] = {}
    for part in reversed(found):
        told.update(part.proxies)
    told.update(environment_proxies(machine.env))
    return Sources(
        origins=tuple(origins),
        proxies={name: Upstream.of(url) for name, url in told.items()},
        direct=no_proxy(machine.env),
        notes=(*(note for part in found for note in part.notes), *_unusable(told)),
    )


def _unusable(told: Mapping[str, str]) -> list[str]:
    return [
        f"the proxy {without_secrets(url)} cannot be used: only HTTP proxies can"
        for url in dict.fromkeys(told.values())
        if "://" in url and Upstream.of(url) is None
    ]


def _added(hosts: Sequence[str]) -> Found:
    found = Found()
    for host in hosts:
        one = origin(host if "://" in host else f"https://{host}", "operator")
        if one is None:
            found.notes.append(f"DRYDOCK_EGRESS_HOSTS has {host[:100]!r}, which is no host")
        else:
            found.origins.append(one)
    return found


def environment_proxies(env: Mapping[str, str]) -> dict[str, str]:
    """http_proxy, https_proxy, all_proxy; small letters count more, as in curl(1)."""
    told = {}
    for scheme in ("http", "https"):
        names = (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY")
        url = next((env[name] for name in names if env.get(name)), "")
        if url:
            told[scheme] = url
    return told


def no_proxy(env: Mapping[str, str]) -> tuple[str, ...]:
    """The hosts and domains that the machine reaches directly."""
    words = (env.get("no_proxy") or env.get("NO_PROXY") or "").replace(",", " ").split()
    return tuple("*" if word == "*" else normal_host(word.lstrip(".")) for word in words if word)
