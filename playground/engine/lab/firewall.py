"""Rules of the engine's own network namespace (iptables(8)): nothing in it can be reached from a container, and answers
to what the engine itself asks come through. The machine's own rules are never looked at.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from playground.engine.daemon_install import which

# dockerd adds its own chains for its bridges: within one, and never from one to another.
RULES = """*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
{allowed}-A INPUT -j DROP
COMMIT
"""
NO_IPV6 = ("all", "default")


def close(*allowed: str) -> bool:
    """Write the rules, for IPv6 too (or switch that off). Whether they hold. Runs inside the engine's namespace.

    *allowed*: lines for IPv4 that come before the last one, which drops.
    """
    if not _restore("iptables-restore", allowed):
        return False
    return _restore("ip6tables-restore") or _without_ipv6()


def _restore(program: str, allowed: Sequence[str] = ()) -> bool:
    path = which(program)
    if path is None:
        return False
    rules = RULES.format(allowed="".join(f"{line}\n" for line in allowed))
    done = subprocess.run([path, "--noflush"], input=rules, text=True, check=False, capture_output=True)
    return done.returncode == 0


def _without_ipv6() -> bool:
    folder = Path("/proc/sys/net/ipv6/conf")
    if not folder.is_dir():
        return True
    try:
        for name in NO_IPV6:
            (folder / name / "disable_ipv6").write_text("1")
    except OSError:
        return False
    return True
