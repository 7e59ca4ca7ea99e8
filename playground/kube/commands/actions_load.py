"""Actions about requests: a load on a Service, a single request, what a container has written.

actions.py takes them into its table; a load's numbers are printed by `report`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from playground.kube import kubectl
from playground.kube.cluster import Cluster
from playground.kube.traffic import NAME as KUBE_PROXY
from playground.kube.traffic.load import CLIENTS

Words = Sequence[str]


class Stage(Protocol):
    """Where a script plays, as far as it is needed here."""

    @property
    def cluster(self) -> Cluster:
        """The cluster."""

    @property
    def say(self) -> Callable[[str], None]:
        """Prints a line."""


def load(stage: Stage, words: Words, namespace: str) -> None:
    """Send a Service so many requests a second from now on."""
    _check(stage)
    requests, clients = _number(words[1], "requests a second"), CLIENTS
    if len(words) > 2:
        name, _, value = words[2].partition("=")
        if name != "clients":
            raise ValueError(f"{words[2]!r} is not clients=N")
        clients = int(_number(value, "clients"))
    stage.cluster.load(words[0], requests, namespace=namespace, clients=clients)
    stage.say(f"  {requests:g} requests a second to service/{words[0]} from {clients} clients")


def report(stage: Stage, words: Words, namespace: str) -> None:
    """Print what became of a Service's load so far."""
    _check(stage)
    found = stage.cluster.traffic.report(namespace, words[0])
    if found is None:
        raise ValueError(f"service {words[0]} has had no load; begin one with: load {words[0]} 50")
    for sentence in found.sentences():
        stage.say(f"  {sentence}")


def request(stage: Stage, words: Words, namespace: str) -> None:
    """Send one request to a Service and print the answer."""
    _check(stage)
    answer = stage.cluster.traffic.request(namespace, words[0], words[1] if len(words) > 1 else "/")
    if not answer.status:
        raise ValueError(answer.why)
    stage.say(f"  {answer.status} from pod {answer.pod} in {answer.seconds * 1000:.3g} ms")
    for line in answer.body.splitlines():
        stage.say(f"  {line}")


def logs(stage: Stage, words: Words, namespace: str) -> None:
    """Print what a container has written."""
    cluster = stage.cluster
    done = kubectl.run(cluster.handle, ("logs", *words), {}, namespace=namespace, now=cluster.clock.now)
    for line in done.stdout.splitlines():
        stage.say(f"  {line}")
    if done.rc:
        raise ValueError(done.stderr.strip())


def _check(stage: Stage) -> None:
    if KUBE_PROXY not in stage.cluster.profile.programs:
        raise ValueError("nobody answers requests in this cluster: it has no kubelets and no kube-proxy")


def _number(text: str, of: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number of {of}") from None


# Usage, the least and the most words after the name, and what it does, as actions.Action takes them.
LOAD: Final[Mapping[str, tuple[str, int, int, Callable[[Stage, Words, str], None]]]] = {
    "load": ("load SERVICE RPS [clients=N]", 2, 3, load),
    "report": ("report SERVICE", 1, 1, report),
    "request": ("request SERVICE [PATH]", 1, 2, request),
    "logs": ("logs POD [CONTAINER]", 1, 2, logs),
}
