"""What the engine may have of this machine in all: the operator's limits, and never so much that the site starves. Pure
but for `here`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from playground.engine.lab.cgroups import Bounds
from playground.engine.limits import Limit

MEMORY_SHARE = 0.75
"""Of the machine's memory, all builds and containers together."""
CPU_LEFT = 250
"""Thousandths of a CPU that they leave to the site and to dockerd."""
DAEMON_MEMORY_SHARE, DAEMON_MEMORY_LEAST = 0.25, 1 << 30
"""dockerd has about 160 MB and each container's shim 10 MB; beyond this something is wrong with it."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is: *memory* in bytes, *cpus* that this process may use."""

    memory: int
    cpus: int


def here() -> Machine:
    """This machine."""
    return Machine(memory=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), cpus=len(os.sched_getaffinity(0)))


def for_learners(table: Mapping[str, Limit], machine: Machine) -> Bounds:
    """All RUN steps and containers together."""
    return Bounds(
        memory=min(table["engine.memory"].value, int(machine.memory * MEMORY_SHARE)),
        millicpus=min(table["engine.cpus"].value, machine.cpus * 1000 - CPU_LEFT),
        processes=table["engine.processes"].value,
    )


def for_daemon(machine: Machine) -> Bounds:
    """dockerd, containerd and their shims: half of the CPUs, at least one: a flood of output slows nobody else."""
    return Bounds(
        memory=max(DAEMON_MEMORY_LEAST, int(machine.memory * DAEMON_MEMORY_SHARE)),
        millicpus=max(1000, machine.cpus * 500),
    )
