"""One probe of a container: whether it passes, and the words of the event when it does not.

After pkg/kubelet/prober/prober.go and pkg/probe/{http,tcp,grpc,exec}. Hooks ask the same ways.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from playground.kube.objects.frozen import Object
from playground.kube.runtime.protocol import Container, Request, Response

Answer = tuple[bool, str]  # whether it passes, and what is told when it does not

PROBES: Final = ("startup", "readiness", "liveness")
_GOOD: Final = range(200, 400)
# What the shell tools of small images print on a failure; other commands print nothing here.
_MISSING: Final = "can't open '{}': No such file or directory\n"
_SERVING: Final = "/grpc.health.v1.Health/Check"


def spec_of(container: Object, kind: str) -> Object | None:
    """Return a container's startup, readiness or liveness probe."""
    found: Object | None = container.get(f"{kind}Probe")
    return found


def port_of(container: Object, port: str | int) -> int:
    """Return the number of a port that may be given by its name; 0 when there is no such name."""
    if isinstance(port, int):
        return port
    if port.isdigit():
        return int(port)
    named = (item["containerPort"] for item in container.get("ports") or () if item.get("name") == port)
    return next(named, 0)


def probe(run: Container, container: Object, how: Object, now: float) -> Answer:
    """Ask a container what a probe (or a hook) asks it."""
    timeout = float(how.get("timeoutSeconds") or 1)
    if how.get("httpGet"):
        return _http(run, container, how["httpGet"], timeout, now)
    if how.get("tcpSocket"):
        return _tcp(run, container, how["tcpSocket"], now)
    if how.get("grpc"):
        return _grpc(run, how["grpc"], timeout, now)
    if how.get("exec"):
        return _exec(run, tuple(how["exec"].get("command") or ()), now)
    return True, ""


def _http(run: Container, container: Object, get: Object, timeout: float, now: float) -> Answer:
    port, path = port_of(container, get["port"]), get.get("path") or "/"
    host = get.get("host") or run.start.ip
    scheme = (get.get("scheme") or "HTTP").lower()
    headers: dict[str, Any] = {item["name"]: item["value"] for item in get.get("httpHeaders") or ()}
    answer = run.answer(Request(port, path, "GET", headers), now)
    url = f"{scheme}://{host}:{port}{quote(path, safe='/?=&%:@+,;~-._')}"
    if answer.status == 0:
        return False, f'Get "{url}": dial tcp {host}:{port}: connect: connection refused'
    if answer.seconds > timeout:
        late = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        return False, f'Get "{url}": {late}'
    if answer.status in _GOOD:
        return True, ""
    return False, f"HTTP probe failed with statuscode: {answer.status}"


def _tcp(run: Container, container: Object, socket: Object, now: float) -> Answer:
    port = port_of(container, socket["port"])
    if run.accepts(port, now):
        return True, ""
    return False, f"dial tcp {socket.get('host') or run.start.ip}:{port}: connect: connection refused"


def _grpc(run: Container, grpc: Object, timeout: float, now: float) -> Answer:
    port = int(grpc["port"])
    address = f"{run.start.ip}:{port}"
    if not run.accepts(port, now):
        late = "connection error: desc = "
        refused = f'"transport: Error while dialing: dial tcp {address}: connect: connection refused"'
        return False, f'timeout: failed to connect service "{address}" within {timeout:g}s: {late}{refused}'
    answer: Response = run.answer(Request(port, _SERVING, "POST", {"service": grpc.get("service") or ""}), now)
    if answer.seconds > timeout:
        return False, f"timeout: health rpc did not complete within {timeout:g}s"
    if answer.status in _GOOD or answer.status == 404:
        return True, ""
    return False, 'service unhealthy (responded with "NOT_SERVING")'


def _exec(run: Container, command: tuple[str, ...], now: float) -> Answer:
    code = run.execute(command, now)
    if code == 0:
        return True, ""
    if command[:1] == ("cat",) and len(command) == 2:
        return False, f"cat: {_MISSING.format(command[1])}"
    return False, ""
