"""Breaking things and mending them, as a person at the cluster's machines and cables would; `cluster.faults`.

Each fault is a command with a number, which the changes that follow from it carry, and answers with a sentence that
says what was done. What is broken stands in the machines, the line of the watchers and the loop; no program of the
cluster is told of it otherwise than by its effects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.kube import quantity
from playground.kube.client.controller import Context
from playground.kube.client.informers import NAME as INFORMERS
from playground.kube.loop import Loop
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.runtime.machines import Happening, Machine, What
from playground.kube.scheduler.scheduler import NAME as SCHEDULER

KUBELET: Final = "kubelet"
_MANY: Final = 12  # names that an error lists


class BadFault(ValueError):
    """The fault cannot be done; the message says why and what there is instead."""


@dataclass(frozen=True, slots=True)
class Done:
    """A fault that was done or mended: by which command, when (seconds since 1970), and the sentence."""

    command: int
    time: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that is broken at present. *mend* is the method of Faults that mends it, called with *subject*."""

    what: str
    subject: tuple[str, ...]
    sentence: str
    mend: str


class Faults:
    """What can be broken. Every method raises BadFault where there is no such thing, or ApiError NotFound for a pod."""

    def __init__(self, context: Context, loop: Loop, number: Callable[[], int], done: Iterable[Sequence[Any]]) -> None:
        self._context, self._loop, self._number = context, loop, number
        self.done: list[Done] = [Done(command, time, sentence) for command, time, sentence in done]

    def state(self) -> list[list[Any]]:
        """Return what was done, as JSON; what is broken stands elsewhere."""
        return [[done.command, done.time, done.sentence] for done in self.done]

    # Machines

    def stop_node(self, node: str) -> str:
        """Switch a machine off: its containers are gone and its kubelet is silent."""
        machine = self._machine(node)
        if not machine.running:
            raise BadFault(f"machine {node} is switched off already; start_node switches it on")
        machine.running = False
        return self._silence(f"Machine {node} was switched off.", "stopped", node)

    def start_node(self, node: str) -> str:
        """Switch a machine on again: its kubelet starts the pods that it still has."""
        machine = self._machine(node)
        if machine.running:
            raise BadFault(f"machine {node} is running already; stop_node switches it off")
        machine.running, machine.boots, machine.booted_at = True, machine.boots + 1, self._now
        return self._tell(f"Machine {node} was switched on.", "started", node)

    def cut_network(self, node: str) -> str:
        """Cut a machine off the network: containers go on, but nobody hears of them and they hear of nobody."""
        machine = self._machine(node)
        if not machine.connected:
            raise BadFault(f"the network of {node} is cut already; mend_network mends it")
        machine.connected = False
        return self._silence(f"The network of machine {node} was cut.", "cut", node)

    def mend_network(self, node: str) -> str:
        """Connect a machine again."""
        machine = self._machine(node)
        if machine.connected:
            raise BadFault(f"the network of {node} is whole; cut_network cuts it")
        machine.connected = True
        return self._tell(f"The network of machine {node} was mended.", "mended", node)

    def fill_memory(self, node: str, amount: str) -> str:
        """Let something outside of Kubernetes take memory of a machine: "6Gi", or "90%" of all it has."""
        machine = self._machine(node)
        machine.filled = _bytes(amount, machine)
        return self._tell(f"Something on machine {node} took {amount} of its memory.", "memory", node)

    def free_memory(self, node: str) -> str:
        """Give back the memory that fill_memory took."""
        machine = self._machine(node)
        if not machine.filled:
            raise BadFault(f"nothing fills the memory of {node}; fill_memory does")
        machine.filled = 0
        return self._tell(f"The memory of machine {node} was given back.", "memory", node)

    # The registry

    def slow_registry(self, factor: float) -> str:
        """Let every pull of an image take *factor* times as long."""
        if not factor > 0:
            raise BadFault(f"pulls cannot take {factor} times as long; give a number above 0")
        self._context.machines.registry.slowness = float(factor)
        return self._tell(f"The image registry became {factor:g} times as slow.", "registry")

    def break_registry(self) -> str:
        """Let every pull of an image fail."""
        self._context.machines.registry.broken = True
        return self._tell("The image registry stopped answering.", "registry")

    def mend_registry(self) -> str:
        """Let images be pulled as before."""
        registry = self._context.machines.registry
        if not registry.broken and registry.slowness == 1.0:
            raise BadFault("the image registry is whole; slow_registry and break_registry break it")
        registry.broken, registry.slowness = False, 1.0
        return self._tell("The image registry works again.", "registry")

    # Pods

    def kill_container(self, pod: str, container: str, namespace: str = "default") -> str:
        """Kill a container as `kill -9` on its machine would."""
        found = self._bound(pod, namespace)
        spec = found["spec"]
        names = [each["name"] for part in ("containers", "initContainers") for each in spec.get(part) or ()]
        if container not in names:
            raise BadFault(f"pod {pod} has no container {container}; it has {', '.join(names)}")
        told = f"Container {container} of pod {pod} was killed."
        return self._tell(told, "kill-container", spec["nodeName"], meta.uid(found), container)

    def fail_probes(self, pod: str, namespace: str = "default") -> str:
        """Let a pod's containers answer no probe any more."""
        found = self._bound(pod, namespace)
        self._context.machines.failing[meta.uid(found)] = f"{namespace}/{pod}"
        told = f"The probes of pod {pod} began to fail."
        return self._tell(told, "fail-probes", found["spec"]["nodeName"], meta.uid(found))

    def heal_probes(self, pod: str, namespace: str = "default") -> str:
        """Let a pod's containers answer probes as before."""
        found = self._bound(pod, namespace)
        if self._context.machines.failing.pop(meta.uid(found), None) is None:
            raise BadFault(f"the probes of pod {pod} were not made to fail; fail_probes does that")
        told = f"The probes of pod {pod} answer as before."
        return self._tell(told, "heal-probes", found["spec"]["nodeName"], meta.uid(found))

    # Programs

    def stop(self, program: str) -> str:
        """Stop a program of the control plane, or "kubelet": the kubelets of all nodes (their containers live on)."""
        name = self._program(program)
        if name in self._loop.stopped:
            raise BadFault(f"{program} is stopped already; start starts it")
        if name != KUBELET:
            self._loop.stop(name)
            return self._note(f"Program {name} was stopped.")
        self._loop.pause(name)
        command = self._number()
        for node in self._context.machines.by_name:
            self._context.heartbeats.end(node, self._now, command)
        return self._note("The kubelets of all nodes were stopped.", command)

    def start(self, program: str) -> str:
        """Start a program that was stopped: it knows nothing but what it reads."""
        name = self._program(program)
        if name not in self._loop.stopped:
            raise BadFault(f"{program} is running; stop stops it")
        if name != KUBELET:
            self._loop.start(name)
            return self._note(f"Program {name} was started.")
        self._loop.resume(name)
        command = self._number()
        for machine in self._context.machines.by_name.values():
            if machine.reachable:
                self._context.machines.happened(Happening("mended", machine.name, command=command))
        return self._note("The kubelets of all nodes were started.", command)

    def cut_watch(self) -> str:
        """Cut the API server's watches: every program stays with what it has heard. Writes still go through."""
        line = self._context.line
        if line.cut_at is not None:
            raise BadFault("the watch is cut already; mend_watch mends it")
        line.cut_at = self._context.api.revision
        return self._note("The watches of all programs were cut.")

    def mend_watch(self) -> str:
        """Let every program hear what it missed."""
        line = self._context.line
        if line.cut_at is None:
            raise BadFault("the watch is whole; cut_watch cuts it")
        line.cut_at = None
        return self._note("The watches of all programs were mended.")

    # What is broken

    def now(self) -> list[Broken]:
        """Return what is broken at present, each with the way to mend it."""
        return [*self._broken_machines(), *self._broken_pods(), *self._broken_programs()]

    def _broken_machines(self) -> Iterable[Broken]:
        for name, machine in self._context.machines.by_name.items():
            if not machine.running:
                yield Broken("node-stopped", (name,), f"Machine {name} is switched off.", "start_node")
            if not machine.connected:
                yield Broken("network-cut", (name,), f"The network of machine {name} is cut.", "mend_network")
            if machine.filled:
                told = f"Something on machine {name} takes {machine.filled / machine.memory:.0%} of its memory."
                yield Broken("memory-filled", (name,), told, "free_memory")
        registry = self._context.machines.registry
        if registry.broken:
            yield Broken("registry-broken", (), "The image registry does not answer.", "mend_registry")
        elif registry.slowness != 1.0:
            told = f"The image registry is {registry.slowness:g} times as slow."
            yield Broken("registry-slow", (), told, "mend_registry")

    def _broken_pods(self) -> Iterable[Broken]:
        failing = self._context.machines.failing
        for pod in self._context.api.objects("pods") if failing else ():
            if meta.uid(pod) in failing:
                told = f"The probes of pod {meta.name(pod)} are made to fail."
                yield Broken("probes-failing", (meta.name(pod), meta.namespace(pod)), told, "heal_probes")

    def _broken_programs(self) -> Iterable[Broken]:
        for name in self._loop.stopped:
            told = f"Program {name} is stopped." if name != KUBELET else "The kubelets of all nodes are stopped."
            yield Broken("program-stopped", (name,), told, "start")
        if self._context.line.cut_at is not None:
            yield Broken("watch-cut", (), "The watches of all programs are cut.", "mend_watch")

    # Helpers

    @property
    def _now(self) -> float:
        return self._context.clock.now

    def _note(self, sentence: str, command: int | None = None) -> str:
        self.done.append(Done(self._number() if command is None else command, self._now, sentence))
        return sentence

    def _silence(self, sentence: str, what: What, node: str) -> str:
        told = self._tell(sentence, what, node)
        self._context.heartbeats.end(node, self._now, self.done[-1].command)
        return told

    def _tell(self, sentence: str, what: What, node: str = "", uid: str = "", container: str = "") -> str:
        command = self._number()
        self._context.machines.happened(Happening(what, node, uid, container, command))
        return self._note(sentence, command)

    def _machine(self, node: str) -> Machine:
        machine = self._context.machines.get(node)
        if machine is None:
            raise BadFault(f"there is no machine {node}; there is {_some(self._context.machines.by_name)}")
        return machine

    def _bound(self, pod: str, namespace: str) -> Map:
        found = self._context.api.get("pods", pod, namespace).object
        if not found["spec"].get("nodeName"):
            raise BadFault(f"pod {pod} is on no node yet, so it has no containers")
        return found

    def _program(self, word: str) -> str:
        names = [name for name in self._loop.actors if name != INFORMERS]
        for name in (word, f"{word}-controller", SCHEDULER if word in {"scheduler", "kube-scheduler"} else word):
            if name in names:
                return name
        raise BadFault(f"no program {word} runs here; there is {', '.join(names)}")


def _bytes(amount: str, machine: Machine) -> int:
    """Return an amount of memory in bytes; raises BadFault for what is none, or more than the machine has."""
    try:
        percent = amount.endswith("%")
        size = int(machine.memory * float(amount[:-1]) / 100) if percent else quantity.value(amount)
    except ValueError:
        raise BadFault(f"{amount!r} is no amount of memory; write it as 6Gi or 90%") from None
    if not 0 < size <= machine.memory:
        raise BadFault(f"machine {machine.name} has {machine.memory / 2**30:g}Gi of memory; {amount} cannot be taken")
    return size


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = "" if len(listed) <= _MANY else f" and {len(listed) - _MANY} more"
    return (", ".join(listed[:_MANY]) or "none") + more
