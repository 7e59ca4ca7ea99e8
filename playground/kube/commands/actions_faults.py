"""The script's actions that break and mend things: each is a method of `cluster.faults` and prints its sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from playground.kube.cluster import Cluster

Words = Sequence[str]


class Stage(Protocol):
    """The part of a script's stage that is used here."""

    @property
    def cluster(self) -> Cluster:
        """The cluster."""

    @property
    def say(self) -> Callable[[str], None]:
        """What prints a line."""


Call = Callable[[Stage, Words, str], None]


def slow_registry(stage: Stage, words: Words, namespace: str) -> None:
    """Let every pull take so many times as long."""
    del namespace
    stage.say(f"  {stage.cluster.faults.slow_registry(float(words[0].removesuffix('x')))}")


def faults(stage: Stage, words: Words, namespace: str) -> None:
    """Print what is broken at present."""
    del words, namespace
    broken = stage.cluster.faults.now()
    for each in broken:
        stage.say(f"  {each.sentence}")
    if not broken:
        stage.say("  Nothing is broken.")


def _plain(method: str) -> Call:
    """The action whose words are the method's own."""

    def call(stage: Stage, words: Words, namespace: str) -> None:
        del namespace
        stage.say(f"  {getattr(stage.cluster.faults, method)(*words)}")

    return call


def _of_pod(method: str) -> Call:
    """The action on a pod of the line's namespace."""

    def call(stage: Stage, words: Words, namespace: str) -> None:
        stage.say(f"  {getattr(stage.cluster.faults, method)(*words, namespace=namespace)}")

    return call


# How each is written, the least and the most words after its name, and what it does.
FAULTS: Final[Mapping[str, tuple[str, int, int, Call]]] = {
    "stop-node": ("stop-node NODE", 1, 1, _plain("stop_node")),
    "start-node": ("start-node NODE", 1, 1, _plain("start_node")),
    "cut-network": ("cut-network NODE", 1, 1, _plain("cut_network")),
    "mend-network": ("mend-network NODE", 1, 1, _plain("mend_network")),
    "fill-memory": ("fill-memory NODE AMOUNT|PERCENT%", 2, 2, _plain("fill_memory")),
    "free-memory": ("free-memory NODE", 1, 1, _plain("free_memory")),
    "slow-registry": ("slow-registry FACTOR", 1, 1, slow_registry),
    "break-registry": ("break-registry", 0, 0, _plain("break_registry")),
    "mend-registry": ("mend-registry", 0, 0, _plain("mend_registry")),
    "kill-container": ("kill-container POD CONTAINER", 2, 2, _of_pod("kill_container")),
    "fail-probes": ("fail-probes POD", 1, 1, _of_pod("fail_probes")),
    "heal-probes": ("heal-probes POD", 1, 1, _of_pod("heal_probes")),
    "stop": ("stop PROGRAM|kubelet", 1, 1, _plain("stop")),
    "start": ("start PROGRAM|kubelet", 1, 1, _plain("start")),
    "cut-watch": ("cut-watch", 0, 0, _plain("cut_watch")),
    "mend-watch": ("mend-watch", 0, 0, _plain("mend_watch")),
    "faults": ("faults", 0, 0, faults),
}
